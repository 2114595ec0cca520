/** `iptables-save`, `ip6tables-save` and `iptables -S` text -> Ruleset, or the same text as iptables-save spells it. */
import type { TableName } from './hook.ts';
import { link, type DraftTable, type LinkOptions } from './link.ts';
import { printTables } from './print.ts';
import type { Ruleset, Table, TextProblem } from './ruleset.ts';
import { readTables, type TextOptions } from './tables-text.ts';

/** Reads the whole text; never throws. All problems are reported; rules that have one are left out. */
export function readRuleset(
  text: string,
  options: TextOptions & LinkOptions,
): { readonly ruleset: Ruleset; readonly problems: readonly TextProblem[] } {
  const { tables, problems } = readTables(text, options);
  const loaded = new Map<TableName, Table>();
  for (const draft of tables)
    loaded.set(
      draft.name,
      link(draft, options, (one) => problems.push(one)),
    );
  const ruleset = { family: options.family, tables: loaded, tracks: tables.some(tracks) };
  return { ruleset, problems: byPlace(problems) };
}

const byPlace = (problems: readonly TextProblem[]): readonly TextProblem[] =>
  problems.toSorted((a, b) => a.line - b.line || a.column - b.column);

/** What iptables-save prints once iptables-restore has loaded the text; tables stand in the order of the text. */
export function spellRules(
  text: string,
  options: TextOptions,
): { readonly text: string; readonly problems: readonly TextProblem[] } {
  const strictly = { ...options, isPrinted: true, onlyKnown: true } as const;
  const { tables, problems } = readTables(text, strictly);
  for (const draft of tables) link(draft, strictly, (one) => problems.push(one));
  const last = new Map(tables.map((draft) => [draft.name, draft]));
  return { text: printTables([...last.values()], options.family), problems: byPlace(problems) };
}

/** Whether some rule switches connection tracking on. */
const tracks = ({ chains }: DraftTable): boolean =>
  [...chains.values()].some(({ rules }) => rules.some((rule) => rule.tracks));
