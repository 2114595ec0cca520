/** CONNMARK: move marks between a packet and its connection. */
import { flag, word, type Given, type TargetSpec } from '../extension.ts';
import { hex, hexNumber, masked, MOST_32, number, parseMaskedNumber } from '../forms.ts';
import { xmark } from './mark.ts';

const SETS = ['--set-xmark', '--set-mark', '--or-mark', '--and-mark', '--xor-mark'];
const ACTIONS = [...SETS, '--save-mark', '--restore-mark'];
const MASK = hexNumber(MOST_32);

/** How the masks of --save-mark and --restore-mark are read: `--mask` is both. */
function withMasks(given: readonly Given[]): readonly Given[] {
  const both = given.find((one) => one.option === '--mask')?.words[0];
  const setting = given.find((one) => SETS.includes(one.option));
  const rest = given.filter((one) => !/^--(nf|ct)?mask$/.test(one.option));
  if (setting)
    return rest.map((one) =>
      one === setting ? xmark(both === undefined ? one : underMask(one, both)) : one,
    );
  const mask = (option: string): Given => ({
    option,
    not: false,
    words: [both ?? given.find((one) => one.option === option)?.words[0] ?? hex(MOST_32)],
    column: 0,
  });
  return [...rest, mask('--nfmask'), mask('--ctmask')];
}

/** `--set-mark 5 --mask 3` is --set-xmark 5/3. */
const underMask = (given: Given, mask: string): Given => ({
  ...given,
  option: '--set-xmark',
  words: [`${hex(parseMaskedNumber(given.words[0]!)?.value ?? 0)}/${mask}`],
});

export const connmark: TargetSpec = {
  options: {
    '--set-xmark': word(masked()),
    '--set-mark': word(masked()),
    '--or-mark': word(MASK),
    '--and-mark': word(MASK),
    '--xor-mark': word(MASK),
    '--save-mark': flag(),
    '--restore-mark': flag(),
    '--nfmask': word(MASK),
    '--ctmask': word(MASK),
    '--mask': word(MASK),
    '--left-shift-mark': word(number(0, 32), { unless: '0' }),
    '--right-shift-mark': word(number(0, 32), { unless: '0' }),
  },
  needs: ACTIONS,
  exclusive: [
    ACTIONS,
    ['--mask', '--nfmask'],
    ['--mask', '--ctmask'],
    ['--left-shift-mark', '--right-shift-mark'],
  ],
  canon: withMasks,
  build: (given) => {
    const [action] = given;
    const of = (option: string): number | undefined => {
      const text = given.find((one) => one.option === option)?.words[0];
      return text === undefined ? undefined : Number(text);
    };
    if (of('--left-shift-mark') !== undefined || of('--right-shift-mark') !== undefined)
      return { do: 'unknown', name: 'CONNMARK' };
    const set = action!.option === '--set-xmark' ? parseMaskedNumber(action!.words[0]!) : undefined;
    return {
      do: 'connmark',
      name: 'CONNMARK',
      how: set ? 'set' : action!.option === '--save-mark' ? 'save' : 'restore',
      ctmask: set?.mask ?? of('--ctmask')!,
      nfmask: of('--nfmask') ?? MOST_32,
      bits: set?.value ?? 0,
    };
  },
};
