/** -m hashlimit: a token bucket for each address or port. */
import {
  choiceTest,
  type Draft,
  flag,
  type Form,
  type Given,
  type Match,
  NOT,
  tallyTest,
  word,
} from '../extension.ts';
import { listOf, MOST_32, number } from '../forms.ts';
import { parseNumber } from '../numbers.ts';
import type { Tally } from '../tally.ts';
import { formatRate, parseRate } from './rate.ts';

/** XT_HASHLIMIT_SCALE_v2: ticks a second. */
const SCALE = 1_000_000;
const SIZES = [
  ['m', 2 ** 20],
  ['k', 1024],
  ['', 1],
] as const;

/** `512kb` in bytes, with what follows. */
function parseBytes(text: string, tail: string): number | undefined {
  const [, figures, size = ''] = new RegExp(`^(\\d+)([km]?)b${tail}$`).exec(text) ?? [];
  const bytes = Number(figures ?? NaN) * SIZES.find(([name]) => name === size)![1];
  return Number.isNaN(bytes) ? undefined : bytes;
}

/** libxt_hashlimit.c, bytes_to_cost and back: the kernel keeps the cost of 16 bytes, so a rate loses figures. */
const costOf = (bytes: number): number => Math.floor(MOST_32 / (Math.floor(bytes / 16) + 1));
const bytesOf = (cost: number): number => (Math.floor(MOST_32 / cost) - 1) * 16;

function formatBytes(bytes: number): string {
  const cost = costOf(bytes);
  const kept = bytesOf(cost);
  const [name, size] =
    SIZES.find(([, size]) => kept < 2 ** 32 && kept >= size && costOf(kept - (kept % size)) === cost) ??
    SIZES[2];
  return `${Math.floor(kept / size)}${name}b/s`;
}

const RATE: Form = {
  is: 'a rate, such as 3/minute or 512kb/s',
  spell: (text) => {
    const bytes = parseBytes(text, '/s');
    if (bytes !== undefined) return formatBytes(bytes);
    const period = parseRate(text, SCALE);
    return period === undefined ? undefined : formatRate(period, SCALE);
  },
};

const BURST: Form = {
  is: 'a number from 1 to 1000000, or an amount such as 1mb',
  spell: (text) => ((parseBytes(text, '') ?? parseNumber(text, 1_000_000)) ? text : undefined),
};

const FIELD: Readonly<Record<string, Tally['per'][number]>> = {
  srcip: 'src',
  srcport: 'sport',
  dstip: 'dst',
  dstport: 'dport',
};

const MODE = listOf('a list of srcip, srcport, dstip, dstport', Object.keys(FIELD));

const NAME: Form = {
  is: 'a name without "/"',
  spell: (text) => (text === '' || text.includes('/') ? undefined : text.slice(0, 254)),
};

const size = word(number(0, MOST_32), { unless: '0' });
const mask = word(number(0, 128));

