/** `iptables-save`, `ip6tables-save` and `iptables -S` text -> tables of rules, each line read by itself. */
import type { Family } from '../../value/address.ts';
import { chainsOf, TABLES, type TableName } from './hook.ts';
import type { DraftChain, DraftTable } from './link.ts';
import { readRule } from './rule-text.ts';
import type { Policy, TextProblem } from './ruleset.ts';
import { nearest, quote, wordsOf, type Word } from './words.ts';

export interface TextOptions {
  readonly family: Family;
  /** The table of `iptables -S` text, which names none; filter unless given. */
  readonly table?: TableName | undefined;
}

/** More problems than this are not collected: the file is not iptables-save text. */
const MOST_PROBLEMS = 1000;

interface Reader {
  readonly options: TextOptions;
  readonly problems: TextProblem[];
  readonly committed: DraftTable[];
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
  reader.bare ??= draftTable(reader.options.table ?? 'filter', reader.line);
  return reader.bare;
}

/** `:CHAIN POLICY [packets:bytes]`; what follows the policy is not read. */
function readChain(reader: Reader, line: string): void {
  const [name, policy] = line.split(/[ \t]+/);
  if (policy === undefined) problem(reader, 'A chain line is ":CHAIN POLICY [packets:bytes]"');
  else if (policy === '-') addChain(reader, name!);
  else setPolicy(reader, name!, policy);
}

function addChain(reader: Reader, name: string): void {
  const { chains } = current(reader);
  if (name.length > 28 || !/^[^\s!\-"][^\s"]*$/.test(name) || hasControl(name)) {
    return problem(reader, `${quote(name)} is not a chain name of 1 to 28 characters`);
  }
  if (!chains.has(name)) chains.set(name, { name, policy: undefined, rules: [] });
}

// eslint-disable-next-line no-control-regex -- control characters are what must not get through
const hasControl = (text: string): boolean => /[\u0000-\u001f\u007f-\u009f]/.test(text);

function setPolicy(reader: Reader, name: string, policy: string): void {
  const { chains, name: table } = current(reader);
  const chain = chains.get(name);
  if (!chain?.policy) {
    const builtIn = chainsOf(table);
    return problem(
      reader,
      `${quote(name)} is not a built-in chain of table ${table}, so it has no policy`,
      nearest(name, builtIn),
    );
  }
  const known = (['ACCEPT', 'DROP'] as const satisfies readonly Policy[]).find((one) => one === policy);
  if (!known) return problem(reader, `${quote(policy)} is not a policy`, 'ACCEPT or DROP');
  if (table === 'nat' && known === 'DROP')
    return problem(reader, 'The nat table is not for filtering: its policies are ACCEPT');
  chain.policy = known;
  chain.policyLine = reader.line;
}

const FAMILIES: Readonly<Record<string, Family>> = { '-4': 4, '--ipv4': 4, '-6': 6, '--ipv6': 6 };

/** `-A CHAIN rule`, `-I CHAIN [n] rule`, `-N CHAIN`, `-P CHAIN POLICY`, `-F`, `-X`; counters before and `-4`/`-6` are skipped. */
function readCommand(reader: Reader, line: string): void {
  const words = wordsOf(line, /^\s*(\[\d+:\d+\])?/.exec(line)![0].length);
  if (!words) return problem(reader, 'A double quote is not closed');
  const family = words.find(({ text, isQuoted }) => !isQuoted && Object.hasOwn(FAMILIES, text));
  if (family && FAMILIES[family.text] !== reader.options.family) return undefined;
  const rest = family ? words.filter((word) => word !== family) : words;
  const [command, chain, ...more] = rest;
  const name = chain?.text ?? '';
  switch (command?.text) {
    case '-A':
    case '--append':
    case '-I':
    case '--insert':
      return readRuleLine(
        reader,
        line.trimStart(),
        name,
        more,
        command.text.startsWith('-I') || command.text === '--insert',
      );
    case '-N':
    case '--new-chain':
      return addChain(reader, name);
    case '-P':
    case '--policy':
      return setPolicy(reader, name, more[0]?.text ?? '');
    case '-F':
    case '-X':
      return clear(reader, command.text, chain?.text);
    case '-D':
    case '-R':
    case '-E':
    case '-Z':
      return problem(reader, `${command.text} is not read here: write the rules that remain`);
    default:
      return problem(
        reader,
        `${quote(command?.text ?? '')} does not begin a line of iptables-save text`,
        hint(line),
      );
  }
}

const hint = (line: string): string | undefined =>
  /^(sudo\s+)?ip6?tables\b/.test(line) ? 'the output of iptables-save, not the commands' : undefined;

/** -F empties chains, -X removes user chains. */
function clear(reader: Reader, command: '-F' | '-X', name: string | undefined): void {
  const { chains } = current(reader);
  if (name !== undefined && !chains.has(name))
    return problem(reader, `There is no chain ${quote(name)}`, nearest(name, chains.keys()));
  for (const chain of [...chains.values()].filter((one) => name === undefined || one.name === name)) {
    if (command === '-F') chain.rules.length = 0;
    else if (!chain.policy) chains.delete(chain.name);
  }
}

function readRuleLine(
  reader: Reader,
  text: string,
  name: string,
  words: readonly Word[],
  isInsert: boolean,
): void {
  const table = current(reader);
  const chain = table.chains.get(name);
  if (!chain) {
    const known = [...table.chains.keys()];
    problem(
      reader,
      `There is no chain ${quote(name)} in table ${table.name}`,
      nearest(name, known) ?? tableWith(name),
    );
  }
  const place = isInsert && /^[1-9]\d*$/.test(words[0]?.text ?? '') ? Number(words[0]!.text) : 1;
  const hasPlace = isInsert && /^\d+$/.test(words[0]?.text ?? '');
  const rule = readRule(hasPlace ? words.slice(1) : words, {
    family: reader.options.family,
    table: table.name,
    report: (column, message, suggestion) => problem(reader, message, suggestion, column),
    warn: (column, message, suggestion) => warn(reader, message, suggestion, column),
  });
  if (!rule || !chain) return;
  const placed = { ...rule, line: reader.line, text };
  if (!isInsert) chain.rules.push(placed);
  else if (place <= chain.rules.length + 1) chain.rules.splice(place - 1, 0, placed);
  else problem(reader, `Chain ${name} has no place ${place}`);
}

/** A built-in chain that other tables have. */
function tableWith(name: string): string | undefined {
  const tables = TABLES.filter((table) => chainsOf(table).some((chain) => chain === name));
  return tables.length === 0 ? undefined : `${name} is a chain of table ${tables.join(', ')}`;
}
