/** MARK: change the packet's mark, which policy routing and later rules may read. */
import { word, type Given, type TargetSpec } from '../extension.ts';
import { hex, hexNumber, masked, MOST_32, parseMaskedNumber } from '../forms.ts';

const BITS = hexNumber(MOST_32);
const NAMES = ['--set-xmark', '--set-mark', '--or-mark', '--and-mark', '--xor-mark'];

export const mark: TargetSpec = {
  options: {
    '--set-xmark': word(masked()),
    '--set-mark': word(masked()),
    '--or-mark': word(BITS),
    '--and-mark': word(BITS),
    '--xor-mark': word(BITS),
  },
  needs: NAMES,
  exclusive: [NAMES],
  canon: (given) => given.map(xmark),
  build: (given) => {
    const { value, mask } = parseMaskedNumber(given[0]!.words[0]!)!;
    return { do: 'mark', name: 'MARK', mask, bits: value };
  },
};

/** mark = (mark & ~mask) ^ value, of which every form is a case (iptables-extensions(8), MARK). */
export function xmark(given: Given): Given {
  const { value, mask } = parseMaskedNumber(given.words[0]!) ?? { value: 0, mask: 0 };
  const as = (bits: number, of: number): Given => ({
    ...given,
    option: '--set-xmark',
    words: [`${hex(bits)}/${hex(of >>> 0)}`],
  });
  switch (given.option) {
    case '--set-mark':
      return as(value, mask | value);
    case '--or-mark':
      return as(value, value);
    case '--and-mark':
      return as(0, ~value);
    case '--xor-mark':
      return as(value, 0);
    default:
      return as(value, mask);
  }
}
