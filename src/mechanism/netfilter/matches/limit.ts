/** -m limit: a token bucket. A first packet finds it full. */
import { choiceTest, word, type Match } from '../extension.ts';
import { number } from '../forms.ts';
import { rate } from './rate.ts';

export const limit: Match = {
  options: {
    '--limit': word(rate(10_000, 10_000), { otherwise: '3/hour' }),
    '--limit-burst': word(number(0, 10_000), { unless: '5' }),
  },
  build: ([average]) => [choiceTest(average!, 'limit', true)],
};
