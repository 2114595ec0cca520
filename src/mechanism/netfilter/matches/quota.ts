/** -m quota: so many bytes, then no more. */
import { NOT, word, type Match } from '../extension.ts';
import { LONG } from '../forms.ts';

export const quota: Match = { options: { '--quota': word(LONG, { ...NOT, needed: true }) } };
