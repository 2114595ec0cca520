/** Route maps as a topology writes them. */
import * as v from 'valibot';
import { routeMapEntry, type RouteMapEntry, type RouteMapMatch } from '../mechanism/router/route-map.ts';
import { familyOf, type Address, type Family } from '../value/address.ts';
import type { Prefix } from '../value/prefix.ts';
import { below, type Cite } from '../walk/cite.ts';
import { checkPorts, packetEntries, packetText, protocolNumbers } from './access-rule.ts';
import type { Reading } from './kind.ts';
import { readPorts, writtenPorts } from './ports.ts';
import { asList, oneOrMore } from './schema.ts';
import { readAddresses, readPrefixes } from './written.ts';

export const routeMapSchema = v.strictObject({
  match: v.optional(
    v.pipe(v.strictObject(packetEntries), v.description('What a packet must have. Default: any packet.')),
    {},
  ),
  nextHop: oneOrMore(
    'Where it is sent, whatever the routes say; of several, which are of equal cost, a hash of the flow takes one.',
  ),
});

type Config = v.InferOutput<typeof routeMapSchema>;

export function readRouteMaps(
  maps: Readonly<Record<string, readonly Config[]>>,
  at: Cite,
  reading: Reading,
): readonly RouteMapEntry[] {
  const written = Object.entries(maps).flatMap(([port, entries]) =>
    entries.map((entry, i) => ({ port, entry, at: below(at, port, i) })),
  );
  return written.flatMap((one, i) => readEntry(one.port, one.entry, i + 1, one.at, reading));
}

/** For each family that it has next hops of. */
function readEntry(
  port: string,
  { match, nextHop }: Config,
  sequence: number,
  at: Cite,
  reading: Reading,
): readonly RouteMapEntry[] {
  const hops = readAddresses(nextHop, below(at, 'nextHop'), reading).map(({ value }) => value);
  const matching = readMatches(match, below(at, 'match'), reading);
  const text = `${port} ${packetText(match)} set next-hop ${asList(nextHop).join(', ')}`;
  return ([4, 6] as const).flatMap((family) => {
    const own = hops.filter((hop) => familyOf(hop) === family);
    const matches = matching(family);
    if (own.length === 0 || matches.length === 0) return [];
    const nextHops = own.map((via: Address) => ({ via }));
    return [routeMapEntry({ interface: port, sequence, family, matches, nextHops, text, at })];
  });
}

/** Every combination that an entry takes, by family. */
function readMatches(
  config: Config['match'],
  at: Cite,
  reading: Reading,
): (family: Family) => readonly RouteMapMatch[] {
  const prefixes = (key: 'source' | 'destination'): readonly Prefix[] | undefined =>
    config[key] === undefined
      ? undefined
      : readPrefixes(config[key], below(at, key), reading).map(({ value }) => value);
  const [sources, destinations] = [prefixes('source'), prefixes('destination')];
  const numbers = protocolNumbers(config.protocol);
  checkPorts(config, at, reading);
  const [sourcePorts, destinationPorts] = (['sourcePorts', 'destinationPorts'] as const).map((key) =>
    readPorts(writtenPorts(config[key], below(at, key)), reading),
  );
  const ofFamily = (list: readonly Prefix[] | undefined, family: Family): readonly (Prefix | undefined)[] =>
    list?.filter(({ first }) => familyOf(first) === family) ?? [undefined];
  return (family) =>
    ofFamily(sources, family).flatMap((source) =>
      ofFamily(destinations, family).flatMap((destination) =>
        (numbers.length === 0 ? [undefined] : numbers).map((protocol) => ({
          source,
          destination,
          protocol,
          sourcePorts,
          destinationPorts,
        })),
      ),
    );
}
