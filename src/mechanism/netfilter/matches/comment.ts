/** -m comment: always matches. */
import { oneWord, type Match } from '../extension.ts';

export const comment: Match = { options: oneWord({ '--comment': [] }), build: () => [] };
