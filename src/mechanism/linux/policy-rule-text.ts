/** Policy rules as `ip rule` prints them or `ip rule add` takes them: ip-rule(8). */
import { familyOf, type Family } from '../../value/address.ts';
import { range, type IntegerSet } from '../../value/integer-set.ts';
import type { Cite } from '../../walk/cite.ts';
import { DEFAULT_RULES, inOrder, isDefault, type PolicyRule, type RuleAction } from './policy-rule.ts';
import { tableNames, type TableName } from './tables.ts';
import { Entry, isEverything, numberOf, wordLines, type TextProblem, type Word } from './text.ts';
import { tosOctet } from './traffic-class.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Draft extends Writable<Partial<PolicyRule>> {
  family: Family | undefined;
  readonly names: TableName;
}

type Reader = (word: Word, entry: Entry, draft: Draft) => void;

const MOST = 0xffffffff;

const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  ospf: 89,
  sctp: 132,
};

const selector =
  (side: 'from' | 'to'): Reader =>
  (word, entry, draft) => {
    const value = entry.value(word);
    if (!value || isEverything(value.text)) return;
    const prefix = entry.prefix(value);
    if (!prefix) return;
    const family = familyOf(prefix.first);
    if (draft.family !== undefined && draft.family !== family)
      entry.refuse(value, `${value.text} is not an IPv${draft.family} prefix`);
    draft.family = family;
    draft[side] = prefix;
  };

const device =
  (side: 'iif' | 'oif'): Reader =>
  (word, entry, draft) => {
    const value = entry.value(word);
    if (value) draft[side] = value.text;
    entry.accept('[detached]');
  };

/** `80`, `80-90`. */
const numbers =
  (key: 'sport' | 'dport' | 'uids', most: number): Reader =>
  (word, entry, draft) => {
    const value = entry.value(word);
    const set = value && readRange(value.text, most);
    if (set) draft[key] = set;
    else if (value) entry.refuse(value, `"${value.text}" is not a number or range up to ${most}`);
  };

function readRange(text: string, most: number): IntegerSet | undefined {
  const [first, last = first, ...more] = text.split('-').map(numberOf);
  return more.length === 0 && first !== undefined && last !== undefined && first <= last && last <= most
    ? range(first, last)
    : undefined;
}

const table: Reader = (word, entry, draft) => {
  const value = entry.value(word);
  if (value?.text === '[l3mdev-table]') draft.l3mdev = true;
  const name = value && (draft.l3mdev === true ? 'main' : draft.names(value.text));
  if (name !== undefined) draft.action = { do: 'lookup', table: name };
  else if (value) entry.refuse(value, `"${value.text}" names no routing table`);
};

const preference: Reader = (word, entry, draft) => {
  const value = entry.number(word, 0, MOST);
  if (value !== undefined) draft.preference = value;
};

const tos: Reader = (word, entry, draft) => {
  const value = entry.value(word);
  const octet = value && tosOctet(value.text);
  if (octet !== undefined) draft.tos = octet;
  else if (value) entry.refuse(value, `"${value.text}" is not a TOS octet`, 'write it as 0x10');
};

const suppressLength: Reader = (word, entry, draft) => {
  const value = entry.number(word, 0, 128);
  if (value !== undefined) draft.suppressLength = value;
};

const suppressGroup: Reader = (word, entry, draft) => {
  const value = entry.value(word);
  if (value) draft.suppressGroup = value.text === 'default' ? 0 : (numberOf(value.text) ?? 0);
};

/** A word with a value that decides nothing. */
const passed: Reader = (word, entry) => void entry.value(word);

const ends =
  (action: RuleAction): Reader =>
  (_word, _entry, draft) => {
    draft.action = action;
  };

