import { expect, test } from 'vitest';
import { visible } from './escape.ts';

test.each([
  ['nva1', 'nva1'],
  ['fenêtre', 'fenêtre'],
  ['東京-1', '東京-1'],
  ['шлюз', 'шлюз'],
  ['بوابة', 'بوابة'],
  ['fire🔥wall', 'fire🔥wall'],
  ['a\u001b[2J', 'a\\u{1b}[2J'],
  ['a\u009b2J', 'a\\u{9b}2J'],
  ['\u202etxt.exe', '\\u{202e}txt.exe'],
  ['a\u200bb', 'a\\u{200b}b'],
  ['a\u2028b', 'a\\u{2028}b'],
  ['a\ud800b', 'a\\u{d800}b'],
  ['a\u3164b', 'a\\u{3164}b'],
  ['a\ue000b', 'a\\u{e000}b'],
  ['a\u3000b', 'a\\u{3000}b'],
  ['“a” – b…', '"a" - b...'],
])('when a name is %j then it is printed as %s', (name, expected) => {
  expect(visible(name)).toBe(expected);
});
