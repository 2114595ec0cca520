/** MARK: change the packet's mark, which policy routing and later rules may read. */
import type { OptionSpec, TargetSpec } from '../extension.ts';
import { parseMarked } from '../matches/mark.ts';

const NAMES = ['--set-mark', '--set-xmark', '--or-mark', '--and-mark', '--xor-mark'];

export const mark: TargetSpec = {
  options: Object.fromEntries(NAMES.map((name): [string, OptionSpec] => [name, { takes: 1 }])),
  build: (given, draft) => {
    if (given.length !== 1)
      draft.refuse('MARK takes exactly one of --set-mark, --set-xmark, --or-mark, --and-mark, --xor-mark');
    const [one] = given;
    const read = one && parseMarked(one.words[0]!, draft);
    if (!read) return undefined;
    return { do: 'mark', name: 'MARK', ...xmark(one.option, read.value, read.mask) };
  },
};

/** mark = (mark & ~mask) ^ bits, of which every form is a case (iptables-extensions(8), MARK). */
function xmark(
  option: string,
  value: number,
  mask: number,
): { readonly mask: number; readonly bits: number } {
  switch (option) {
    case '--set-mark':
      return { mask: (mask | value) >>> 0, bits: value };
    case '--or-mark':
      return { mask: value, bits: value };
    case '--and-mark':
      return { mask: ~value >>> 0, bits: 0 };
    case '--xor-mark':
      return { mask: 0, bits: value };
    default:
      return { mask, bits: value };
  }
}