const WORDS: Readonly<Record<string, Reader>> = {
  not: (_word, _entry, draft) => void (draft.not = true),
  from: selector('from'),
  to: selector('to'),
  iif: device('iif'),
  dev: device('iif'),
  oif: device('oif'),
  fwmark: (word, entry, draft) => {
    const value = entry.value(word);
    const [mark, mask, ...more] = value?.text.split('/').map(numberOf) ?? [];
    if (!value) return;
    if (mark === undefined || more.length > 0 || (value.text.includes('/') && mask === undefined))
      entry.refuse(value, `"${value.text}" is not a mark, or mark/mask`, 'write it as 0x1 or 0x1/0xff');
    // "if the mark value is non-zero all bits are compared unless a mask is explicitly specified" (fib_nl2rule).
    else draft.mark = { value: mark, mask: mask ?? (mark === 0 ? 0 : MOST) };
  },
  tos,
  dsfield: tos,
  dscp: (word, entry, draft) => {
    const value = entry.value(word);
    const named = value && (tosOctet(value.text.toUpperCase()) ?? 256) >> 2;
    const dscp = value && (numberOf(value.text) ?? named);
    if (dscp !== undefined && dscp < 64) draft.dscp = dscp;
    else if (value) entry.refuse(value, `"${value.text}" is not a DSCP from 0 to 63`);
  },
  ipproto: (word, entry, draft) => {
    const value = entry.value(word);
    const number = value && (numberOf(value.text) ?? PROTOCOLS[value.text.toLowerCase()]);
    if (number !== undefined && number < 256) draft.protocol = number;
    else if (value) entry.refuse(value, `"${value.text}" is not an IP protocol`);
  },
  sport: numbers('sport', 65_535),
  dport: numbers('dport', 65_535),
  uidrange: numbers('uids', MOST),
  tun_id: (word, entry, draft) => {
    draft.tunnel = entry.number(word, 0, MOST) ?? 0;
  },
  l3mdev: (_word, _entry, draft) => {
    draft.l3mdev = true;
    draft.action ??= { do: 'lookup', table: 'main' };
  },
  lookup: table,
  table,
  suppress_prefixlength: suppressLength,
  sup_pl: suppressLength,
  suppress_ifgroup: suppressGroup,
  sup_group: suppressGroup,
  preference,
  pref: preference,
  priority: preference,
  order: preference,
  prio: preference,
  realms: passed,
  realm: passed,
  proto: passed,
  protocol: passed,
  type: () => undefined,
  unicast: () => undefined,
  nop: ends({ do: 'nop' }),
  blackhole: ends({ do: 'blackhole' }),
  unreachable: ends({ do: 'unreachable' }),
  prohibit: ends({ do: 'prohibit' }),
  goto: (word, entry, draft) => {
    const target = entry.number(word, 0, MOST);
    if (target !== undefined) draft.action = { do: 'goto', preference: target };
    entry.accept('[unresolved]');
  },
};

const NO_TEXT = new Set(['preference', 'pref', 'priority', 'order', 'prio']);

/** A rule as a text has it. */
export interface WrittenRule extends Omit<PolicyRule, 'preference'> {
  /** Undefined when the text leaves it to the kernel. */
  readonly preference: number | undefined;
  /** Undefined when the rule names no address. */
  readonly family: Family | undefined;
}

export interface RuleText {
  readonly rules: readonly WrittenRule[];
  readonly problems: readonly TextProblem[];
}

/** Reads a text of rules, each of which cites its line; `at` is where the text stands. */
export function readPolicyRules(text: string, at: Cite, names: TableName = tableNames()): RuleText {
  const rules: WrittenRule[] = [];
  const problems: TextProblem[] = [];
  for (const words of wordLines(text)) {
    const entry = new Entry(words);
    const rule = readRule(entry, words, names, `${at}#${words[0].line}`);
    if (entry.problems.length === 0) rules.push(rule);
    problems.push(...entry.problems.slice(0, 1));
  }
  return { rules, problems };
}

/**
 * The rules in the order they are asked. The kernel's own three are implied unless one of them is written: then what is
 * written is the whole list.
 */
export function programmed(written: readonly WrittenRule[], family: Family): readonly PolicyRule[] {
  const isWhole = written.some(
    ({ preference, ...rule }) => preference !== undefined && isDefault({ ...rule, preference }),
  );
  return inOrder(isWhole ? [] : DEFAULT_RULES[family], written);
}

/** Takes `ip -6 rule add`, `add`, or the preference that a printed rule begins with. */
function readStart(entry: Entry, draft: Draft): void {
  entry.accept('ip');
  if (entry.accept('-6')) draft.family = 6;
  else if (entry.accept('-4')) draft.family = 4;
  if (entry.accept('rule', 'ru')) entry.accept('add', 'a');
  else entry.accept('add');
  const printed = /^(\d+):$/.exec(entry.peek() ?? '');
  if (printed && entry.next()) draft.preference = Number(printed[1]);
}

function readRule(entry: Entry, words: readonly Word[], names: TableName, at: Cite): WrittenRule {
  const draft: Draft = { family: undefined, names };
  const told: string[] = [];
  readStart(entry, draft);
  for (let word = entry.next(); word; word = entry.next()) {
    const read = Object.hasOwn(WORDS, word.text) ? WORDS[word.text] : undefined;
    if (!read) {
      if (word.text === 'nat' || word.text === 'map-to')
        entry.refuse(word, 'the kernel has no rules of type nat since 2.6');
      else entry.unknown(word, 'ip rule', Object.keys(WORDS));
      break;
    }
    read(word, entry, draft);
    if (!NO_TEXT.has(word.text)) told.push(...entry.since(word));
  }
  checkGoto(draft, words, entry);
  const { names: _, preference: stated, action, ...rest } = draft;
  return {
    ...rest,
    preference: stated,
    action: action ?? { do: 'lookup', table: 'main' },
    text: told.join(' '),
    at,
  };
}

/** "Backward goto not supported" (fib_nl2rule). */
function checkGoto({ action, preference: own }: Draft, words: readonly Word[], entry: Entry): void {
  if (action?.do === 'goto' && own !== undefined && action.preference <= own)
    entry.refuse(
      words.find((word) => word.text === 'goto')!,
      `rule ${own} goes to rule ${action.preference}, which is not behind it`,
      'the kernel takes only a goto to a higher preference',
    );
}
