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
    const parts = text.split(',').map((part) => spellPorts(part, draft));
    return parts.includes(undefined) || parsePortList(text) === undefined ? undefined : parts.join(',');
  },
};

/** A range keeps its two ends, even if they are one. */
function spellPorts(part: string, draft: Parameters<Form['spell']>[1]): string | undefined {
  const ends = part.split(':').map((end) => PORTS.spell(end, draft));
  return ends.includes(undefined) ? undefined : ends.join(':');
}

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
  const ports = parsePortList(given.words[0]!)!;
  if (given.option === '--sports') return fieldTest(given, 'sport', ports);
  if (given.option === '--dports') return fieldTest(given, 'dport', ports);
  const either = { ...given, not: false };
  const fields = [fieldTest(either, 'sport', ports), fieldTest(either, 'dport', ports)];
  return { kind: 'fields', join: 'any', fields, ...wording(given) };
}
