/** Tables of rules -> the text that iptables-save prints after iptables-restore has read them. */
import type { Family } from '../../value/address.ts';
import { parseMasked, spellMasked } from './address-text.ts';
import type { ReadRule, Spelling } from './assemble.ts';
import type { Given, Options, Part } from './extension.ts';
import type { DraftChain, DraftTable } from './link.ts';
import { MATCHES } from './matches/matches.ts';
import { parseProtocol, protocolName } from './numbers.ts';
import { TARGETS } from './targets/targets.ts';
import { inQuotes, quotedAtNeed } from './words.ts';

/** The text, in the order of the tables; chains that the kernel has begin, the others follow by name. */
export const printTables = (tables: readonly DraftTable[], family: Family): string =>
  tables.map((table) => `${printTable(table, family).join('\n')}\n`).join('');

function printTable({ name, chains }: DraftTable, family: Family): readonly string[] {
  const all = [...chains.values()];
  const own = all.filter((chain) => !chain.policy).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const ordered = [...all.filter((chain) => chain.policy), ...own];
  return [
    `*${name}`,
    ...ordered.map((chain) => `:${chain.name} ${chain.policy ?? '-'} [0:0]`),
    ...ordered.flatMap((chain) => printRules(chain, family)),
    'COMMIT',
  ];
}

const printRules = (chain: DraftChain, family: Family): readonly string[] =>
  chain.rules.flatMap((rule) => printRule(rule, chain.name, family));

const NOTHING: Spelling = { own: [], matches: [], target: [] };

/** A line, or several where the rule was written as several in one. */
export function printRule(rule: ReadRule, chain: string, family: Family): readonly string[] {
  const { own, matches, target } = rule.spelling ?? NOTHING;
  const rest = [...matches.map(printMatch), ...printTarget(rule, target)];
  return printOwn(own, family).map((words) => ['-A', chain, ...words, ...rest].join(' '));
}

/** The options of the rule itself; several lists where one line stands for several rules. */
function printOwn(own: readonly Given[], family: Family): readonly (readonly string[])[] {
  const of = (option: string): Given | undefined => own.find((one) => one.option === option);
  const addresses = (option: '-s' | '-d'): readonly (readonly string[])[] => {
    const given = of(option);
    return given ? given.words[0]!.split(/, */).map((text) => printAddress(given, text, family)) : [[]];
  };
  const rest = [of('-i'), of('-o'), of('-p'), of('-f')].flatMap((given) =>
    given ? printOwnOption(given) : [],
  );
  const destinations = addresses('-d');
  return addresses('-s').flatMap((source) => destinations.map((to) => [...source, ...to, ...rest]));
}

function printAddress({ option, not }: Given, text: string, family: Family): readonly string[] {
  const spelt = spellMasked(parseMasked(text, family)!, family);
  return !not && spelt.endsWith('/0') ? [] : [...(not ? ['!'] : []), option, spelt];
}

function printOwnOption({ option, not, words }: Given): readonly string[] {
  const bang = not ? ['!'] : [];
  const [text] = words;
  if (option === '-p') {
    const number = parseProtocol(text!)!;
    return number === 0 ? [] : [...bang, option, protocolName(number)];
  }
  return text === '+' && !not ? [] : [...bang, option, ...words];
}

const printMatch = ({ name, given }: Part): string =>
  ['-m', name, ...given.flatMap((one) => printOption(one, MATCHES.get(name)?.options))].join(' ');

function printTarget({ target }: ReadRule, given: readonly Given[]): readonly string[] {
  if (target.name === '') return [];
  const how = target.do === 'jump' && target.goto ? '-g' : '-j';
  const options = TARGETS.get(target.name)?.options;
  return [how, target.name, ...given.flatMap((one) => printOption(one, options))];
}

function printOption({ option, not, words }: Given, options: Options | undefined): readonly string[] {
  const bang = not ? ['!'] : [];
  const quoted = options === undefined || options[option]?.quoted;
  if (!quoted) return [...bang, option, ...words];
  return [
    ...bang,
    option,
    ...words.map((text) => (quoted === 'always' ? inQuotes(text) : quotedAtNeed(text))),
  ];
}
