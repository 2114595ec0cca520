/** Joins the chains of a table: jumps to their chains, loops, and from which hooks each rule can be reached. */
import type { Cite } from '../../walk/cite.ts';
import type { ReadRule } from './assemble.ts';
import { EXTENSION_NAME, foreignText } from './extension.ts';
import { chainsOf, type Hook, type TableName } from './hook.ts';
import { TARGETS } from './targets/targets.ts';
import type { Chain, Policy, Rule, Table, Target, TextProblem } from './ruleset.ts';
import type { Test } from './predicate.ts';
import { nearest, quote } from './words.ts';

/** A chain while its table is read. */
export interface DraftChain {
  readonly name: string;
  policy: Policy | undefined;
  /** Line of the policy; undefined when it is the default. */
  policyLine?: number;
  readonly rules: ReadRule[];
}

export interface DraftTable {
  readonly name: TableName;
  readonly line: number;
  readonly chains: Map<string, DraftChain>;
}

export interface LinkOptions {
  /** Where the text stands: rules are cited as `${at}#${line}`. */
  readonly at?: Cite | undefined;
  /** Targets that nobody knows are refused. */
  readonly onlyKnown?: true;
}

type Report = (
  at: { readonly line: number; readonly column: number },
  message: string,
  suggestion?: string,
  isWarning?: true,
) => void;

/** The table with its jumps checked. What is wrong is reported, and reaching it ends a walk as unknown. */
export function link(draft: DraftTable, options: LinkOptions, problem: (one: TextProblem) => void): Table {
  const { at: base } = options;
  const report: Report = ({ line, column }, message, suggestion, isWarning) =>
    problem({
      line,
      column,
      message,
      ...(suggestion === undefined ? {} : { suggestion }),
      ...(isWarning && { isWarning }),
    });
  const reached = reachedFrom(draft);
  const loops = loopingRules(draft);
  const at = (line: number | undefined): Cite | undefined =>
    base === undefined || line === undefined ? undefined : `${base}#${line}`;
  const chains = new Map<string, Chain>();
  for (const chain of draft.chains.values()) {
    const rules: Rule[] = [];
    for (const rule of chain.rules) {
      checkHooks(rule, reached.get(chain.name) ?? new Set(), report);
      const target = loops.has(rule) ? looping(rule, report) : linked(rule, draft, options.onlyKnown, report);
      for (const tests of rule.tests) {
        const fact = { rule: String(rules.length + 1), text: rule.text, at: at(rule.line) };
        const testsState = tests.some((test) => test.kind === 'state');
        const isChoice = tests.some(({ kind }) => OPEN.has(kind));
        const choice = isChoice ? `${draft.name}/${chain.name}/${fact.rule}` : undefined;
        rules.push({ fact, line: rule.line, tests, unknown: rule.unknown, testsState, choice, target });
      }
    }
    const testsState = rules.some((rule) => rule.testsState);
    const { name, policy, policyLine } = chain;
    chains.set(name, { name, policy, at: at(policyLine), rules, testsState });
  }
  return { name: draft.name, chains };
}

/** Tests that may be a choice. */
const OPEN: ReadonlySet<Test['kind']> = new Set(['choice', 'recent', 'tally', 'connections', 'set'] as const);

function linked(rule: ReadRule, draft: DraftTable, onlyKnown: true | undefined, report: Report): Target {
  const { target } = rule;
  if (target.do !== 'jump') return target;
  const chain = draft.chains.get(target.name);
  if (rule.jumpsAhead && chain)
    report(rule, `Chain ${target.name} must be declared before something jumps to it`);
  if (chain && !chain.policy && !rule.hasTargetOptions) return target;
  if (chain && rule.hasTargetOptions) report(rule, `${quote(target.name)} is a chain and takes no options`);
  else if (chain) report(rule, `${target.name} is a built-in chain, which only the kernel enters`);
  else reportMissing(rule, draft, onlyKnown, report);
  return { do: 'unknown', name: target.name };
}

/** Neither a chain nor a target; with options it may be one of an add-on. */
function reportMissing(rule: ReadRule, draft: DraftTable, onlyKnown: true | undefined, report: Report): void {
  const { target, hasTargetOptions } = rule;
  const meant = nearest(target.name, [...chainNames(draft), ...(hasTargetOptions ? TARGETS.keys() : [])]);
  if (!hasTargetOptions)
    report(rule, `There is no chain ${quote(target.name)} in table ${draft.name}`, meant);
  else if (onlyKnown || meant !== undefined || !EXTENSION_NAME.test(target.name))
    report(
      rule,
      `${quote(target.name)} is not a target, and there is no such chain in table ${draft.name}`,
      meant,
    );
  else report(rule, foreignText(target.name), undefined, true);
}

const chainNames = (draft: DraftTable): string[] => [
  ...[...draft.chains.values()].filter((chain) => !chain.policy).map((chain) => chain.name),
  'ACCEPT',
  'DROP',
  'RETURN',
  'REJECT',
  'LOG',
];

function looping(rule: ReadRule, report: Report): Target {
  report(rule, `The jump to ${quote(rule.target.name)} comes back to its own chain: a loop`);
  return { do: 'unknown', name: rule.target.name };
}

/** The user chains that a chain's rules jump to, with the rules. */
const jumpsOf = (
  chain: DraftChain,
  draft: DraftTable,
): { readonly rule: ReadRule; readonly to: DraftChain }[] =>
  chain.rules.flatMap((rule) => {
    const to = rule.target.do === 'jump' ? draft.chains.get(rule.target.name) : undefined;
    return to && !to.policy ? [{ rule, to }] : [];
  });

/** For each chain the hooks that can lead to it. */
function reachedFrom(draft: DraftTable): Map<string, Set<Hook>> {
  const reached = new Map<string, Set<Hook>>();
  for (const hook of chainsOf(draft.name)) {
    const pending = [draft.chains.get(hook)!];
    for (let chain = pending.pop(); chain; chain = pending.pop()) {
      const hooks = reached.get(chain.name) ?? new Set();
      if (hooks.has(hook)) continue;
      reached.set(chain.name, hooks.add(hook));
      pending.push(...jumpsOf(chain, draft).map((jump) => jump.to));
    }
  }
  return reached;
}

/**
 * Jumps that close a circle which a hook can enter; the kernel takes others (mark_source_chains). Found by a walk in
 * depth without recursion, since chains may be nested by the thousand.
 */
function loopingRules(draft: DraftTable): ReadonlySet<ReadRule> {
  const loops = new Set<ReadRule>();
  const done = new Set<DraftChain>();
  for (const start of [...draft.chains.values()].filter((chain) => chain.policy)) {
    const path = [{ chain: start, jumps: jumpsOf(start, draft), next: 0 }];
    const open = new Set([start]);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const jump = top.jumps[top.next++];
      if (!jump) {
        open.delete(top.chain);
        done.add(top.chain);
        path.pop();
      } else if (open.has(jump.to)) loops.add(jump.rule);
      else if (!done.has(jump.to)) {
        open.add(jump.to);
        path.push({ chain: jump.to, jumps: jumpsOf(jump.to, draft), next: 0 });
      }
    }
  }
  return loops;
}

/** What the kernel takes at some hooks only must not be reachable from others. */
function checkHooks(rule: ReadRule, reached: ReadonlySet<Hook>, report: Report): void {
  for (const { what, hooks, column } of rule.limits) {
    const wrong = [...reached].find((hook) => !hooks.includes(hook));
    if (wrong)
      report(
        { line: rule.line, column },
        `${what} cannot be reached from ${wrong}, only from ${hooks.join(' or ')}`,
      );
  }
}
