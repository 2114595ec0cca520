/** -m length and -m tcpmss: how long a packet is, and how long a segment may be. */
import { NOT, word, type Match } from '../extension.ts';
import { numberRange } from '../forms.ts';

export const length: Match = {
  options: { '--length': word(numberRange(0xffff, 'any'), { ...NOT, needed: true }) },
};

export const tcpmss: Match = {
  options: { '--mss': word(numberRange(0xffff), { ...NOT, needed: true }) },
  protocols: [6],
};
