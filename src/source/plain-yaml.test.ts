import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readWithLibrary } from './library-yaml.ts';
import { Lines } from './lines.ts';
import { readPlainYaml } from './plain-yaml.ts';
import { Reading } from './reading.ts';

/** The value and, of each map and list in it, where its parts stand. */
function unfold(value: unknown, { layouts }: Reading): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const layout = layouts.get(value)!;
  // Where a list item is missing, the two readers point to different ends of the same blank.
  const places = layout.places.map((place, index) =>
    Array.isArray(value) && value[index] === null ? 0 : place,
  );
  const parts = Object.entries(value).map(([key, part]) => [key, unfold(part, { layouts } as Reading)]);
  return { isList: Array.isArray(value), keys: layout.keys, keyPlaces: layout.keyPlaces, places, parts };
}

/** Reads with both readers; whether the fast one accepted the text. */
function compare(text: string): boolean {
  const lines = new Lines('net.yaml', text);
  const fast = new Reading(lines);
  const root = readPlainYaml(fast);
  if (root === undefined || root.value === undefined) return false;
  const slow = new Reading(lines);
  const golden = readWithLibrary(slow);
  expect(fast.problems, JSON.stringify(text)).toEqual(slow.problems);
  expect(unfold(root.value, fast), JSON.stringify(text)).toEqual(unfold(golden.value, slow));
  expect(root.offset).toBe(golden.offset);
  return true;
}

const TOPOLOGY = `# yaml-language-server: $schema=../schema.json
name: hub-spoke-vpn

vnets:
  vnet-hub: # the hub
    addressPrefixes: [10.0.0.0/16, 2001:db8::/48]
    subnets:
      GatewaySubnet: { addressPrefix: 10.0.0.0/24, routeTable: rt-gw-snet }
      snet-nva: {
        addressPrefix: 10.0.1.0/24, # inside
      }
  "quoted key": 'it''s'
routes:
- { name: to-spoke1, nextHopType: "Virtual\\u0041ppliance" }
- name: to-spoke2
  description: >-
    folded
    text
  prefixes:
    [10.0.0.0/24,
     10.1.0.0/24]
- - nested
  - list
-
  below: ~
machines:
  nva1:
    iptables: |
      *nat

        :PREROUTING ACCEPT [0:0]
      -A POSTROUTING -o eth0 -j MASQUERADE # no comment
    empty:
    number: 0x1F
    time: 12:30:45
`;

const PIECES: readonly string[] = [
  ' \n:-#"\'[]{},|>&*!?%@`~\\\r\t0'.split(''),
  [
    '  ',
    '\n  ',
    '\n    ',
    '- ',
    ': ',
    ', ',
    ' #',
    'a: ',
    '|-\n',
    '>\n',
    '&a ',
    '*a',
    '!!str ',
    '---\n',
    '...\n',
  ],
  [
    '\r\n',
    'true',
    '1e5',
    '.5',
    '::1',
    '<<: ',
    '""',
    "''",
    '[]',
    '{}',
    '\n- ',
    '\n  #c\n',
    '\n  \n',
    'é',
    '\u0085',
  ],
].flat();

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat({ max: 3 }),
  insert: fc.constantFrom('', ...PIECES),
});

/** A text after a few edits. */
const edited = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.array(edit, { maxLength: 3 })).map(([start, edits]) =>
    edits.reduce((current, { at, remove, insert }) => {
      const offset = Math.floor(at * current.length);
      return current.slice(0, offset) + insert + current.slice(offset + remove);
    }, start),
  );

// Where the library is known to be wrong or to go beyond YAML: a comment in the first column below something deeper,
// and a carriage return alone.
const isComparable = (text: string): boolean => !/\n#|\r(?!\n)/.test(text);

const lines = TOPOLOGY.split('\n');
const excerpt = fc
  .tuple(fc.nat({ max: lines.length }), fc.nat({ max: lines.length }))
  .map(([a, b]) => lines.slice(Math.min(a, b), Math.max(a, b)).join('\n'));
const soup = fc
  .array(fc.constantFrom('a', 'b: ', ...PIECES), { maxLength: 24 })
  .map((pieces) => `a: ${pieces.join('')}`);

describe('the fast reader', () => {
  test('when a topology keeps to plain YAML, then the fast reader reads it', () => {
    expect(compare(TOPOLOGY)).toBe(true);
    expect(compare(TOPOLOGY.replaceAll('\n', '\r\n'))).toBe(true);
    expect(compare(`---\n${TOPOLOGY}`)).toBe(true);
  });

  test.each([
    'a: &a 1',
    'a: *a',
    'a: !!str 1',
    '<<: {a: 1}',
    'a: "two\n  lines"',
    'a: two\n  lines',
    '? a\n: b',
    'a: b: c',
  ])('when the text is %j, then it leaves it to the library', (text) => {
    expect(readPlainYaml(new Reading(new Lines('net.yaml', text)))).toBeUndefined();
  });

  test.each([
    ['excerpts of a topology', edited(excerpt)],
    ['pieces of YAML', edited(soup)],
    ['JSON', edited(fc.json())],
  ])('when it accepts %s, then the library reads the same values at the same places', (_what, texts) => {
    let accepted = 0;
    fc.assert(
      fc.property(texts.filter(isComparable), (text) => {
        if (compare(text)) accepted++;
      }),
      { numRuns: 1500, seed: 7 },
    );
    expect(accepted).toBeGreaterThan(50);
  });
});
