/** -m connlimit: how many connections an address, or a network, has. */
import { flag, type Given, type Match, NOT, word, wording } from '../extension.ts';
import { WHOLE } from '../../../value/address.ts';
import { prefixOf } from '../../../value/prefix.ts';
import { MOST_32, number } from '../forms.ts';

const LIMITS = ['--connlimit-upto', '--connlimit-above'];
const ENDS = ['--connlimit-saddr', '--connlimit-daddr'];

export const connlimit: Match = {
  options: {
    '--connlimit-upto': word(number(0, MOST_32), NOT),
    '--connlimit-above': word(number(0, MOST_32), NOT),
    '--connlimit-mask': word(number(0, 255)),
    '--connlimit-saddr': flag(),
    '--connlimit-daddr': flag(),
  },
  needs: LIMITS,
  exclusive: [LIMITS, ENDS],
  canon: (given, { family }) => {
    const most = family === 4 ? 32 : 128;
    const missing = (option: string, ...words: readonly string[]): Given => ({
      option,
      not: false,
      words,
      column: 0,
    });
    const length = Number(given.find((one) => one.option === '--connlimit-mask')?.words[0] ?? most);
    const rest = given.filter((one) => one.option !== '--connlimit-mask').map(plainLimit);
    if (!given.some((one) => ENDS.includes(one.option))) rest.push(missing(ENDS[0]!));
    return [...rest, missing('--connlimit-mask', String(Math.min(length, most)))];
  },
  build: (given, { family }) => {
    const of = (option: string): Given | undefined => given.find((one) => one.option === option);
    const limit = given.find((one) => LIMITS.includes(one.option))!;
    return [
      {
        kind: 'connections',
        upto: Number(limit.words[0]),
        side: of('--connlimit-daddr') ? 'dst' : 'src',
        mask: prefixOf(WHOLE[family][1], Number(of('--connlimit-mask')!.words[0])).first,
        ...wording(limit),
        not: limit.option === '--connlimit-above',
      },
    ];
  },
};

/** `! --connlimit-upto` is --connlimit-above. */
function plainLimit(given: Given): Given {
  if (!given.not) return given;
  return { ...given, not: false, option: LIMITS.find((one) => one !== given.option)! };
}
