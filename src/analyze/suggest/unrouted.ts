/** Packets that a route discards, or leads where nothing takes them. */
import { familyOf, formatAddress, parseAddress, type Address } from '../../value/address.ts';
import { hostPrefix } from '../../value/prefix.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Rejected } from '../../walk/event.ts';
import { staysOf, type Candidate, type Failure } from './failure.ts';
import {
  addRoute,
  applianceOf,
  appliancesOf,
  changeRoute,
  isSteering,
  lookupsOf,
  networkOf,
  type Lookup,
  type NextHop,
} from './route.ts';
import { turnOn } from './setting.ts';

/** Next hops that are tried of those that a route could have. */
const MOST_NEXT_HOPS = 5;

const present = <T>(list: readonly (T | undefined)[]): readonly T[] =>
  list.filter((one): one is T => one !== undefined);

/** No route, or one to nowhere: what keeps a better one out of the table, a route more, or another next hop. */
export function unrouted(failure: Failure): readonly Candidate[] {
  const lookup = lookupsOf(failure.stay, failure).at(-1);
  if (!lookup) return [];
  const { dst } = failure.flow;
  const isOwn = lookup.route?.source === 'User';
  const prefix = failure.topology.isRouted(dst) ? hostPrefix(dst) : networkOf(dst, failure);
  const nextHops = nextHopsFor(lookup, failure);
  return present([
    ...latent(lookup, failure),
    ...(isOwn ? nextHops.map((one) => changeRoute(lookup, one, failure)) : []),
    ...nextHops.map((one) => addRoute(lookup, prefix, one, failure)),
    isOwn ? changeRoute(lookup, undefined, failure) : undefined,
  ]);
}

/** Where the table's other routes lead, where packets of the flow were led, other appliances, and the gateway. */
function nextHopsFor({ table }: Lookup, failure: Failure): readonly NextHop[] {
  const { declared } = failure.topology;
  const family = familyOf(failure.flow.dst);
  const appliances = new Set([
    ...(declared.routeTables.get(table)?.routes ?? []).flatMap((one) =>
      one.nextHopAddress === undefined || familyOf(one.nextHopAddress) !== family
        ? []
        : [formatAddress(one.nextHopAddress)],
    ),
    ...failure.trace.walks
      .flatMap(({ walk }) => staysOf(walk))
      .flatMap((stay) => lookupsOf(stay, failure))
      .filter(isSteering)
      .flatMap((one) => applianceOf(one).address ?? []),
    ...appliancesOf(failure).filter((text) => text.includes(':') === (family === 6)),
  ]);
  const last: NextHop = failure.topology.isRouted(failure.flow.dst)
    ? { type: 'Internet' }
    : { type: 'VirtualNetworkGateway' };
  return [
    ...[...appliances]
      .slice(0, MOST_NEXT_HOPS)
      .map((address): NextHop => ({ type: 'VirtualAppliance', address })),
    last,
  ];
}

/** The next hop exists nowhere: the appliances that do, the address that is most like it first. */
export function misdirected(failure: Failure): readonly Candidate[] {
  const lookup = lookupsOf(failure.stay, failure).at(-1);
  const wrong = parseAddress(lookup?.route?.nextHop ?? '');
  if (!lookup || wrong === undefined) return unrouted(failure);
  const near = appliancesOf(failure)
    .flatMap((text) => {
      const address = parseAddress(text);
      return address !== undefined && familyOf(address) === familyOf(wrong) ? [{ text, address }] : [];
    })
    .toSorted((a, b) => distance(a.address, wrong) - distance(b.address, wrong));
  return present([
    ...started(failure),
    ...near
      .slice(0, MOST_NEXT_HOPS)
      .map(({ text }) => changeRoute(lookup, { type: 'VirtualAppliance', address: text }, failure)),
    changeRoute(lookup, undefined, failure),
  ]);
}

/** The next hop is there, but out of service. */
const started = ({ note, topology: { declared } }: Failure): readonly Candidate[] =>
  [...declared.nodes]
    .filter(([name, { down }]) => down === true && note?.startsWith(`${name} `) === true)
    .map(([, { at }]) => turnOn(at, 'powerState', 'running'));

const distance = (a: Address, b: Address): number => Math.abs(Number(BigInt(a) - BigInt(b)));

/** Goes round: the user routes of the turn, each taken away. */
export function circling(failure: Failure): readonly Candidate[] {
  return present(
    staysOf(failure.walk)
      .flatMap((stay) => lookupsOf(stay, failure))
      .toReversed()
      .filter(({ route }) => route?.source === 'User')
      .map((lookup) => changeRoute(lookup, undefined, failure)),
  );
}

/** Routes that would have been there, and the setting that keeps each of them out. */
function latent({ table, subnet, event }: Lookup, failure: Failure): readonly Candidate[] {
  const { declared } = failure.topology;
  const own = declared.vnets.get(subnet.split('/')[0]!);
  const peerings = [...(own?.peerings.values() ?? [])];
  const remotes = peerings.flatMap((one) => declared.vnets.get(one.remote)?.peerings.get(own!.name) ?? []);
  const all = (places: readonly { readonly at: Cite }[], key: string): readonly Candidate[] =>
    places.map(({ at }) => turnOn(at, key));
  const cures: Partial<Record<Rejected['why'], () => readonly Candidate[]>> = {
    'propagation-disabled': () => {
      const at = declared.routeTables.get(table)?.at;
      return at === undefined ? [] : [turnOn(at, 'disableBgpRoutePropagation', false)];
    },
    'remote-gateway-unused': () => all(peerings, 'useRemoteGateways'),
    'gateway-transit-not-allowed': () => all(remotes, 'allowGatewayTransit'),
    'peering-not-connected': () => unpeered(failure),
    'peering-access-denied': () => all([...peerings, ...remotes], 'allowVirtualNetworkAccess'),
  };
  return (event.rejected?.() ?? []).flatMap(({ why }) => cures[why]?.() ?? []);
}

/** One of two VNets lacks its link to the other. */
export function unpeered(failure: Failure): readonly Candidate[] {
  const { vnets } = failure.topology.declared;
  return [...vnets.values()].flatMap((vnet) =>
    [...vnet.peerings.keys()].flatMap((remote): readonly Candidate[] => {
      const other = vnets.get(remote);
      if (!other || other.peerings.has(vnet.name)) return [];
      return [
        {
          change: { type: 'entry', node: remote, what: 'peering', entry: vnet.name },
          settings: [
            { pointer: below(other.at, 'peerings', vnet.name), value: { allowForwardedTraffic: true } },
          ],
        },
      ];
    }),
  );
}
