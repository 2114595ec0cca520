/** Walks a packet through the chains of one table (net/ipv4/netfilter/ip_tables.c, ipt_do_table). */
import type { Cite } from '../../walk/cite.ts';
import type { Io } from '../../walk/device.ts';
import { isOverruled } from '../../walk/past.ts';
import type { Reason } from '../../walk/reason.ts';
import type { Machine, Passed, Passing } from './machine.ts';
import type { Decision } from './nat.ts';
import { changed } from './change.ts';
import { isChosen } from './choice.ts';
import { nearMisses } from './near.ts';
import { fieldHolds, holds } from './predicate.ts';
import { sendRejection } from './rejection.ts';
import type { Chain, Rule, Table } from './ruleset.ts';
import { subjectOf, type Subject } from './subject.ts';

/** What a table says of a packet; in nat, what is to become of the flow. */
export type Walked =
  Passed | { readonly do: 'translate'; readonly decision: Decision; readonly passing: Passing };

interface Place {
  readonly chain: Chain;
  /** The next rule to look at. */
  readonly index: number;
}

/** One walk: what is the same for all its rules. */
interface Round {
  readonly table: Table;
  readonly builtIn: Chain;
  readonly machine: Machine;
  readonly io: Io;
}

/** Walks the table from a built-in chain. The packet's addresses do not change on the way, its mark may. */
export function walkTable(table: Table, builtIn: Chain, passing: Passing, machine: Machine, io: Io): Walked {
  const round: Round = { table, builtIn, machine, io };
  /** Chains to come back to: one a jump, none for a goto. */
  const callers: Place[] = [];
  let subject = subjectOf(passing, machine);
  let chain = builtIn;
  let index = 0;
  for (;;) {
    const rule = chain.rules[index];
    if (rule && !matches(rule, subject, round)) {
      index++;
      continue;
    }
    const result = rule ? reached(round, chain, index, rule, subject) : 'return';
    if (result === 'next') index++;
    else if (result === 'return') {
      const caller = callers.pop();
      if (!caller) return byPolicy(round, subject);
      ({ chain, index } = caller);
    } else if ('enter' in result) {
      if (!result.goto) callers.push({ chain, index: index + 1 });
      chain = result.enter;
      index = 0;
    } else if ('changed' in result) {
      subject = subjectOf(result.changed, machine);
      index++;
    } else return result;
  }
}

function matches(rule: Rule, subject: Subject, round: Round): boolean {
  if (rule.choice !== undefined) return isChosen(rule, rule.choice, subject, round.machine, round.io);
  const { tests, fact } = rule;
  for (let i = 0; i < tests.length; i++) {
    const test = tests[i]!;
    // Nearly all tests are of fields: the short way is worth half of a long chain's time.
    if (test.kind === 'field') {
      if (!fieldHolds(test, subject, round.io.ask, fact.at)) return false;
    } else if (!holds(test, subject, round.io.ask, fact.at)) return false;
  }
  return true;
}

type Reached =
  | 'next'
  | 'return'
  | { readonly enter: Chain; readonly goto: boolean }
  | { readonly changed: Passing }
  | Walked;

/** What a rule does whose tests all hold. */
function reached(round: Round, chain: Chain, index: number, rule: Rule, subject: Subject): Reached {
  const { target, fact } = rule;
  const { passing } = subject;
  if (target.do === 'continue') return 'next';
  if (rule.unknown !== undefined)
    return { do: 'unknown', missing: `what the match "${rule.unknown}" decides`, at: fact.at };
  if (target.do === 'unknown')
    return { do: 'unknown', missing: `what the target ${target.name} does`, at: fact.at };
  const { name: table } = round.table;
  const near = (): ReturnType<typeof nearMisses> => nearMisses(chain, index, subject);
  round.io.note({ type: 'matched', table, chain: chain.name, rule: fact, action: target.name, near });
  switch (target.do) {
    case 'accept':
      return { do: 'accept', passing };
    case 'drop':
      return dropped(passing, rule.testsState, 'filter-denied', fact.at, round.io);
    case 'reject': {
      const refused = dropped(passing, rule.testsState, 'filter-denied', fact.at, round.io);
      if (refused.do === 'drop') sendRejection(target.with, passing, round.machine, round.io);
      return refused;
    }
    case 'return':
      return 'return';
    case 'jump':
      return { enter: round.table.chains.get(target.name)!, goto: target.goto };
    case 'mark':
    case 'connmark':
    case 'ttl':
    case 'tos':
    case 'flags':
    case 'mss':
    case 'untrack':
    case 'template': {
      const place = { table, chain: chain.name, rule: fact, at: fact.at };
      return { changed: changed(target, passing, place, round.machine, round.io) };
    }
    case 'translate':
      return { do: 'translate', decision: { target, rule, chain: chain.name }, passing };
    default:
      return target satisfies never;
  }
}

/** The end of the built-in chain, or RETURN in it. An empty chain that accepts says nothing. */
function byPolicy({ table, builtIn, io }: Round, subject: Subject): Walked {
  const { passing } = subject;
  const action = builtIn.policy ?? 'ACCEPT';
  if (builtIn.rules.length > 0 || action === 'DROP') {
    const near = (): ReturnType<typeof nearMisses> => nearMisses(builtIn, builtIn.rules.length, subject);
    io.note({ type: 'matched', table: table.name, chain: builtIn.name, rule: undefined, action, near });
  }
  if (action === 'ACCEPT') return { do: 'accept', passing };
  return dropped(passing, builtIn.testsState, 'filter-default-policy', builtIn.at, io);
}

/** A drop of what connection tracking calls INVALID is put down to that, if what decided looked at the state. */
function dropped(
  passing: Passing,
  testsState: boolean,
  reason: Reason,
  at: Cite | undefined,
  io: Io,
): Passed {
  const state = passing.tracked?.state;
  const drop: Passed =
    state === 'INVALID' && testsState
      ? { do: 'drop', reason: 'session-invalid', at, note: state }
      : { do: 'drop', reason, at };
  return isOverruled(drop, io) ? { do: 'accept', passing } : drop;
}