export const hashlimit: Match = {
  options: {
    '--hashlimit': word(RATE, NOT),
    '--hashlimit-upto': word(RATE, NOT),
    '--hashlimit-above': word(RATE, NOT),
    '--hashlimit-burst': word(BURST),
    '--hashlimit-mode': word(MODE),
    '--hashlimit-name': word(NAME, { needed: true }),
    '--hashlimit-htable-size': size,
    '--hashlimit-htable-max': size,
    '--hashlimit-htable-gcinterval': word(number(0, MOST_32), { unless: '1000' }),
    '--hashlimit-htable-expire': word(number(0, MOST_32)),
    '--hashlimit-srcmask': mask,
    '--hashlimit-dstmask': mask,
    '--hashlimit-rate-match': flag(),
    '--hashlimit-rate-interval': word(number(1, MOST_32), { unless: '1' }),
  },
  needs: ['--hashlimit-upto', '--hashlimit-above', '--hashlimit'],
  exclusive: [['--hashlimit', '--hashlimit-upto', '--hashlimit-above']],
  canon: (given, draft) => {
    const of = (option: string): string | undefined => given.find((one) => one.option === option)?.words[0];
    const average = given.find((one) => /^--hashlimit(-upto|-above)?$/.test(one.option));
    if (!average) return given;
    const spelt = given.filter((one) => !isDefault(one, average, given, draft)).map(plainRate);
    const bytes = parseBytes(average.words[0]!, '/s');
    if (bytes !== undefined) return spelt.map((one) => inBytes(one, bytes, draft));
    checkOverflow(parseRate(average.words[0]!, SCALE) ?? 1, of('--hashlimit-burst'), draft);
    const burst = { option: '--hashlimit-burst', not: false, words: ['5'], column: 0 };
    return of(burst.option) === undefined ? [...spelt, burst] : spelt.map(inPackets);
  },
  build: (given) => {
    const of = (option: string): string => given.find((one) => one.option === option)?.words[0] ?? '';
    const average = given.find((one) => /^--hashlimit-(upto|above)$/.test(one.option))!;
    const isAbove = average.option === '--hashlimit-above';
    // A rate of bytes leaves open how long the packets before were.
    if (average.words[0]!.endsWith('b/s')) return [choiceTest(average, 'hashlimit', !isAbove)];
    const per = of('--hashlimit-mode')
      .split(',')
      .flatMap((mode) => FIELD[mode] ?? []);
    const most = Number(of('--hashlimit-burst'));
    const tally = { count: 'packets', most, per, shared: `hashlimit/${of('--hashlimit-name')}` } as const;
    return [{ ...tallyTest(average, 'hashlimit', tally), not: isAbove }];
  },
};

/** `! --hashlimit-upto` is --hashlimit-above. */
function plainRate(given: Given): Given {
  if (!/^--hashlimit(-upto|-above)?$/.test(given.option)) return given;
  const isAbove = (given.option === '--hashlimit-above') !== given.not;
  return { ...given, option: isAbove ? '--hashlimit-above' : '--hashlimit-upto', not: false };
}

/** What iptables-save leaves out: an expiry as long as the unit of the rate, whole masks, an interval without its use. */
function isDefault(given: Given, average: Given, all: readonly Given[], { family }: Draft): boolean {
  const unit = average.words[0]!.split('/')[1];
  const expiry = { sec: 1000, min: 60_000, hour: 3_600_000, day: 86_400_000 }[unit ?? ''] ?? 1000;
  switch (given.option) {
    case '--hashlimit-htable-expire':
      return Number(given.words[0]) === expiry;
    case '--hashlimit-srcmask':
    case '--hashlimit-dstmask':
      return Number(given.words[0]) === (family === 4 ? 32 : 128);
    case '--hashlimit-rate-interval':
      return !all.some((one) => one.option === '--hashlimit-rate-match');
    default:
      return false;
  }
}

/** hashlimit_mt_check: a burst of bytes is kept in periods of the rate as the kernel has it, rounded up. */
function inBytes(given: Given, wanted: number, draft: Draft): Given {
  if (given.option !== '--hashlimit-burst') return given;
  const rate = bytesOf(costOf(wanted));
  const burst = parseBytes(given.words[0]!, '') ?? Number(given.words[0]);
  if (rate === 0) draft.refuse('The rate is less than the kernel can count with a burst', undefined, given);
  if (burst < rate)
    draft.refuse(`--hashlimit-burst is less than the ${rate} bytes of a second`, undefined, given);
  // libxtables keeps the burst in 32 bits.
  const kept = Math.max(1, Math.ceil((burst % 2 ** 32) / rate)) * rate;
  const [name, size] = SIZES.find(([, size]) => kept >= size) ?? SIZES[2];
  return { ...given, words: [`${Math.floor(kept / size)}${name}b`] };
}

const inPackets = (given: Given): Given =>
  given.option === '--hashlimit-burst'
    ? { ...given, words: [String(parseBytes(given.words[0]!, '') ?? Number(given.words[0]))] }
    : given;

/** xt_hashlimit.c, user2credits: seconds are counted modulo 2^64 credits, of which one is worth some 2^47. */
function checkOverflow(period: number, burst: string | undefined, draft: Draft): void {
  const most = 134_217.728 * SCALE;
  const count = burst === undefined ? 5 : (parseBytes(burst, '') ?? Number(burst));
  if ((period * count) % most < period % most || period > most)
    draft.refuse('--hashlimit and --hashlimit-burst are too much for the kernel to count');
}
