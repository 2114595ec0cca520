/** Peerings of a virtual network: one side each, as each VNet has it. */
import * as v from 'valibot';
import { formatPrefix, overlaps } from '../../value/prefix.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Peering, VirtualNetwork } from '../declarations.ts';
import type { Reading } from '../kind.ts';
import { flag } from '../schema.ts';

export const peering = v.pipe(
  v.strictObject({
    allowVirtualNetworkAccess: v.optional(
      flag('Traffic between the two VNets is allowed. Default true.'),
      true,
    ),
    allowForwardedTraffic: v.optional(
      flag('This VNet accepts from the peer what did not originate there. Default false.'),
      false,
    ),
    allowGatewayTransit: v.optional(flag('The peer may use this VNet’s gateway. Default false.'), false),
    useRemoteGateways: v.optional(flag('This VNet uses the peer’s gateway. Default false.'), false),
  }),
  v.description('This side of a peering; the key is the remote VNet’s name. Both sides must exist.'),
);

export function declarePeering(
  vnet: string,
  remote: string,
  config: v.InferOutput<typeof peering>,
  at: Cite,
  reading: Reading,
): Peering {
  reading.refer('vnet', remote, { key: at });
  if (remote === vnet) reading.report('value-invalid', { key: at }, `${vnet} is peered with itself`);
  // Both sides are one link, by the name of the side that stands first.
  const names = [`${vnet}/${remote}`, `${remote}/${vnet}`] as const;
  reading.link({ what: 'peering', names: [...names], joins: [vnet, remote], at });
  return { remote, ...config, at };
}

/** What Azure refuses when a peering is made. */
export function checkPeering(
  vnet: VirtualNetwork,
  { remote: name, at, useRemoteGateways }: Peering,
  reading: Reading,
): void {
  const remote = reading.declared.vnets.get(name);
  if (!remote || remote === vnet) return;
  for (const range of vnet.addressPrefixes) {
    const other = remote.addressPrefixes.find((one) => overlaps(one, range));
    if (other)
      reading.report(
        'prefix-overlap',
        { key: at },
        `${vnet.name} (${formatPrefix(range)}) and ${remote.name} (${formatPrefix(other)}) overlap, so they cannot be peered`,
      );
  }
  if (useRemoteGateways) checkTransit(vnet, remote, below(at, 'useRemoteGateways'), reading);
}

function checkTransit(vnet: VirtualNetwork, remote: VirtualNetwork, at: Cite, reading: Reading): void {
  const refuse = (message: string, suggestion?: string): void =>
    reading.report('gateway-transit-invalid', at, message, suggestion);
  const hasGateway = (one: VirtualNetwork): boolean =>
    [...reading.declared.gateways.values()].some((gateway) => gateway.vnet === one.name);
  if (reading.isWhole && !hasGateway(remote))
    refuse(`${vnet.name} uses the gateway of ${remote.name}, which has none`);
  if (remote.peerings.get(vnet.name)?.allowGatewayTransit === false)
    refuse(
      `${vnet.name} uses the gateway of ${remote.name}, whose peering does not allow gateway transit`,
      `set allowGatewayTransit: true on vnets.${remote.name}.peerings.${vnet.name}`,
    );
  if (hasGateway(vnet)) refuse(`${vnet.name} has a gateway of its own, so it cannot use a remote one`);
  const users = [...vnet.peerings.values()].filter((one) => one.useRemoteGateways);
  if (users.length > 1 && users[0]?.remote !== remote.name)
    refuse(`${vnet.name} uses remote gateways on more than one peering`);
}
