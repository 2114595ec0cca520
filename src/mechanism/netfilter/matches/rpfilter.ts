/** -m rpfilter: whether an answer would leave by the interface that the packet came in by. */
import { flag, type Match } from '../extension.ts';

export const rpfilter: Match = {
  options: { '--loose': flag(), '--validmark': flag(), '--accept-local': flag(), '--invert': flag() },
  tables: ['raw', 'mangle'],
  hooks: ['PREROUTING'],
  build: (given) => {
    const has = (option: string): boolean => given.some((one) => one.option === option);
    return [
      {
        kind: 'reverse-path',
        loose: has('--loose'),
        validMark: has('--validmark'),
        acceptLocal: has('--accept-local'),
        option: '-m rpfilter',
        wanted: 'the way back',
        not: has('--invert'),
      },
    ];
  },
};
