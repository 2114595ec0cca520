/** -m string: whether a packet holds some bytes. */
import { choiceTest, flag, type Form, type Given, type Match, NOT, word } from '../extension.ts';
import { number, oneOf } from '../forms.ts';

/** XT_STRING_MAX_PATTERN_SIZE */
const MOST = 128;

const TEXT: Form = {
  is: `a text of 1 to ${MOST} bytes`,
  spell: (text) => {
    const { length } = Buffer.from(text);
    return length > 0 && length <= MOST ? text : undefined;
  },
};

const HEX_TEXT: Form = {
  is: `a text of 1 to ${MOST} bytes, some of them as |0d 0a|`,
  spell: (text) => {
    const bytes = parseHex(text);
    return bytes && bytes.length > 0 && bytes.length <= MOST ? text : undefined;
  },
};

/** `text|0d 0a|text`, where a backslash keeps the letter behind it. */
function parseHex(text: string): readonly number[] | undefined {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '|') {
      const end = text.indexOf('|', i + 1);
      const figures = text.slice(i + 1, end).replaceAll(/\s/g, '');
      if (end < 0 || !/^([\da-f]{2})*$/i.test(figures)) return undefined;
      bytes.push(...(figures.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
      i = end;
    } else {
      if (text[i] === '\\') i++;
      bytes.push(...Buffer.from(text[i] ?? ''));
    }
  }
  return bytes;
}

/** libxt_string.c, is_hex_string: what cannot be printed, or ends in a blank, is printed in hexadecimal. */
function spell(given: Given): Given {
  if (given.option !== '--string' && given.option !== '--hex-string') return given;
  const [text] = given.words;
  const bytes = given.option === '--string' ? [...Buffer.from(text!)] : (parseHex(text!) ?? []);
  const isPlain = bytes.every((byte) => byte >= 0x20 && byte < 0x7f) && bytes.at(-1) !== 0x20;
  if (isPlain) return { ...given, option: '--string', words: [String.fromCharCode(...bytes)] };
  return {
    ...given,
    option: '--hex-string',
    words: [`|${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}|`],
  };
}

export const string: Match = {
  options: {
    '--string': word(TEXT, { ...NOT, quoted: 'always' }),
    '--hex-string': word(HEX_TEXT, { ...NOT, quoted: 'always' }),
    '--algo': word(oneOf('bm', 'kmp'), { needed: true }),
    '--from': word(number(0, 0xffff), { unless: '0' }),
    '--to': word(number(0, 0xffff), { unless: '65535' }),
    '--icase': flag(),
  },
  needs: ['--string', '--hex-string'],
  exclusive: [['--string', '--hex-string']],
  canon: (given, draft) => {
    const of = (option: string): number =>
      Number(given.find((one) => one.option === option)?.words[0] ?? NaN);
    if (of('--from') > of('--to')) draft.refuse('--from is beyond --to');
    return given.map(spell);
  },
  // Payload is counted, not known.
  build: (given) =>
    given
      .filter((one) => one.option === '--string' || one.option === '--hex-string')
      .map((one) => choiceTest(one, 'string', false)),
};
