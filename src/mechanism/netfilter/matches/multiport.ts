/** -m multiport: lists of ports. */
import {
  fieldTest,
  NOT,
  withSpellings,
  word,
  wording,
  type Form,
  type Given,
  type Match,
} from '../extension.ts';
import { PORTS } from '../forms.ts';
import { parsePortList } from '../numbers.ts';
import type { Test } from '../predicate.ts';

/** XT_MULTI_PORTS: at most 15 places, of which a range takes two. */
const LIST: Form = {
  is: 'a list of at most 15 ports (a range takes two)',
  spell: (text, draft) => {
    let places = 0;
    const ports: string[] = [];
    for (const part of text.split(',')) {
      const isRange = part.includes(':');
      const spelt = PORTS.spell(part, draft);
      // A range has two ends, and both are written.
      if (spelt === undefined || (isRange && (!spelt.includes(':') || /^:|:$/.test(part)))) return undefined;
      places += isRange ? 2 : 1;
      ports.push(spelt);
    }
    return places > 15 ? undefined : ports.join(',');
  },
};

export const multiport: Match = {
  options: withSpellings(
    { '--sports': word(LIST, NOT), '--dports': word(LIST, NOT), '--ports': word(LIST, NOT) },
    { '--source-ports': '--sports', '--destination-ports': '--dports' },
  ),
  protocols: [6, 17, 136, 132, 33],
  needs: ['--sports', '--dports', '--ports'],
  exclusive: [['--sports', '--dports', '--ports']],
  build: (given) => given.map(portsTest),
};

function portsTest(given: Given): Test {
  const ports = parsePortList(given.words[0]!);
  if (given.option === '--sports') return fieldTest(given, 'sport', ports);
  if (given.option === '--dports') return fieldTest(given, 'dport', ports);
  const either = { ...given, not: false };
  const fields = [fieldTest(either, 'sport', ports), fieldTest(either, 'dport', ports)];
  return { kind: 'fields', join: 'any', fields, ...wording(given) };
}
