/** -m multiport: lists of ports. */
import { fieldTest, isFor, oneWord, wording, type Draft, type Given, type Match } from '../extension.ts';
import { parsePortList } from '../numbers.ts';
import type { Test } from '../predicate.ts';
import { quote } from '../words.ts';

export const multiport: Match = {
  options: oneWord({ '--sports': ['--source-ports'], '--dports': ['--destination-ports'], '--ports': [] }),
  build: (given, draft) => {
    if (!isFor(draft, 6, 17, 33, 132, 136))
      draft.refuse('-m multiport needs -p tcp, udp, udplite, sctp or dccp');
    if (given.length !== 1) draft.refuse('-m multiport takes one of --sports, --dports and --ports');
    return given.flatMap((one) => portsTest(one, draft) ?? []);
  },
};

function portsTest(given: Given, draft: Draft): Test | undefined {
  const ports = parsePortList(given.words[0]!);
  if (ports === undefined) {
    draft.refuse(`${quote(given.words[0]!)} is not a list of at most 15 ports (a range takes two)`);
    return undefined;
  }
  if (given.option === '--sports') return fieldTest(given, 'sport', ports);
  if (given.option === '--dports') return fieldTest(given, 'dport', ports);
  const either = { ...given, not: false };
  const fields = [fieldTest(either, 'sport', ports), fieldTest(either, 'dport', ports)];
  return { kind: 'fields', join: 'any', fields, ...wording(given) };
}
