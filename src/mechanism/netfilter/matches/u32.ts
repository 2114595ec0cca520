/** -m u32 and -m bpf: programs that look into a packet's bytes. */
import { choiceTest, type Form, type Match, NOT, word } from '../extension.ts';
import { hex, MOST_32, text } from '../forms.ts';
import { parseNumber } from '../numbers.ts';

/** `LOCATION=VALUES` joined by `&&`: at most 10 locations of 10 numbers and operators, and 10 ranges of values each. */
const TESTS: Form = {
  is: 'a test such as 0>>22&0x3C@0=0x50:0x60',
  spell: (word) => {
    const tests = word.split('&&').map(spellTest);
    return tests.includes(undefined) || tests.length > 10 ? undefined : tests.join('&&');
  },
};

function spellTest(test: string): string | undefined {
  const [location, values, ...rest] = test.split('=');
  if (values === undefined || rest.length > 0) return undefined;
  const place = location!.split(/(&|<<|>>|@)/).map((part, i) => (i % 2 === 1 ? part : spellNumber(part)));
  const ranges = values.split(',').map(spellRange);
  if (place.includes(undefined) || ranges.includes(undefined)) return undefined;
  return place.length > 21 || ranges.length > 10 ? undefined : `${place.join('')}=${ranges.join(',')}`;
}

function spellRange(range: string): string | undefined {
  const ends = range.split(':').map(spellNumber);
  if (ends.length > 2 || ends.includes(undefined)) return undefined;
  return ends[0] === ends[1] ? ends[0] : ends.join(':');
}

function spellNumber(part: string): string | undefined {
  const value = parseNumber(part.trim(), MOST_32);
  return value === undefined ? undefined : hex(value);
}

export const u32: Match = {
  options: { '--u32': word(TESTS, { ...NOT, needed: true, quoted: 'always' }) },
  build: (given) => given.map((one) => choiceTest(one, 'u32', false)),
};

/** `N,code jt jf k,…`: as many instructions as it says (libxt_bpf). What the kernel verifies beyond is not looked at. */
const BYTECODE: Form = {
  is: 'a program of as many instructions as it begins with',
  spell: (word) => {
    const [count, ...code] = word.split(',');
    if (code.at(-1) === '') code.pop();
    const isCode = code.every((one) => /^\s*\d+\s+\d+\s+\d+\s+\d+\s*$/.test(one));
    return isCode && code.length > 0 && Number(count) === code.length && code.length <= 64
      ? [count, ...code.map((one) => one.trim().replaceAll(/\s+/g, ' '))].join(',')
      : undefined;
  },
};

export const bpf: Match = {
  options: {
    '--bytecode': word(BYTECODE, { quoted: 'always' }),
    '--object-pinned': word(text(4095)),
  },
  needs: ['--bytecode', '--object-pinned'],
  exclusive: [['--bytecode', '--object-pinned']],
  build: (given) => given.map((one) => choiceTest(one, 'bpf', false)),
};
