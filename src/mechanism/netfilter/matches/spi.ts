/** -m ah, -m esp and -m ipcomp: the index of a security association. */
import { single } from '../../../value/integer-set.ts';
import { choiceTest, fieldTest, flag, isFor, type Given, type Match, NOT, word } from '../extension.ts';
import { MOST_32, number, numberRange } from '../forms.ts';
import type { Test } from '../predicate.ts';

const SPI = numberRange(MOST_32, 'any');
const EVERY = `0:${MOST_32}`;

/** What the header says is not known: packets of these protocols are walked by their number. */
const unread =
  (name: string) =>
  (given: readonly Given[]): readonly Test[] =>
    given.map((one) => choiceTest(one, name, false));

const AH = 51;
const HAS_AH = fieldTest({ option: '-m', not: false, words: ['ah'], column: 0 }, 'protocol', single(AH));

/** IPv6 has more of it, and finds the header without -p (ip6t_ah.c). */
export const ah: Match = {
  options: {
    '--ahspi': word(SPI, { ...NOT, unless: EVERY }),
    '--ahlen': word(number(0, MOST_32), NOT),
    '--ahres': flag(),
  },
  canon: (given, draft) => {
    if (draft.family === 4 && !isFor(draft, AH)) draft.refuse('-m ah needs -p ah');
    const own = given.find((one) => one.option !== '--ahspi');
    if (own && draft.family === 4) draft.refuse(`${own.option} is for IPv6 only`, undefined, own);
    return given;
  },
  build: (given, { protocol }) => [...(protocol ? [] : [HAS_AH]), ...unread('ah')(given)],
};

/** A range of everything is not printed, even negated. */
const withoutEvery = (given: readonly Given[]): readonly Given[] =>
  given.filter((one) => one.words[0] !== EVERY);

export const esp: Match = {
  options: { '--espspi': word(SPI, NOT) },
  protocols: [50],
  canon: withoutEvery,
  build: unread('esp'),
};

export const ipcomp: Match = {
  options: { '--ipcompspi': word(SPI, { ...NOT, otherwise: '0', unless: EVERY }), '--compres': flag() },
  protocols: [108],
  build: unread('ipcomp'),
};
