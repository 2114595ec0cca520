/** -m connmark: the mark of the packet's connection. */
import { NOT, word, type Match } from '../extension.ts';
import { masked } from '../forms.ts';

export const connmark: Match = { options: { '--mark': word(masked(), { ...NOT, needed: true }) } };
