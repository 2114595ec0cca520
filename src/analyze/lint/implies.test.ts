// A rule that is said to take all that another takes, held against every packet of a small world.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRuleset } from '../../mechanism/netfilter/netfilter.ts';
import type { FieldTest, Test } from '../../mechanism/netfilter/predicate.ts';
import type { Rule } from '../../mechanism/netfilter/ruleset.ts';
import { has } from '../../value/integer-set.ts';
import { takesAll } from './implies.ts';

const PREFIXES = ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '10.1.2.3/32', '192.168.0.0/16'];
const PORTS = ['22', '80', '20:30', '0:1023', '1024:65535'];

const not = fc.constantFrom('', '! ');
const option = (name: string, values: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant('') },
    fc.tuple(not, fc.constantFrom(...values)).map(([bang, value]) => `${bang}${name} ${value}`),
  );

const ruleText = fc
  .record({
    source: option('-s', PREFIXES),
    destination: option('-d', PREFIXES),
    in: option('-i', ['eth0', 'eth1', 'eth+']),
    ports: option('--dport', PORTS),
    state: fc.constantFrom('', '-m conntrack --ctstate NEW', '-m conntrack --ctstate NEW,ESTABLISHED'),
  })
  .map(({ source, destination, in: by, ports, state }) =>
    [source, destination, by, ports === '' ? '' : `-p tcp -m tcp ${ports}`, state].filter(Boolean).join(' '),
  );

function ruleOf(text: string): Rule {
  const { ruleset, problems } = readRuleset(`*filter\n-A FORWARD ${text} -j DROP\nCOMMIT\n`, {
    family: 4,
    at: '',
  });
  expect(problems).toEqual([]);
  return ruleset.tables.get('filter')!.chains.get('FORWARD')!.rules[0]!;
}

/** As much of a packet as those rules ask for. */
interface Sample {
  readonly fields: Readonly<Record<string, number | undefined>>;
  readonly in: string;
  readonly state: string;
}

const address = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const ADDRESSES = ['10.1.2.3', '10.1.2.4', '10.1.9.9', '10.9.9.9', '192.168.1.1', '8.8.8.8'].map(address);

const SAMPLES: readonly Sample[] = ADDRESSES.flatMap((src) =>
  ADDRESSES.flatMap((dst) =>
    [22, 25, 80, 2000, undefined].flatMap((dport) =>
      ['eth0', 'eth1', 'wlan0'].flatMap((by) =>
        ['NEW', 'ESTABLISHED', 'INVALID'].map((state) => ({
          fields: { src, dst, dport, protocol: dport === undefined ? 17 : 6 },
          in: by,
          state,
        })),
      ),
    ),
  ),
);

/** The slow and obvious reading of a test. */
function holds(test: Test, sample: Sample): boolean {
  if (test.kind === 'field') return fieldHolds(test, sample.fields[test.field]);
  if (test.kind === 'interface')
    return (test.open ? sample.in.startsWith(test.name) : sample.in === test.name) !== test.not;
  if (test.kind === 'state') return [...test.states].some((state) => state === sample.state) !== test.not;
  throw new Error(`no reading of ${test.kind}`);
}

const fieldHolds = (test: FieldTest, value: number | undefined): boolean =>
  value === undefined ? (test.whenAbsent ?? false) : has(test.set, value) !== test.not;

test('when one rule takes all that another takes then no packet shows otherwise', () => {
  let found = 0;
  fc.assert(
    fc.property(ruleText, ruleText, (first, second) => {
      const [outer, inner] = [ruleOf(first), ruleOf(second)];
      if (!takesAll(outer, inner)) return;
      found++;
      const shown = SAMPLES.find(
        (sample) =>
          inner.tests.every((one) => holds(one, sample)) && !outer.tests.every((one) => holds(one, sample)),
      );
      expect(shown, `${first}  |  ${second}`).toBeUndefined();
    }),
    { numRuns: 2000 },
  );
  expect(found).toBeGreaterThan(100);
});

test.each([
  ['-s 10.0.0.0/8', '-s 10.1.0.0/16 -p tcp', true],
  ['-s 10.1.0.0/16', '-s 10.0.0.0/8', false],
  ['! -s 10.1.0.0/16', '-s 192.168.0.0/16', true],
  ['! -s 10.1.0.0/16', '-s 10.0.0.0/8', false],
  ['! -s 10.1.0.0/16', '! -s 10.0.0.0/8', true],
  ['-i eth+', '-i eth1', true],
  ['-i eth1', '-i eth+', false],
  ['-m conntrack --ctstate NEW,ESTABLISHED', '-m conntrack --ctstate NEW', true],
  ['-m limit --limit 5/min', '-s 10.0.0.0/8', false],
  ['-m mark --mark 1', '-m mark --mark 1', false],
  ['', '-s 10.0.0.0/8', true],
])('when %j stands before %j then it takes all of it: %j', (first, second, expected) => {
  expect(takesAll(ruleOf(first), ruleOf(second))).toBe(expected);
});
