import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAddress, WHOLE, type Address } from '../value/address.ts';
import { contains, formatPrefix, prefix, prefixOf, type Prefix } from '../value/prefix.ts';
import { PrefixTable } from './prefix-table.ts';

const address = (text: string): Address => parseAddress(text)!;
const tableOf = (...texts: readonly string[]): PrefixTable<string> =>
  new PrefixTable(texts.map((text) => [prefix(text), text]));

/** The slow twin: every entry is looked at. */
const scan = (entries: readonly (readonly [Prefix, number])[], at: Address): number[] =>
  entries
    .filter(([one]) => contains(one, at))
    .toSorted(([a], [b]) => b.length - a.length)
    .map(([, value]) => value);

describe('find', () => {
  test.each([
    [
      'the longest of two nested prefixes holds it',
      ['10.0.0.0/16', '10.0.0.0/24'],
      '10.0.0.5',
      '10.0.0.0/24',
    ],
    ['only the shorter prefix holds it', ['10.0.0.0/16', '10.0.0.0/24'], '10.0.1.5', '10.0.0.0/16'],
    ['it is the last address of a prefix', ['10.0.0.0/24'], '10.0.0.255', '10.0.0.0/24'],
    ['it is the address after a prefix', ['10.0.0.0/24'], '10.0.1.0', undefined],
    ['it is the first address of all and there is a default', ['0.0.0.0/0'], '0.0.0.0', '0.0.0.0/0'],
    ['it is the last address of all and there is a default', ['0.0.0.0/0'], '255.255.255.255', '0.0.0.0/0'],
    [
      'the last address of all has a host route',
      ['0.0.0.0/0', '255.255.255.255/32'],
      '255.255.255.255',
      '255.255.255.255/32',
    ],
    ['it is IPv6 and only an IPv4 default exists', ['0.0.0.0/0'], '::', undefined],
    ['it is IPv4 and only an IPv6 default exists', ['::/0'], '0.0.0.0', undefined],
    ['both families have rows', ['0.0.0.0/0', '::/0', '2001:db8::/32'], '2001:db8::1', '2001:db8::/32'],
    ['it is the last IPv6 address', ['::/0'], 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '::/0'],
    ['the table is empty', [], '10.0.0.1', undefined],
  ])('when %s then the answer is right', (_, rows, asked, found) => {
    expect(tableOf(...rows).find(address(asked))).toBe(found);
  });

  test('when a prefix is given twice then the first is found and both cover', () => {
    const table = new PrefixTable([
      [prefix('10.0.0.0/8'), 'first'],
      [prefix('10.0.0.0/8'), 'second'],
    ]);
    expect(table.find(address('10.1.1.1'))).toBe('first');
    expect(table.covering(address('10.1.1.1'))).toEqual(['first', 'second']);
  });
});

test('when prefixes nest then covering lists them from the longest to the shortest', () => {
  const table = tableOf('0.0.0.0/0', '10.0.0.0/16', '10.0.0.0/24', '10.0.0.5/32', '10.0.1.0/24');
  expect(table.covering(address('10.0.0.5'))).toEqual([
    '10.0.0.5/32',
    '10.0.0.0/24',
    '10.0.0.0/16',
    '0.0.0.0/0',
  ]);
  expect(table.covering(address('11.0.0.5'))).toEqual(['0.0.0.0/0']);
});

describe('against a scan of all entries', () => {
  // Few bits vary, so that prefixes nest, touch and repeat.
  const low4 = fc.record({
    bits: fc.integer({ min: 0, max: 0xff }),
    place: fc.constantFrom(24, 16, 8, 0),
    length: fc.integer({ min: 0, max: 32 }),
  });
  const prefix4 = low4.map(({ bits, place, length }) => prefixOf((bits * 2 ** place) % 2 ** 32, length));
  const prefix6 = fc
    .record({
      bits: fc.bigInt({ min: 0n, max: 0xffn }),
      place: fc.constantFrom(120n, 64n, 8n, 0n),
      length: fc.integer({ min: 0, max: 128 }),
    })
    .map(({ bits, place, length }) => prefixOf((1n << 128n) + (bits << place), length));
  const edges = (one: Prefix): Address[] =>
    typeof one.first === 'number' && typeof one.last === 'number'
      ? [one.first, one.last, Math.max(0, one.first - 1), Math.min(0xffffffff, one.last + 1)]
      : [one.first, one.last];

  test.each([
    ['few', 12],
    ['so many that an index is made', 400],
  ])('when there are %s routes of both families then every edge gives the same answers', (_, maxLength) => {
    fc.assert(
      fc.property(fc.array(fc.oneof(prefix4, prefix4, prefix6), { maxLength, size: 'max' }), (prefixes) => {
        const entries = prefixes.map((one, i) => [one, i] as const);
        const table = new PrefixTable(entries);
        for (const at of [...prefixes.flatMap(edges), 0, 0xffffffff, ...WHOLE[6]]) {
          const expected = scan(entries, at);
          expect(table.find(at)).toBe(expected[0]);
          expect(table.covering(at)).toEqual(expected);
        }
      }),
      { numRuns: maxLength > 100 ? 20 : 300 },
    );
  });

  test('when 5,000 routes are spread over the whole space then random addresses get the same answers', () => {
    const random = fc.sample(fc.tuple(fc.nat(0xffffffff), fc.integer({ min: 8, max: 32 })), {
      numRuns: 5000,
      seed: 1,
    });
    const entries = random.map(([first, length], i) => [prefixOf(first, length), i] as const);
    const table = new PrefixTable(entries);
    for (const [at] of random.slice(0, 500))
      expect(table.covering(at), formatPrefix(prefixOf(at, 32))).toEqual(scan(entries, at));
  });
});
