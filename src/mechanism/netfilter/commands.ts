/** The commands of iptables-restore and of `iptables -S` on one table: -A, -I, -D, -R, -N, -E, -P, -F, -X and -Z. */
import type { Family } from '../../value/address.ts';
import type { ReadRule } from './assemble.ts';
import { chainsOf, HOOKS, TABLES, type Hook } from './hook.ts';
import type { DraftChain, DraftTable } from './link.ts';
import { printRule } from './print.ts';
import type { RuleContext } from './rule-reading.ts';
import { readRule } from './rule-text.ts';
import type { Policy } from './ruleset.ts';
import { nearest, quote, type Word } from './words.ts';

/** The table that a line belongs to, and what is told about the line. */
export interface LineContext extends RuleContext {
  readonly draft: DraftTable;
}

const LONG: Readonly<Record<string, string>> = {
  '--append': '-A',
  '--insert': '-I',
  '--delete': '-D',
  '--replace': '-R',
  '--new-chain': '-N',
  '--new': '-N',
  '--rename-chain': '-E',
  '--policy': '-P',
  '--flush': '-F',
  '--delete-chain': '-X',
  '--zero': '-Z',
};

const shortOf = (word: Word | undefined): string => LONG[word?.text ?? ''] ?? word?.text ?? '';

const HAS_RULE: ReadonlySet<string> = new Set(['-A', '-I', '-D', '-R']);

/** Does what a line says; options of its rule may stand before the command, too. */
export function runCommand(words: readonly Word[], context: LineContext): void {
  const at = HAS_RULE.has(shortOf(words[0])) ? 0 : words.findIndex((word) => HAS_RULE.has(shortOf(word)));
  if (at > 0 && /^(-[^-]|--|!)/.test(words[0]!.text))
    return runRule([...words.slice(at, at + 2), ...words.slice(0, at), ...words.slice(at + 2)], context);
  const [command, first, second] = words;
  switch (shortOf(command)) {
    case '-A':
    case '-I':
    case '-D':
    case '-R':
      return runRule(words, context);
    case '-N':
      return newChain(first?.text ?? '', context);
    case '-E':
      return rename(first?.text ?? '', second?.text ?? '', context);
    case '-P':
      return setPolicy(first?.text ?? '', second?.text ?? '', context);
    case '-F':
    case '-X':
    case '-Z':
      return clear(shortOf(command), first?.text, context);
    default:
      return context.report(
        command?.column ?? 1,
        `${quote(command?.text ?? '')} does not begin a line of iptables-save text`,
        /^(sudo\s+)?ip6?tables\b/.test(context.text)
          ? 'the output of iptables-save, not the commands'
          : undefined,
      );
  }
}

const unknownChain = (name: string, { draft, report, hints }: LineContext, column = 1): void =>
  report(
    column,
    `There is no chain ${quote(name)} in table ${draft.name}`,
    hints ? (nearest(name, draft.chains.keys()) ?? tableWith(name)) : undefined,
  );

/** A built-in chain that other tables have. */
function tableWith(name: string): string | undefined {
  const tables = TABLES.filter((table) => chainsOf(table).some((chain) => chain === name));
  return tables.length === 0 ? undefined : `${name} is a chain of table ${tables.join(', ')}`;
}

/** -A CHAIN RULE, -I CHAIN [PLACE] RULE, -D CHAIN PLACE|RULE, -R CHAIN PLACE RULE. */
function runRule(words: readonly Word[], context: LineContext): void {
  const command = shortOf(words[0]);
  const chain = context.draft.chains.get(words[1]?.text ?? '');
  if (!chain) unknownChain(words[1]?.text ?? '', context);
  const figure = command === '-A' ? undefined : /^\d+$/.exec(words[2]?.text ?? '')?.[0];
  const place = Number(figure ?? 1);
  if (chain && figure !== undefined && !isPlace(place, command, chain))
    return context.report(words[2]!.column, `Chain ${chain.name} has no place ${figure}`);
  if (chain && command === '-D' && figure !== undefined && words.length === 3)
    return void chain.rules.splice(place - 1, 1);
  const rule = readRule(words, figure === undefined ? 2 : 3, context);
  if (!rule || !chain) return;
  checkSides(rule, words, chain.name, context);
  if (command === '-A') chain.rules.push(rule);
  else if (command === '-I') chain.rules.splice(place - 1, 0, lastFirst(rule));
  else if (command === '-R') chain.rules.splice(place - 1, 1, rule);
  else remove(rule, chain, context);
}

/** Rules that one line stands for are put in one by one at the same place. */
function lastFirst(rule: ReadRule): ReadRule {
  const tests = rule.tests.toReversed();
  if (!rule.spelling) return { ...rule, tests };
  const own = rule.spelling.own.map((one) =>
    one.option === '-s' || one.option === '-d'
      ? { ...one, words: one.words.map((word) => word.split(/, */).toReversed().join(',')) }
      : one,
  );
  return { ...rule, tests, spelling: { ...rule.spelling, own } };
}

const NO_IN: readonly Hook[] = ['OUTPUT', 'POSTROUTING'];
const NO_OUT: readonly Hook[] = ['PREROUTING', 'INPUT'];

