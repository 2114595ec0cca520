/** -m connmark: the mark of the packet's connection. */
import { NOT, word, type Match } from '../extension.ts';
import { masked } from '../forms.ts';
import { maskedTest } from './mark.ts';

export const connmark: Match = {
  options: { '--mark': word(masked(), { ...NOT, needed: true }) },
  build: (given) => given.map((one) => maskedTest(one, 'connmark')),
};
