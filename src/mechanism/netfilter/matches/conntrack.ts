/** -m conntrack, and -m state which is its older part. */
import { single, type IntegerSet } from '../../../value/integer-set.ts';
import { parseMasked } from '../address-text.ts';
import type { CtState } from '../conntrack.ts';
import { fieldTest, oneWord, wording, type Draft, type Given, type Match } from '../extension.ts';
import { parsePorts, parseProtocol } from '../numbers.ts';
import type { Field, Test } from '../predicate.ts';
import { nearest, quote } from '../words.ts';

const STATES: readonly CtState[] = ['INVALID', 'NEW', 'ESTABLISHED', 'RELATED', 'UNTRACKED'];
const STATUS: readonly CtState[] = ['SNAT', 'DNAT'];

export const state: Match = {
  options: oneWord({ '--state': [] }),
  build: (given, draft) => {
    if (given.length === 0) draft.refuse('-m state needs --state');
    return given.flatMap((one) => stateTest(one, STATES, draft) ?? []);
  },
};

const FIELDS: Readonly<Record<string, Field>> = {
  '--ctorigsrc': 'original-src',
  '--ctorigdst': 'original-dst',
  '--ctreplsrc': 'reply-src',
  '--ctrepldst': 'reply-dst',
  '--ctorigsrcport': 'original-sport',
  '--ctorigdstport': 'original-dport',
  '--ctreplsrcport': 'reply-sport',
  '--ctrepldstport': 'reply-dport',
};

/** What a five-tuple cannot decide. */
const UNMODELLED = ['--ctstatus', '--ctexpire'];

export const conntrack: Match = {
  options: oneWord(
    Object.fromEntries(
      ['--ctstate', '--ctdir', '--ctproto', ...Object.keys(FIELDS), ...UNMODELLED].map((name) => [name, []]),
    ),
  ),
  build: (given, draft) => {
    if (given.length === 0) draft.refuse('-m conntrack needs an option, such as --ctstate');
    const tests = given.flatMap((one) => optionTest(one, draft) ?? []);
    // xt_conntrack.c: of a packet without an entry, --ctstate alone decides and the other options are not read.
    const whenAbsent = given.some((one) => one.option === '--ctstate');
    return tests.map((test) =>
      test.kind === 'field' || test.kind === 'direction' ? { ...test, whenAbsent } : test,
    );
  },
};

function optionTest(given: Given, draft: Draft): Test | undefined {
  const text = given.words[0]!;
  if (given.option === '--ctstate') return stateTest(given, [...STATES, ...STATUS], draft);
  if (given.option === '--ctdir') return directionTest(given, draft);
  if (UNMODELLED.includes(given.option)) {
    draft.unknown(`conntrack ${given.option}`);
    return undefined;
  }
  const field = FIELDS[given.option] ?? 'protocol';
  const read = readField(given.option, text, draft);
  if (read)
    return { ...fieldTest(given, field, read.set), ...(read.mask === undefined ? {} : { mask: read.mask }) };
  draft.refuse(`${quote(text)} is not a value of ${given.option}`);
  return undefined;
}

function readField(option: string, text: string, draft: Draft): ReturnType<typeof parseMasked> {
  const plain = (set: IntegerSet | undefined): ReturnType<typeof parseMasked> => set && { set };
  if (option.endsWith('port')) return plain(parsePorts(text));
  if (option !== '--ctproto') return parseMasked(text, draft.family);
  const protocol = parseProtocol(text);
  return plain(protocol === undefined ? undefined : single(protocol));
}

function stateTest(given: Given, allowed: readonly CtState[], draft: Draft): Test | undefined {
  const states = new Set<CtState>();
  for (const name of given.words[0]!.split(',')) {
    const known = allowed.find((one) => one === name.toUpperCase());
    if (known) states.add(known);
    else draft.refuse(`${quote(name)} is not a connection state`, nearest(name.toUpperCase(), allowed));
  }
  return { kind: 'state', states, ...wording(given) };
}

function directionTest(given: Given, draft: Draft): Test | undefined {
  const direction = { ORIGINAL: 'original', REPLY: 'reply' } as const;
  const name = given.words[0]!.toUpperCase();
  if (name === 'ORIGINAL' || name === 'REPLY')
    return { kind: 'direction', direction: direction[name], ...wording(given) };
  draft.refuse(`${quote(given.words[0]!)} is not ORIGINAL or REPLY`);
  return undefined;
}
