/** The numbers that a topology's texts hold: where its behaviour can change between two addresses or two ports. */
import { offsetBy, WHOLE, familyOf, type Address, type Value } from '../value/address.ts';
import { parsePrefix } from '../value/prefix.ts';

export interface Mentioned {
  /** First and last addresses of prefixes, and their neighbours; ascending within a family. */
  readonly addresses: readonly Address[];
  /** Numbers that may be ports, and their neighbours. */
  readonly ports: readonly number[];
}

/** `value` is a document's, `texts` those of the files that it names. */
export function mentioned(value: unknown, texts: readonly string[]): Mentioned {
  const addresses = new Set<Address>();
  const ports = new Set<number>();
  const note = (text: string): void => {
    const rest = text.replaceAll(ADDRESS, (found) => {
      for (const one of edgesOf(found)) addresses.add(one);
      return ' ';
    });
    for (const [found] of rest.matchAll(NUMBER)) addPort(Number(found), ports);
  };
  for (const scalar of [...scalarsOf(value), ...texts]) note(String(scalar));
  return { addresses: ascending(addresses), ports: ascending(ports) };
}

/** A dotted quad, or something with two colons in it; perhaps with a length. */
const ADDRESS = /\b\d+\.\d+\.\d+\.\d+\b(?:\/\d+)?|[\da-f]*:[\da-f]*:[\da-f:.]*(?:\/\d+)?/gi;
const NUMBER = /\b\d{1,5}\b/g;
const LAST_PORT = 65_535;

const ascending = <T extends Value>(values: ReadonlySet<T>): readonly T[] =>
  [...values].toSorted((a, b) => (a < b ? -1 : 1));

function addPort(number: number, ports: Set<number>): void {
  for (const port of [number - 1, number, number + 1]) if (port >= 0 && port <= LAST_PORT) ports.add(port);
}

function edgesOf(text: string): readonly Address[] {
  const parsed = parsePrefix(text);
  if ('problem' in parsed && parsed.problem === 'syntax') return [];
  const { first, last } = 'problem' in parsed ? parsed.prefix : parsed;
  const [least, most] = WHOLE[familyOf(first)];
  return [first, last].flatMap((edge) => [
    ...(edge > least ? [offsetBy(edge, -1)] : []),
    edge,
    ...(edge < most ? [offsetBy(edge, 1)] : []),
  ]);
}

function* scalarsOf(value: unknown): Generator {
  if (typeof value !== 'object' || value === null) yield value;
  else
    for (const [key, one] of Object.entries(value)) {
      if (!Array.isArray(value)) yield key;
      yield* scalarsOf(one);
    }
}
