/** -m limit: a token bucket. Here it is full before the first packet and does not fill again. */
import { tallyTest, word, type Match } from '../extension.ts';
import { number } from '../forms.ts';
import { parseRate, rate } from './rate.ts';

/** XT_LIMIT_SCALE: ticks a second. */
const SCALE = 10_000;

export const limit: Match = {
  options: {
    '--limit': word(rate(SCALE), { otherwise: '3/hour' }),
    '--limit-burst': word(number(0, 10_000), { unless: '5' }),
  },
  canon: (given, draft) => {
    const of = (option: string): string | undefined => given.find((one) => one.option === option)?.words[0];
    const period = parseRate(of('--limit') ?? '3/hour', SCALE) ?? 1;
    const burst = Number(of('--limit-burst') ?? 5);
    if (burst === 0 || credits((period * burst) % 2 ** 32) < credits(period))
      draft.refuse('--limit and --limit-burst are too much for the kernel to count');
    return given;
  },
  build: (given) => {
    const burst = given.find((one) => one.option === '--limit-burst')?.words[0] ?? '5';
    return [tallyTest(given[0]!, 'limit', { count: 'packets', most: Number(burst) })];
  },
};

/** xt_limit.c, user2credits, in 32 bits; a second is worth 32,000. */
const credits = (ticks: number): number =>
  ticks > 134_217 ? (Math.floor(ticks / SCALE) * 32_000) % 2 ** 32 : Math.floor((ticks * 32_000) / SCALE);
