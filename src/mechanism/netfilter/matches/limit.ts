/** -m limit: a token bucket. A first packet finds it full. */
import { choiceTest, oneWord, type Given, type Match } from '../extension.ts';
import { quote } from '../words.ts';

const RATE: Given = { option: '--limit', not: false, words: ['3/hour'] };

export const limit: Match = {
  options: oneWord({ '--limit': [], '--limit-burst': [] }),
  build: (given, draft) => {
    const rate = given.find((one) => one.option === '--limit') ?? RATE;
    if (!/^\d+(\/(s(ec(ond)?)?|m(in(ute)?)?|h(our)?|d(ay)?))?$/.test(rate.words[0]!))
      draft.refuse(`${quote(rate.words[0]!)} is not a rate`, '--limit 3/minute');
    return [choiceTest(rate, 'limit', true)];
  },
};
