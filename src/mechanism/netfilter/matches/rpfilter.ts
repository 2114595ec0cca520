/** -m rpfilter: whether an answer would leave by the interface that the packet came in by. */
import { flag, type Match } from '../extension.ts';

export const rpfilter: Match = {
  options: { '--loose': flag(), '--validmark': flag(), '--accept-local': flag(), '--invert': flag() },
  tables: ['raw', 'mangle'],
  hooks: ['PREROUTING'],
};
