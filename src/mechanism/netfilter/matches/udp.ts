/** -m udp: ports. */
import { fieldTest, isFor, oneWord, type Draft, type Given, type Match } from '../extension.ts';
import { parsePorts } from '../numbers.ts';
import type { Test } from '../predicate.ts';
import { quote } from '../words.ts';

export const udp: Match = {
  options: oneWord({ '--sport': ['--source-port'], '--dport': ['--destination-port'] }),
  build: (given, draft) => {
    if (!isFor(draft, 17)) draft.refuse('-m udp needs -p udp');
    return given.flatMap((one) => portTest(one, draft) ?? []);
  },
};

/** `--sport` or `--dport` with one port or one range. */
export function portTest(given: Given, draft: Draft): Test | undefined {
  const text = given.words[0]!;
  const ports = parsePorts(text);
  if (ports) return fieldTest(given, given.option === '--sport' ? 'sport' : 'dport', ports);
  draft.refuse(
    `${quote(text)} is not a port or an ascending range of ports`,
    text.includes(',') ? `-m multiport ${given.option}s ${text}` : undefined,
  );
  return undefined;
}
