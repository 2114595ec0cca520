/** NICs of machines: in a subnet, on a site, on a segment or on the Internet. */
import * as v from 'valibot';
import { formatAddress } from '../../value/address.ts';
import { contains, formatPrefix } from '../../value/prefix.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { OwnedAddress, Reading } from '../kind.ts';
import { plugName, type Neighbour } from '../premises.ts';
import { flag, integer, interfaceName, oneOrMore, reference } from '../schema.ts';
import { readAddresses } from '../written.ts';
import type { MachineNic } from './build.ts';
import { readMac } from '../mac.ts';
import { checkPlug, switchPart } from './plug.ts';
import { chainPublic, declarePublic, isUnplugged, readPublic } from './public.ts';

export const nic = v.pipe(
  v.strictObject({
    subnet: v.optional(reference('The subnet that the NIC is in.', 'vnet-hub/snet-nva')),
    site: v.optional(reference('Or the on-premises site whose local network it is on.', 'on-prem')),
    segment: v.optional(reference('Or the plain segment that it is plugged into.', 'lan0')),
    bridge: v.optional(
      reference('Or the bridge of a machine that it is plugged into, at `port`.', 'box1/sw1'),
    ),
    port: v.optional(
      v.pipe(
        interfaceName,
        v.description('The port of the bridge or switch: a veth, a port of Open vSwitch, a port ID.'),
      ),
    ),
    switch: v.optional(
      reference('Or the distributed switch that it is plugged into, in the machine’s host.', 'dvSwitch'),
    ),
    master: v.optional(
      v.pipe(interfaceName, v.description('The Linux bridge of its own machine that it is a port of.')),
    ),
    privateIPAddress: v.optional(
      oneOrMore('Its address; for dual stack a list. On a segment, linux.addresses may say it instead.'),
    ),
    publicIPAddress: v.optional(
      oneOrMore(
        'Its public address, one a family, translated one to one. A NIC that is plugged into nothing else is on the Internet and has this alone.',
      ),
    ),
    gatewayLoadBalancer: v.optional(
      reference(
        'Of a NIC with a public address: the frontend of a gateway load balancer that it is chained to.',
        'nvalb/nvafrontend',
      ),
    ),
    macAddress: v.optional(
      v.pipe(v.string(), v.description('Default: assigned from 00:0d:3a:00:00:00 on, in file order.')),
    ),
    mtu: v.optional(
      integer('The largest IP packet, in bytes. Default: what `ip addr` says, else 1500.', 68, 65_535),
    ),
    enableIPForwarding: v.optional(
      flag('The fabric lets it send and take packets that do not bear its own address. Default false.'),
      false,
    ),
    networkSecurityGroup: v.optional(reference('Network security group of the NIC.', 'nsg-nva')),
    applicationSecurityGroups: v.optional(v.array(v.string()), []),
  }),
  v.description('A network interface; its key is the name that the guest gives it.'),
);

export type NicConfig = v.InferOutput<typeof nic>;

export interface Owner {
  readonly name: string;
  /** The server that it runs on, if it says so. */
  readonly host: string | undefined;
  readonly deallocated: boolean;
}

const isOnInternet = (config: NicConfig): boolean =>
  config.publicIPAddress !== undefined && isUnplugged(config);

export function declareNic(
  owner: Owner,
  port: string,
  config: NicConfig,
  at: Cite,
  reading: Reading,
): MachineNic {
  const id = `${owner.name}/${port}`;
  checkPlace(id, config, at, reading);
  const publics = readPublic(id, config.publicIPAddress, below(at, 'publicIPAddress'), reading);
  const addresses = isOnInternet(config)
    ? publics
    : readAddresses(config.privateIPAddress, below(at, 'privateIPAddress'), reading);
  const bridge = config.bridge ?? switchPart(owner, config, at, reading);
  const declared: MachineNic = {
    port,
    addresses: addresses.map((one) => one.value),
    subnet: config.subnet,
    site: config.site,
    segment: config.segment,
    bridge,
    plug: config.port,
    master: config.master,
    mac: readMac(id, config.macAddress, below(at, 'macAddress'), reading),
    mtu: config.mtu,
    enableIPForwarding: config.enableIPForwarding,
    networkSecurityGroup: config.networkSecurityGroup,
    at,
  };
  if (config.networkSecurityGroup !== undefined)
    reading.refer('securityGroup', config.networkSecurityGroup, below(at, 'networkSecurityGroup'));
  if (config.subnet !== undefined) {
    reading.refer('subnet', config.subnet, below(at, 'subnet'));
    reading.nic({
      ...declared,
      id,
      node: owner.name,
      subnet: config.subnet,
      publicAddresses: publics.map((one) => one.value),
      applicationSecurityGroups: config.applicationSecurityGroups,
      deallocated: owner.deallocated,
    });
    for (const one of publics) declarePublic(id, owner.name, one, reading);
    chainPublic(id, owner.name, publics, config.gatewayLoadBalancer, at, reading);
  }
  if (config.site !== undefined) checkOnSite(owner.name, declared, config.site, reading);
  if (config.segment !== undefined) reading.refer('segment', config.segment, below(at, 'segment'));
  checkPlug(id, { ...config, bridge }, at, reading);
  return declared;
}

