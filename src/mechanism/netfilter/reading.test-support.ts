import type { Family } from '../../value/address.ts';
import { readRuleset } from './read.ts';

/** For tests: the errors in a text, one line each. */
export const problems = (text: string, family: Family = 4): string[] =>
  readRuleset(text, { family })
    .problems.filter((one) => !one.isWarning)
    .map(({ line, message, suggestion }) =>
      suggestion === undefined ? `${line}: ${message}` : `${line}: ${message} (${suggestion})`,
    );

/** A rule in its table, with a chain U to jump to. */
export const within = (table: string, rule: string): string => `*${table}\n:U - [0:0]\n${rule}\nCOMMIT`;
