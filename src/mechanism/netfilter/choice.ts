/** Rules that a packet alone does not decide, and what `--pick NODE:TABLE/CHAIN/RULE=…` may say of them. */
import type { Io } from '../../walk/device.ts';
import { isWithin } from './connections.ts';
import type { Machine } from './machine.ts';
import {
  holds,
  setAnswer,
  type ChoiceTest,
  type ConnectionsTest,
  type RecentTest,
  type TallyTest,
  type Test,
} from './predicate.ts';
import { isRecalled } from './recent.ts';
import type { Rule, Ruleset } from './ruleset.ts';
import { isCounted } from './tally.ts';
import type { Subject } from './subject.ts';

const matchWord = (isMatch: boolean): string => (isMatch ? 'match' : 'no-match');

export const MATCH_WORDS: readonly string[] = [matchWord(true), matchWord(false)];

/** The rules of a rule set that are a choice: `filter/FORWARD/3`. */
export const choicesOf = (ruleset: Ruleset): string[] =>
  [...ruleset.tables.values()].flatMap((table) =>
    [...table.chains.values()].flatMap((chain) => chain.rules.flatMap((rule) => rule.choice ?? [])),
  );

/** A rule with tests that nothing here decides: when the others hold, whether it matches is one choice with a default. */
export function isChosen(rule: Rule, choice: string, subject: Subject, machine: Machine, io: Io): boolean {
  const { usual, by } = usually(rule, choice, subject, machine, io);
  // A rule that only counts or logs needs no choice.
  if (usual === undefined || by.length === 0 || rule.target.do === 'continue') return usual ?? false;
  const node = `${machine.node}:${choice}`;
  const { option, how } = io.ask.choose({ node, options: [usual, !usual], name: matchWord, over: [] });
  if (how !== 'picked')
    io.note({
      type: 'assumed',
      code: 'rule-choice',
      about: `${node}=${matchWord(option)}: ${by.join(', ')}`,
    });
  return option;
}

/** Whether a rule matches if nobody picks, and the matches that left it open; undefined when it does not match anyhow. */
function usually(
  { tests, fact }: Rule,
  choice: string,
  subject: Subject,
  machine: Machine,
  io: Io,
): { readonly usual: boolean | undefined; readonly by: readonly string[] } {
  let usual = true;
  const by: string[] = [];
  for (const test of tests) {
    if (isOpen(test, subject)) {
      by.push(test.by);
      usual &&= test.holds;
    } else if (test.kind === 'set') {
      const answer = setAnswer(test, subject, io.ask);
      if (answer === undefined) by.push(`set ${test.set}`);
      usual &&= (answer ?? false) !== test.not;
    } else if (isMemory(test)) {
      // The kernel looks at a match, and counts, only when those before it hold.
      usual &&= isRemembered(test, choice, subject, machine, io) !== test.not;
      by.push(...memoryOf(test));
    } else if (!holds(test, subject, io.ask, fact.at)) return { usual: undefined, by };
  }
  return { usual, by };
}

type MemoryTest = RecentTest | TallyTest | ConnectionsTest;

const isMemory = (test: Test): test is MemoryTest =>
  test.kind === 'recent' || test.kind === 'tally' || test.kind === 'connections';

/** The match whose memory decides; none where the packet is only written down. */
function memoryOf(test: MemoryTest): readonly string[] {
  if (test.kind === 'recent') return test.how === 'set' ? [] : ['recent'];
  return [test.kind === 'tally' ? test.by : 'connlimit'];
}

function isRemembered(test: MemoryTest, choice: string, subject: Subject, machine: Machine, io: Io): boolean {
  switch (test.kind) {
    case 'recent':
      return isRecalled(test, test.not, subject, machine, io);
    case 'tally':
      return isCounted(test, `${test.by}/${choice}`, subject, machine, io);
    case 'connections':
      return isWithin(test, choice, subject, machine, io);
    default:
      return test satisfies never;
  }
}

const isOpen = (test: Test, { passing }: Subject): test is ChoiceTest =>
  test.kind === 'choice' && (test.forwarded === undefined || passing.in === undefined);
