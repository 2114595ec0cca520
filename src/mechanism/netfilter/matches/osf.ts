/** -m osf: the operating system that a SYN looks like. */
import { choiceTest, type Match, NOT, word } from '../extension.ts';
import { cutText, number } from '../forms.ts';

export const osf: Match = {
  family: 4,
  options: {
    '--genre': word(cutText(31), { ...NOT, needed: true }),
    '--ttl': word(number(0, 2)),
    '--log': word(number(0, 2)),
  },
  protocols: [6],
  hooks: ['PREROUTING', 'INPUT', 'FORWARD'],
  // Without fingerprints no system is known, and none is another either (xt_osf.c).
  build: ([genre]) => [{ ...choiceTest(genre!, 'osf', false), holds: false }],
};
