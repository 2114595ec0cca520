/** Interfaces of routers and firewalls: a segment, addresses, and the gateway that they are for it. */
import * as v from 'valibot';
import { contains } from '../value/prefix.ts';
import { formatAddress } from '../value/address.ts';
import { interfaceAddress } from '../mechanism/linux/address-text.ts';
import type { InterfaceAddress } from '../mechanism/linux/interface.ts';
import type { RouterInterface } from '../mechanism/router/router.ts';
import { below, type Cite } from '../walk/cite.ts';
import type { OwnedAddress, Reading } from './kind.ts';
import { readMac } from './mac.ts';
import { asList, integer, oneOrMore, reference } from './schema.ts';

export const interfaceSchema = v.strictObject({
  segment: reference('The segment that it is plugged into.', 'lan0'),
  addresses: v.optional(oneOrMore('Its addresses, each with the length of its network: 10.1.0.2/24.')),
  gateway: v.optional(
    oneOrMore(
      'Addresses that it has as the default gateway of a stretched segment, with their length: 10.1.0.1/24. Each place may have one of the same address (HSRP, VRRP, anycast gateway): machines use that of their own place, and if it has none another’s.',
    ),
  ),
  macAddress: v.optional(
    v.pipe(
      v.string(),
      v.description('Its MAC address. Default: assigned from 00:0d:3a:00:00:00 on, in file order.'),
    ),
  ),
  mtu: v.optional(integer('The largest IP packet, in bytes. Default 1500.', 68, 65_535)),
});

type Config = v.InferOutput<typeof interfaceSchema>;

/** Where the node is, and what it is plugged into. */
export interface Attached {
  readonly node: string;
  readonly place: string | undefined;
}

/** An interface as the router has it, and what it is known by to others. */
export interface ReadInterface {
  readonly port: string;
  readonly segment: string;
  readonly read: RouterInterface;
  readonly owned: readonly OwnedAddress[];
}

export function readInterface(
  { node, place }: Attached,
  port: string,
  config: Config,
  at: Cite,
  reading: Reading,
): ReadInterface {
  const { segment, macAddress, mtu } = config;
  const own = readAddresses(config.addresses, below(at, 'addresses'), reading);
  const shared = readAddresses(config.gateway, below(at, 'gateway'), reading).map((one) => ({
    ...one,
    isSecondary: own.some(({ network }) => contains(network, one.address)),
  }));
  if (config.addresses === undefined && config.gateway === undefined)
    reading.report('key-missing', { key: at }, `${port} of ${node} has no address`, 'add addresses:');
  const addresses = [...own, ...shared];
  const mac = readMac(`${node}/${port}`, macAddress, below(at, 'macAddress'), reading);
  const network = `segment ${segment}`;
  reading.refer('segment', segment, below(at, 'segment'));
  const known = addresses.map(({ address }) => address);
  reading.neighbour({ network, node, port, addresses: known, mac, at });
  reading.later(() => checkShared(node, segment, shared, reading));
  const ownedIn = (within: string, list: readonly InterfaceAddress[]): readonly OwnedAddress[] =>
    list.map(({ address, at: stated = at }) => ({ address, network: within, port, at: stated }));
  const ofPlace = place === undefined ? network : `${network} at ${place}`;
  return {
    port,
    segment,
    read: { addresses, mac, mtu, at },
    owned: [...ownedIn(network, own), ...ownedIn(ofPlace, shared)],
  };
}

/** A gateway's address is shared among gateways; nobody else on the segment has it. */
function checkShared(
  node: string,
  segment: string,
  shared: readonly InterfaceAddress[],
  reading: Reading,
): void {
  const { declared } = reading;
  const network = `segment ${segment}`;
  for (const { node: other } of declared.neighbours.get(network) ?? [])
    for (const { address, at } of shared)
      if (
        declared.nodes.get(other)?.addresses.some((one) => one.network === network && one.address === address)
      )
        reading.report(
          'address-duplicate',
          at!,
          `${formatAddress(address)} is the gateway that ${node} is for ${segment}, and an address of ${other}`,
        );
}

const readAddresses = (
  texts: string | string[] | undefined,
  at: Cite,
  reading: Reading,
): readonly InterfaceAddress[] =>
  asList(texts).flatMap((text, i) => {
    const place = Array.isArray(texts) ? below(at, i) : at;
    const own = text.includes('/') ? interfaceAddress(text) : undefined;
    if (own) return [{ ...own, at: place }];
    reading.report(
      'value-invalid',
      place,
      `"${text}" is not an interface address`,
      'write it with the length of its network, as 10.1.0.1/24',
    );
    return [];
  });
