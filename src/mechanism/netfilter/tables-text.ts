/** `iptables-save`, `ip6tables-save` and `iptables -S` text -> tables of rules, each line read by itself. */
import type { Family } from '../../value/address.ts';
import { addChain, runCommand, setPolicy, type LineContext } from './commands.ts';
import { chainsOf, TABLES, type TableName } from './hook.ts';
import type { DraftChain, DraftTable } from './link.ts';
import type { TextProblem } from './ruleset.ts';
import { nearest, quote, wordsOf } from './words.ts';

export interface TextOptions {
  readonly family: Family;
  /** The table of `iptables -S` text, which names none; filter unless given. */
  readonly table?: TableName | undefined;
  /** Rules are kept as they can be printed. */
  readonly isPrinted?: true;
  /** What neither iptables nor a known add-on has is refused; else it is read, and what it decides is unknown. */
  readonly onlyKnown?: true;
}

/** More problems than this are not collected: the file is not iptables-save text. */
const MOST_PROBLEMS = 1000;

interface Reader {
  readonly options: TextOptions;
  readonly problems: TextProblem[];
  readonly committed: DraftTable[];
  readonly isPrinted: boolean;
  line: number;
  /** The table whose lines are being read. */
  table: DraftTable | undefined;
  /** The table of lines before any *TABLE. */
  bare: DraftTable | undefined;
}

export interface TablesText {
  /** In the order of the text; a later table replaces an earlier one of its name. */
  readonly tables: readonly DraftTable[];
  readonly problems: TextProblem[];
}

/** Reads the whole text; never throws. All problems are reported; rules that have one are left out. */
export function readTables(text: string, options: TextOptions): TablesText {
  const reader: Reader = {
    options,
    problems: [],
    committed: [],
    // -D compares rules by their spelling.
    isPrinted: options.isPrinted ?? /^\s*(-D|--delete)\s/m.test(text),
    line: 0,
    table: undefined,
    bare: undefined,
  };
  for (const line of text.replace(/^\uFEFF/, '').split('\n')) {
    reader.line++;
    readLine(reader, line.trimEnd());
  }
  if (reader.table) noCommit(reader, reader.table);
  if (reader.bare) reader.committed.push(reader.bare);
  return { tables: reader.committed, problems: reader.problems };
}

function problem(reader: Reader, message: string, suggestion?: string, column = 1): void {
  report(reader, { line: reader.line, column, message, ...(suggestion === undefined ? {} : { suggestion }) });
}

function warn(reader: Reader, message: string, suggestion?: string, column = 1): void {
  const { line } = reader;
  const said = { line, column, message, isWarning: true } as const;
  report(reader, suggestion === undefined ? said : { ...said, suggestion });
}

function report(reader: Reader, problem: TextProblem): void {
  if (reader.problems.length < MOST_PROBLEMS) reader.problems.push(problem);
}

function noCommit(reader: Reader, { name, line }: DraftTable): void {
  const message = `Table ${name} has no COMMIT, so it is not loaded`;
  report(reader, { line, column: 1, message, suggestion: 'COMMIT' });
}

function readLine(reader: Reader, text: string): void {
  const line = text.trimStart();
  if (line === '') return;
  if (line.startsWith('#')) return readComment(reader, line);
  if (line.startsWith('*')) readTable(reader, line.slice(1).trim());
  else if (line.startsWith(':')) readChain(reader, line.slice(1));
  else if (line === 'COMMIT') readCommit(reader);
  else readCommand(reader, text);
}

/** iptables-nft-save says in a comment what it cannot print. */
function readComment(reader: Reader, line: string): void {
  if (/^# Table `[^']*' .*use 'nft' tool/.test(line))
    warn(
      reader,
      'The kernel holds rules of nft which this text does not show',
      'what `nft list ruleset` prints',
    );
}

function readTable(reader: Reader, name: string): void {
  const table = TABLES.find((one) => one === name);
  if (!table) return problem(reader, `${quote(name)} is not a table`, nearest(name, TABLES));
  if (reader.table) noCommit(reader, reader.table);
  reader.table = draftTable(table, reader.line);
}

function draftTable(name: TableName, line: number): DraftTable {
  const chains = chainsOf(name).map((chain): [string, DraftChain] => [
    chain,
    { name: chain, policy: 'ACCEPT', rules: [] },
  ]);
  return { name, line, chains: new Map(chains) };
}

function readCommit(reader: Reader): void {
  if (!reader.table) return problem(reader, 'COMMIT ends a table, but no *TABLE line came before it');
  reader.committed.push(reader.table);
  reader.table = undefined;
}

/** The table that a line belongs to. */
function current(reader: Reader): DraftTable {
  if (reader.table) return reader.table;
  if (!reader.bare && reader.committed.length > 0)
    problem(reader, 'This stands behind COMMIT, in no table', '*filter');
  reader.bare ??= draftTable(reader.options.table ?? 'filter', reader.line);
  return reader.bare;
}

/** `:CHAIN POLICY [packets:bytes]`; what follows the policy is not read. */
function readChain(reader: Reader, line: string): void {
  const [name, policy] = line.trimStart().split(/[ \t]+/);
  if (policy === undefined) problem(reader, 'A chain line is ":CHAIN POLICY [packets:bytes]"');
  else if (policy === '-') addChain(name!, contextOf(reader));
  else setPolicy(name!, policy, contextOf(reader));
}

const FAMILIES: ReadonlyMap<string, Family> = new Map([
  ['-4', 4],
  ['--ipv4', 4],
  ['-6', 6],
  ['--ipv6', 6],
]);

/** A command behind counters and with `-4` or `-6`, by which lines of the other family are passed over. */
function readCommand(reader: Reader, line: string): void {
  const words = wordsOf(line, /^\s*(\[\d+:\d+\])?/.exec(line)![0].length);
  if (!words) return problem(reader, 'A double quote is not closed');
  const family = words.find(({ text }) => FAMILIES.has(text));
  if (family && FAMILIES.get(family.text) !== reader.options.family) return undefined;
  const rest = family ? words.filter((word) => word !== family) : words;
  return runCommand(rest, contextOf(reader, line.trimStart()));
}

/** Beyond so many problems nobody is told what may have been meant. */
const MOST_HINTS = 100;

function contextOf(reader: Reader, text = ''): LineContext {
  const draft = current(reader);
  return {
    family: reader.options.family,
    table: draft.name,
    line: reader.line,
    text,
    draft,
    hasChain: (name) => draft.chains.has(name),
    isPrinted: reader.isPrinted,
    onlyKnown: reader.options.onlyKnown === true,
    hints: reader.problems.length < MOST_HINTS,
    report: (column, message, suggestion) => problem(reader, message, suggestion, column),
    warn: (column, message, suggestion) => warn(reader, message, suggestion, column),
  };
}
