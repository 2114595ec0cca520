/** Whether every packet that one rule of iptables takes is one that another would take. */
import type { FieldTest, Test } from '../../mechanism/netfilter/predicate.ts';
import type { Rule } from '../../mechanism/netfilter/ruleset.ts';
import { minus, type IntegerSet } from '../../value/integer-set.ts';

/** Whether the outer rule takes all that the inner one does: each of its tests follows from one of the inner's. */
export const takesAll = (outer: Rule, inner: Rule): boolean =>
  outer.tests.every((test) => inner.tests.some((one) => follows(one, test))) && isCertain(outer);

/** What one packet alone does not decide, or what rules between the two may change. */
const OPEN: ReadonlySet<Test['kind']> = new Set(['choice', 'recent', 'tally', 'connections']);
const CHANGING: ReadonlySet<string> = new Set([
  'mark',
  'connmark',
  'ttl',
  'dscp',
  'ecn',
  'tos',
  'mss',
  'flags',
]);

const isCertain = ({ tests, unknown, choice }: Rule): boolean =>
  unknown === undefined &&
  choice === undefined &&
  tests.every((test) => !OPEN.has(test.kind) && !isChanging(test));

const isChanging = (test: Test): boolean => test.kind === 'field' && CHANGING.has(test.field);

/** Whether the second holds wherever the first does. */
function follows(first: Test, second: Test): boolean {
  if (first.kind === 'field' && second.kind === 'field') return fieldFollows(first, second);
  if (first.kind === 'interface' && second.kind === 'interface') {
    if (first.side !== second.side) return false;
    if (first.not || second.not) return isSame(first, second);
    return second.open ? first.name.startsWith(second.name) : !first.open && first.name === second.name;
  }
  if (first.kind === 'state' && second.kind === 'state' && !first.not && !second.not)
    return [...first.states].every((state) => second.states.has(state));
  return isSame(first, second);
}

const isSame = (a: Test, b: Test): boolean =>
  a.kind === b.kind && a.option === b.option && a.wanted === b.wanted && a.not === b.not;

function fieldFollows(first: FieldTest, second: FieldTest): boolean {
  if (first.field !== second.field || first.mask !== second.mask) return false;
  if (first.whenAbsent === true && second.whenAbsent !== true) return false;
  if (first.not) return second.not && isPart(second.set, first.set);
  return second.not ? isApart(first.set, second.set) : isPart(first.set, second.set);
}

const isPart = (inner: IntegerSet, outer: IntegerSet): boolean =>
  outer.length === 2
    ? inner.length === 0 || (inner[0]! >= outer[0]! && inner.at(-1)! <= outer[1]!)
    : minus(inner, outer).length === 0;

const isApart = (a: IntegerSet, b: IntegerSet): boolean => {
  const rest = minus(a, b);
  return rest.length === a.length && rest.every((bound, i) => bound === a[i]);
};
