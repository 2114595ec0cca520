/** -m statistic: one packet in so many, by chance or by count. */
import {
  choiceTest,
  constantTest,
  type Form,
  type Given,
  type Match,
  NOT,
  tallyTest,
  word,
} from '../extension.ts';
import { MOST_32, number, oneOf } from '../forms.ts';

/** A fraction that is kept in 31 bits. */
const PROBABILITY: Form = {
  is: 'a probability from 0 to 1',
  spell: (text) => {
    const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
    return value >= 0 && value <= 1 ? (Math.round(value * 2 ** 31) / 2 ** 31).toFixed(11) : undefined;
  },
};

export const statistic: Match = {
  options: {
    '--mode': word(oneOf('random', 'nth'), { needed: true }),
    '--probability': word(PROBABILITY, NOT),
    '--every': word(number(1, MOST_32), NOT),
    '--packet': word(number(0, MOST_32)),
  },
  exclusive: [
    ['--probability', '--every'],
    ['--probability', '--packet'],
  ],
  canon: (given, draft) => {
    const of = (option: string): string | undefined => given.find((one) => one.option === option)?.words[0];
    const [every, packet] = [of('--every'), of('--packet')];
    if (of('--mode') === 'random' && of('--probability') === undefined)
      draft.refuse('--mode random needs --probability');
    if (of('--mode') === 'nth' && (every === undefined || packet === undefined))
      draft.refuse('--mode nth needs --every and --packet');
    if (Number(packet ?? 0) >= Number(every ?? Infinity))
      draft.refuse('--packet is from 0 to one less than --every');
    return given;
  },
  build: (given) => {
    const of = (option: string): Given | undefined => given.find((one) => one.option === option);
    const [chance, every] = [of('--probability'), of('--every')];
    if (every) {
      const numbers = { most: Number(of('--packet')!.words[0]), cycle: Number(every.words[0]) };
      return [tallyTest(every, 'statistic', { count: 'nth', ...numbers })];
    }
    const probability = Number(chance!.words[0]);
    return probability === 0 || probability === 1
      ? [constantTest(chance!, probability === 1, 'always')]
      : [choiceTest(chance!, 'statistic', probability >= 0.5)];
  },
};
