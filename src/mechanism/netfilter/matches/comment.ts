/** -m comment: always matches. */
import { word, type Match } from '../extension.ts';
import { text } from '../forms.ts';

export const comment: Match = {
  options: { '--comment': word(text(255), { needed: true, quoted: true }) },
  build: () => [],
};