const PLACES = {
  subnet: 'in a subnet',
  site: 'on a site',
  segment: 'on a segment',
  bridge: 'on a bridge',
  switch: 'on a switch',
} as const;

/** A NIC is in one place, and says what that place must be told. */
function checkPlace(id: string, config: NicConfig, at: Cite, reading: Reading): void {
  if (isOnInternet(config)) {
    if (config.privateIPAddress !== undefined)
      reading.report(
        'value-invalid',
        below(at, 'privateIPAddress'),
        `NIC ${id} is in no subnet, and on no site or segment, so it is on the Internet and has no private address`,
        'leave it out, or state what the NIC is plugged into',
      );
    if (config.gatewayLoadBalancer !== undefined)
      reading.report(
        'value-invalid',
        below(at, 'gatewayLoadBalancer'),
        `NIC ${id} is in no subnet: only NICs of Azure can be chained to a gateway load balancer`,
        'leave it out, or state subnet and privateIPAddress',
      );
    return;
  }
  const places = (['subnet', 'site', 'segment', 'bridge', 'switch'] as const).filter(
    (place) => config[place] !== undefined,
  );
  if (places.length !== 1)
    reading.report(
      places.length === 0 ? 'key-missing' : 'value-invalid',
      { key: at },
      places.length === 0
        ? `NIC ${id} is in no subnet, and on no site, segment, bridge or switch`
        : `NIC ${id} is both ${places.map((place) => PLACES[place]).join(' and ')}`,
      'state one of subnet, site, segment, bridge and switch',
    );
  const isPlain = [config.segment, config.bridge, config.switch].some((one) => one !== undefined);
  if (!isPlain && config.privateIPAddress === undefined)
    reading.report('key-missing', { key: at }, `NIC ${id} has no privateIPAddress`, 'add privateIPAddress:');
  const [place] = places;
  for (const key of ['networkSecurityGroup', 'publicIPAddress', 'gatewayLoadBalancer'] as const)
    if (places.length === 1 && place !== 'subnet' && config[key] !== undefined)
      reading.report(
        'value-invalid',
        below(at, key),
        `${key} belongs to Azure; ${id} is on ${place} ${config[place!]}`,
        'leave it out',
      );
}

function checkOnSite(node: string, nic: MachineNic, site: string, reading: Reading): void {
  reading.refer('site', site, below(nic.at, 'site'));
  reading.later(() => {
    const prefixes = reading.declared.sites.get(site)?.prefixes ?? [];
    for (const [i, address] of nic.addresses.entries()) {
      if (nic.subnet !== undefined || prefixes.length === 0) return;
      if (!prefixes.some((range) => contains(range, address)))
        reading.report(
          'address-outside-subnet',
          below(nic.at, 'privateIPAddress', i),
          `${formatAddress(address)} of ${node}/${nic.port} is not inside site ${site} (${prefixes.map(formatPrefix).join(', ')})`,
        );
    }
  });
}

/** Makes the NIC, or the bridge that it is a port of, a neighbour of whatever else is on its site, segment or port. */
export function plugIn(
  node: string,
  { port, mac, at, site, segment, bridge: plugged, plug }: MachineNic,
  { bridge, isFramed, isPassing }: Pick<Neighbour, 'bridge' | 'isFramed' | 'isPassing'>,
  owned: readonly OwnedAddress[],
  reading: Reading,
): void {
  const addresses = owned.filter((one) => one.port === port).map((one) => one.address);
  if (site !== undefined) reading.neighbour({ network: `site ${site}`, node, port, addresses, mac, at });
  if (segment !== undefined)
    reading.neighbour({
      network: `segment ${segment}`,
      node,
      port,
      addresses,
      mac,
      bridge,
      isFramed,
      isPassing,
      at,
    });
  if (plugged !== undefined && plug !== undefined)
    reading.neighbour({ network: plugName(plugged, plug), node, port, addresses, mac, at });
}
