/** -m conntrack, and -m state which is its older part. */
import { parseMasked } from '../address-text.ts';
import type { CtState, CtStatus } from '../tracked.ts';
import {
  choiceTest,
  fieldTest,
  NOT,
  word,
  wording,
  type Draft,
  type Given,
  type Match,
} from '../extension.ts';
import { listOf, MOST_32, named, NETWORK, numberRange, PROTOCOL } from '../forms.ts';
import { parsePort } from '../numbers.ts';
import { EMPTY, range, single } from '../../../value/integer-set.ts';
import type { Test } from '../predicate.ts';
import type { Field } from '../subject.ts';

/** In the order of iptables-save. */
const STATES: readonly CtState[] = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED'];
const STATUS: readonly CtState[] = ['SNAT', 'DNAT'];
const STATUSES: readonly CtStatus[] = ['EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED'];

/** The kernel takes a range that descends, in which no port is. */
const PORTS = { ...numberRange(0xffff, 'any', parsePort), is: 'a port or a range of ports' };

export const state: Match = {
  options: { '--state': word(listOf('a connection state', STATES), { ...NOT, needed: true }) },
  build: (given) => given.map(stateTest),
};

const FIELDS: Readonly<Record<string, Field>> = {
  '--ctproto': 'original-protocol',
  '--ctorigsrc': 'original-src',
  '--ctorigdst': 'original-dst',
  '--ctreplsrc': 'reply-src',
  '--ctrepldst': 'reply-dst',
  '--ctorigsrcport': 'original-sport',
  '--ctorigdstport': 'original-dport',
  '--ctreplsrcport': 'reply-sport',
  '--ctrepldstport': 'reply-dport',
};

/** NONE beside others says nothing. */
const ANY_STATUS = listOf('a status of connections', ['NONE', ...STATUSES]);
const STATUS_LIST = {
  ...ANY_STATUS,
  spell: (text: string, draft: Draft) => ANY_STATUS.spell(text, draft)?.replace(/^NONE,/, ''),
};

const OPTIONS = {
  '--ctstate': word(listOf('a connection state', [...STATES, ...STATUS]), NOT),
  '--ctproto': word(PROTOCOL, NOT),
  '--ctorigsrc': word(NETWORK, NOT),
  '--ctorigdst': word(NETWORK, NOT),
  '--ctreplsrc': word(NETWORK, NOT),
  '--ctrepldst': word(NETWORK, NOT),
  '--ctorigsrcport': word(PORTS, NOT),
  '--ctorigdstport': word(PORTS, NOT),
  '--ctreplsrcport': word(PORTS, NOT),
  '--ctrepldstport': word(PORTS, NOT),
  '--ctstatus': word(STATUS_LIST, NOT),
  '--ctexpire': word(numberRange(MOST_32, 'any'), NOT),
  '--ctdir': word(named('ORIGINAL or REPLY', { ORIGINAL: 'ORIGINAL', REPLY: 'REPLY' })),
};

export const conntrack: Match = {
  options: OPTIONS,
  needs: Object.keys(OPTIONS),
  build: (given, draft) => {
    const tests = given.flatMap((one) => optionTest(one, draft) ?? []);
    // xt_conntrack.c: of a packet without an entry, --ctstate alone decides and the other options are not read.
    const whenAbsent = given.some((one) => one.option === '--ctstate');
    return tests.map((test) => (MAY_BE_ABSENT.has(test.kind) ? { ...test, whenAbsent } : test));
  },
};

const MAY_BE_ABSENT: ReadonlySet<Test['kind']> = new Set(['field', 'direction', 'status'] as const);

function optionTest(given: Given, draft: Draft): Test | undefined {
  const text = given.words[0]!;
  switch (given.option) {
    case '--ctstate':
      return stateTest(given);
    case '--ctdir':
      return { kind: 'direction', direction: text === 'REPLY' ? 'reply' : 'original', ...wording(given) };
    case '--ctstatus':
      return statusTest(given);
    case '--ctexpire':
      return choiceTest(given, 'conntrack', false);
    default: {
      const { set, mask } = readField(given.option, text, draft);
      const test = fieldTest(given, FIELDS[given.option]!, set);
      return mask === undefined ? test : { ...test, mask };
    }
  }
}

function readField(option: string, text: string, draft: Draft): NonNullable<ReturnType<typeof parseMasked>> {
  if (option.endsWith('port')) {
    const [first, last = first] = text.split(':').map(Number) as [number, number?];
    return { set: first > last ? EMPTY : range(first, last) };
  }
  return option === '--ctproto' ? { set: single(Number(text)) } : parseMasked(text, draft.family)!;
}

/** NONE is no bit of the status, so it never matches (xt_conntrack.c, conntrack_mt). */
function statusTest(given: Given): Test {
  const names = given.words[0]!.split(',');
  const statuses = new Set(STATUSES.filter((status) => names.includes(status)));
  return { kind: 'status', statuses, ...wording(given) };
}

function stateTest(given: Given): Test {
  const names = given.words[0]!.split(',');
  const states = new Set([...STATES, ...STATUS].filter((state) => names.includes(state)));
  return { kind: 'state', states, ...wording(given) };
}
