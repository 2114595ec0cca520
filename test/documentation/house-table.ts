/** The import directions as a table, made from what the architecture test enforces. */
import { FOLDERS, HOUSE } from '../architecture/house.ts';

export const houseTable = (): string =>
  [
    '| folder | may import | because |',
    '| --- | --- | --- |',
    ...FOLDERS.map((folder) => {
      const { sees, because } = HOUSE[folder];
      return `| \`src/${folder}/\` | ${sees.join(', ') || 'nothing'} | ${because} |`;
    }),
    '',
  ].join('\n');
