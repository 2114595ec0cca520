/** Virtual networks: address space, subnets and peerings. */
import * as v from 'valibot';
import { covers, formatPrefix, overlaps, type Prefix } from '../../value/prefix.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Peering, Subnet, VirtualNetwork } from '../declarations.ts';
import type { Kind, Reading } from '../kind.ts';
import { asList, flag, integer, oneOrMany, reference } from '../schema.ts';

const subnet = v.pipe(
  v.strictObject({
    addressPrefix: v.optional(oneOrMany('The subnet’s range; for dual stack a list, or addressPrefixes.')),
    addressPrefixes: v.optional(oneOrMany('The subnet’s ranges, one for each family.')),
    routeTable: v.optional(reference('Name of the route table associated with the subnet.', 'rt-spoke1')),
    networkSecurityGroup: v.optional(
      reference('Name of the network security group associated with the subnet.', 'nsg-prod'),
    ),
    serviceEndpoints: v.optional(
      v.pipe(
        v.array(v.string()),
        v.description(
          'Service tags reached through a service endpoint; their prefixes stand under serviceTags.',
        ),
      ),
    ),
  }),
  v.description('A subnet.'),
);

const peering = v.pipe(
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

const schema = v.strictObject({
  addressPrefixes: oneOrMany('The address space.'),
  vni: v.optional(
    integer(
      'VXLAN network identifier in the underlay. Default: 10000 and up by 10, in file order.',
      1,
      0xffffff,
    ),
  ),
  location: v.optional(
    v.pipe(
      v.string(),
      v.description('Azure region. Peerings between different regions are global.'),
      v.examples(['westeurope']),
    ),
  ),
  subnets: v.optional(v.record(v.string(), subnet), {}),
  peerings: v.optional(v.record(v.string(), peering), {}),
});

type Config = v.InferOutput<typeof schema>;

const FIRST_VNI = 10_000;

export const virtualNetwork: Kind<Config> = {
  kind: 'virtual-network',
  section: 'vnets',
  summary: 'Virtual networks: address space, subnets and peerings.',
  schema,
  declare(name, config, at, reading) {
    const addressPrefixes = prefixes(config.addressPrefixes, `${at}/addressPrefixes`, reading);
    const subnets = new Map<string, Subnet>();
    for (const [key, entry] of Object.entries(config.subnets)) {
      const place = below(at, 'subnets', key);
      subnets.set(key, declareSubnet(name, key, entry, place, addressPrefixes, reading));
    }
    checkApart([...subnets.values()], reading);
    const vnet: VirtualNetwork = {
      name,
      addressPrefixes,
      vni: config.vni ?? FIRST_VNI + 10 * reading.declared.vnets.size,
      location: config.location,
      subnets,
      peerings: new Map(
        Object.entries(config.peerings).map(([remote, one]) => [
          remote,
          declarePeering(name, remote, one, below(at, 'peerings', remote), reading),
        ]),
      ),
      at,
    };
    reading.vnet(vnet);
    reading.later(() => checkVnet(vnet, reading));
  },
};

const prefixes = (texts: string | readonly string[], at: Cite, reading: Reading): Prefix[] =>
  asList(texts).flatMap((text, i) => reading.prefix(text, Array.isArray(texts) ? `${at}/${i}` : at) ?? []);

function declareSubnet(
  vnet: string,
  name: string,
  config: v.InferOutput<typeof subnet>,
  at: Cite,
  space: readonly Prefix[],
  reading: Reading,
): Subnet {
  const key = config.addressPrefixes === undefined ? 'addressPrefix' : 'addressPrefixes';
  const texts = config[key];
  if (texts === undefined)
    reading.report(
      'key-missing',
      at,
      `subnet ${name} has no addressPrefix`,
      'add addressPrefix: 10.0.0.0/24',
    );
  const addressPrefixes = prefixes(texts ?? [], `${at}/${key}`, reading);
  for (const one of addressPrefixes) {
    if (!space.some((range) => covers(range, one))) {
      reading.report(
        'address-outside-subnet',
        `${at}/${key}`,
        `${formatPrefix(one)} is not inside the address space of ${vnet} (${space.map(formatPrefix).join(', ')})`,
      );
    }
  }
  if (config.routeTable !== undefined) reading.refer('routeTable', config.routeTable, `${at}/routeTable`);
  if (config.networkSecurityGroup !== undefined)
    reading.refer('securityGroup', config.networkSecurityGroup, `${at}/networkSecurityGroup`);
  for (const [i, tag] of (config.serviceEndpoints ?? []).entries())
    reading.refer('serviceTag', tag, `${at}/serviceEndpoints/${i}`);
  return {
    id: `${vnet}/${name}`,
    vnet,
    addressPrefixes,
    routeTable: config.routeTable,
    networkSecurityGroup: config.networkSecurityGroup,
    serviceEndpoints: config.serviceEndpoints ?? [],
    at,
  };
}

function declarePeering(
  vnet: string,
  remote: string,
  config: v.InferOutput<typeof peering>,
  at: Cite,
  reading: Reading,
): Peering {
  reading.refer('vnet', remote, at);
  if (remote === vnet) reading.report('value-invalid', at, `${vnet} is peered with itself`);
  return { remote, ...config, at };
}

/** Overlap is found by sorting: prefixes nest or are apart, so only neighbours in order can overlap. */
function checkApart(subnets: readonly Subnet[], reading: Reading): void {
  const all = subnets.flatMap((one) => one.addressPrefixes.map((range) => ({ one, range })));
  all.sort((a, b) =>
    a.range.first < b.range.first ? -1 : a.range.first > b.range.first ? 1 : a.range.length - b.range.length,
  );
  let outer = all[0];
  for (const entry of all.slice(1)) {
    if (outer && overlaps(outer.range, entry.range)) {
      reading.report(
        'prefix-overlap',
        entry.one.at,
        `${formatPrefix(entry.range)} of ${entry.one.id} overlaps ${formatPrefix(outer.range)} of ${outer.one.id}`,
      );
    } else outer = entry;
  }
}

function checkVnet(vnet: VirtualNetwork, reading: Reading): void {
  for (const [i, a] of vnet.addressPrefixes.entries()) {
    if (vnet.addressPrefixes.slice(0, i).some((b) => overlaps(a, b)))
      reading.report(
        'prefix-overlap',
        `${vnet.at}/addressPrefixes/${i}`,
        `${formatPrefix(a)} overlaps another range of ${vnet.name}`,
      );
  }
  for (const peering of vnet.peerings.values()) checkPeering(vnet, peering, reading);
}

function checkPeering(vnet: VirtualNetwork, peering: Peering, reading: Reading): void {
  const remote = reading.declared.vnets.get(peering.remote);
  if (!remote || remote === vnet) return;
  for (const range of vnet.addressPrefixes) {
    const other = remote.addressPrefixes.find((one) => overlaps(one, range));
    if (other)
      reading.report(
        'prefix-overlap',
        peering.at,
        `${vnet.name} (${formatPrefix(range)}) and ${remote.name} (${formatPrefix(other)}) overlap, so they cannot be peered`,
      );
  }
  if (!peering.useRemoteGateways) return;
  const back = remote.peerings.get(vnet.name);
  const place = `${peering.at}/useRemoteGateways`;
  if (back && !back.allowGatewayTransit) {
    reading.report(
      'gateway-transit-invalid',
      place,
      `${vnet.name} uses the gateway of ${remote.name}, whose peering does not allow gateway transit`,
      `set allowGatewayTransit: true on vnets.${remote.name}.peerings.${vnet.name}`,
    );
  }
  if ([...reading.declared.gateways.values()].some((gateway) => gateway.vnet === vnet.name)) {
    reading.report(
      'gateway-transit-invalid',
      place,
      `${vnet.name} has a gateway of its own, so it cannot use a remote one`,
    );
  }
  const users = [...vnet.peerings.values()].filter((one) => one.useRemoteGateways);
  if (users.length > 1 && users[0] !== peering)
    reading.report(
      'gateway-transit-invalid',
      place,
      `${vnet.name} uses remote gateways on more than one peering`,
    );
}
