/** `iptables-save`, `ip6tables-save` and `iptables -S` text -> Ruleset. */
import type { Family } from '../../value/address.ts';
import type { Cite } from '../../walk/cite.ts';
import { chainsOf, TABLES, type TableName } from './hook.ts';
import { link, type DraftChain, type DraftTable } from './link.ts';
import { TRACKING_MATCHES } from './matches/matches.ts';
import { readRule } from './rule-text.ts';
import type { Policy, Ruleset, Table, TextProblem } from './ruleset.ts';
import { TRACKING_TARGETS } from './targets/targets.ts';
import { nearest, quote, wordsOf, type Word } from './words.ts';

export interface ReadOptions {
  readonly family: Family;
  /** Where the text stands: rules are cited as `${at}#${line}`. */
  readonly at?: Cite | undefined;
  /** The table of `iptables -S` text, which names none. */
  readonly table?: TableName;
}

/** More problems than this are not collected: the file is not iptables-save text. */
const MOST_PROBLEMS = 1000;

interface Reader {
  readonly options: ReadOptions;
  readonly problems: TextProblem[];
  readonly loaded: Map<TableName, Table>;
  line: number;
  /** The table whose lines are being read. */
  table: DraftTable | undefined;
  /** The table of lines before any *TABLE. */
  bare: DraftTable | undefined;
  tracks: boolean;
}

/** Reads the whole text; never throws. All problems are reported; rules that have one are left out. */
export function readRuleset(
  text: string,
  options: ReadOptions,
): { readonly ruleset: Ruleset; readonly problems: readonly TextProblem[] } {
  const reader: Reader = {
    options,
    problems: [],
    loaded: new Map(),
    line: 0,
    table: undefined,
    bare: undefined,
    tracks: false,
  };
  for (const line of text.replace(/^\uFEFF/, '').split('\n')) {
    reader.line++;
    readLine(reader, line.trim());
  }
  if (reader.table) {
    problem(
      reader,
      `Table ${reader.table.name} has no COMMIT, so it is not loaded`,
      'COMMIT',
      reader.table.line,
    );
  }
  if (reader.bare) commit(reader, reader.bare);
  const ruleset = { family: options.family, tables: reader.loaded, tracks: reader.tracks };
  return { ruleset, problems: reader.problems.toSorted((a, b) => a.line - b.line) };
}

function problem(reader: Reader, message: string, suggestion?: string, line = reader.line): void {
  if (reader.problems.length >= MOST_PROBLEMS) return;
  reader.problems.push(suggestion === undefined ? { line, message } : { line, message, suggestion });
}

function readLine(reader: Reader, line: string): void {
  if (line === '' || line.startsWith('#')) return;
  if (line.startsWith('*')) readTable(reader, line.slice(1).trim());
  else if (line.startsWith(':')) readChain(reader, line.slice(1));
  else if (line === 'COMMIT') readCommit(reader);
  else readCommand(reader, line);
}

function readTable(reader: Reader, name: string): void {
  const table = TABLES.find((one) => one === name);
  if (!table) return problem(reader, `${quote(name)} is not a table`, nearest(name, TABLES));
  if (reader.table)
    problem(
      reader,
      `Table ${reader.table.name} has no COMMIT, so it is not loaded`,
      'COMMIT',
      reader.table.line,
    );
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
  commit(reader, reader.table);
  reader.table = undefined;
}

function commit(reader: Reader, draft: DraftTable): void {
  const table = link(draft, reader.options.at, (line, message, suggestion) =>
    problem(reader, message, suggestion, line),
  );
  reader.loaded.set(draft.name, table);
  for (const chain of draft.chains.values()) {
    for (const { target, matches } of chain.rules) {
      const isCt = target.do === 'unknown' && target.name === 'CT';
      if (isCt || TRACKING_TARGETS.has(target.name) || matches.some((name) => TRACKING_MATCHES.has(name)))
        reader.tracks = true;
    }
  }
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
  const words = wordsOf(line.replace(/^\[\d+:\d+\]\s*/, ''));
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
        line,
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
    report: (message, suggestion) => problem(reader, message, suggestion),
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