/** In built-in chains iptables refuses -i where nothing has come in, and -o where nothing goes out yet. */
function checkSides(rule: ReadRule, words: readonly Word[], chain: string, { report }: LineContext): void {
  const hook = HOOKS.find((one) => one === chain);
  if (!hook) return;
  for (const test of rule.tests[0] ?? []) {
    if (test.kind !== 'interface' || !(test.side === 'in' ? NO_IN : NO_OUT).includes(hook)) continue;
    const [option, long] = test.side === 'in' ? ['-i', '--in-interface'] : ['-o', '--out-interface'];
    const word = words.find(({ text }) => text === option || (text.length > 4 && long.startsWith(text)));
    report(word?.column ?? 1, `${option} cannot be used in ${hook}`);
  }
}

const isPlace = (place: number, command: string, { rules }: DraftChain): boolean =>
  place >= 1 && place <= rules.length + (command === '-I' ? 1 : 0);

/** The first rule of the chain that is spelt alike. */
function remove(rule: ReadRule, chain: DraftChain, { family, report }: LineContext): void {
  const wanted = spelling(rule, chain, family);
  const at = chain.rules.findIndex((one) => spelling(one, chain, family) === wanted);
  if (at < 0) report(1, `Chain ${chain.name} has no such rule`);
  else chain.rules.splice(at, 1);
}

const SPELLINGS = new WeakMap<ReadRule, string>();

function spelling(rule: ReadRule, chain: DraftChain, family: Family): string {
  const text = SPELLINGS.get(rule) ?? printRule(rule, chain.name, family).join('\n');
  SPELLINGS.set(rule, text);
  return text;
}

/** Names that only the kernel's verdicts have. */
const VERDICTS: ReadonlySet<string> = new Set(['ACCEPT', 'DROP', 'QUEUE', 'RETURN']);

// eslint-disable-next-line no-control-regex -- control characters are what must not get through
const hasControl = (text: string): boolean => /[\u0000-\u001f\u007f-\u009f]/.test(text);

function checkName(name: string, { report }: LineContext): boolean {
  const isName = name.length <= 28 && /^[^\s!\-"][^\s"]*$/.test(name) && !hasControl(name);
  if (!isName) report(1, `${quote(name)} is not a chain name of 1 to 28 characters`);
  else if (VERDICTS.has(name)) report(1, `A chain cannot be called ${name}, which is a verdict`);
  return isName && !VERDICTS.has(name);
}

/** `:CHAIN -`; a chain that is there stays as it is. */
export function addChain(name: string, context: LineContext): void {
  const { chains } = context.draft;
  if (!chains.has(name) && checkName(name, context)) chains.set(name, { name, policy: undefined, rules: [] });
}

function newChain(name: string, context: LineContext): void {
  if (context.draft.chains.has(name)) context.report(1, `There is a chain ${quote(name)} already`);
  else addChain(name, context);
}

export function setPolicy(name: string, policy: string, { draft, line, report }: LineContext): void {
  const chain = draft.chains.get(name);
  if (!chain?.policy) {
    const message = `${quote(name)} is not a built-in chain of table ${draft.name}, so it has no policy`;
    return report(1, message, nearest(name, chainsOf(draft.name)));
  }
  const known = (['ACCEPT', 'DROP'] as const satisfies readonly Policy[]).find((one) => one === policy);
  if (!known) return report(1, `${quote(policy)} is not a policy`, 'ACCEPT or DROP');
  if (draft.name === 'nat' && known === 'DROP')
    return report(1, 'The nat table is not for filtering: its policies are ACCEPT');
  chain.policy = known;
  chain.policyLine = line;
}

/** -E OLD NEW: jumps to the chain follow it. */
function rename(name: string, wanted: string, context: LineContext): void {
  const { chains } = context.draft;
  const chain = chains.get(name);
  if (!chain || chain.policy) return unknownChain(name, context);
  if (chains.has(wanted)) return context.report(1, `There is a chain ${quote(wanted)} already`);
  if (!checkName(wanted, context)) return undefined;
  chains.delete(name);
  chains.set(wanted, { ...chain, name: wanted });
  for (const { rules } of chains.values()) {
    for (const [i, rule] of rules.entries())
      if (rule.target.do === 'jump' && rule.target.name === name)
        rules[i] = { ...rule, target: { ...rule.target, name: wanted } };
  }
}

/** -F empties chains, -X removes user chains that are empty and that nothing jumps to, -Z puts counters to zero. */
function clear(command: string, name: string | undefined, context: LineContext): void {
  const { chains } = context.draft;
  const chain = name === undefined ? undefined : chains.get(name);
  if (name !== undefined && (!chain || (command === '-X' && chain.policy)))
    return unknownChain(name, context);
  for (const one of chain ? [chain] : chains.values()) {
    if (command === '-F') one.rules.length = 0;
    else if (command === '-X' && !one.policy) removeChain(one, context);
  }
}

function removeChain(chain: DraftChain, { draft, report }: LineContext): void {
  const isUsed = [...draft.chains.values()].some(({ rules }) =>
    rules.some(({ target }) => target.do === 'jump' && target.name === chain.name),
  );
  if (chain.rules.length > 0) report(1, `Chain ${chain.name} has rules and cannot be removed`);
  else if (isUsed) report(1, `Something jumps to chain ${chain.name}, so it cannot be removed`);
  else draft.chains.delete(chain.name);
}
