/** Where lines break, and what stands at their right edge. */
import { expect, test } from 'vitest';
import { lay, WIDTH } from './line.ts';

const words = (length: number): string => 'word '.repeat(length / 5).trimEnd();

test.each([
  ['a word', `${words(95)} another`, 'another'],
  ['an option', `${words(95)} -j ACCEPT`, '-j ACCEPT'],
  ['a long option', `${words(85)} --ctstate ESTABLISHED`, '--ctstate ESTABLISHED'],
  ['an item', `${words(85)}  ttl 64 -> 63 and more`, 'ttl 64 -> 63 and more'],
  ['an item far from the edge', `${words(30)}  ${words(65)} ttl 64`, '64'],
  ['the end of one word', 'x'.repeat(WIDTH + 5), 'xxxxx'],
])('when a text is too long then it breaks before %s', (_what, text, rest) => {
  const lines = lay({ head: '', text });
  expect(lines.at(-1)).toBe(rest);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(WIDTH);
});

test('when the right edge is free then a place stands there, else on a line of its own', () => {
  expect(lay({ head: '', text: 'short', right: 'net.yaml:7' })).toEqual([`short${' '.repeat(85)}net.yaml:7`]);
  expect(lay({ head: '', text: words(95), right: 'net.yaml:7' })).toEqual([
    words(95),
    `${' '.repeat(90)}net.yaml:7`,
  ]);
});
