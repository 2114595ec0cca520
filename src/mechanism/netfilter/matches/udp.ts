/** -m udp: ports. */
import { fieldTest, NOT, withSpellings, word, type Given, type Match, type Options } from '../extension.ts';
import { PORTS } from '../forms.ts';
import { parsePorts } from '../numbers.ts';
import type { Test } from '../predicate.ts';

/** What tcp, udp, sctp and dccp have in common. */
export const PORT_OPTIONS: Options = {
  '--sport': word(PORTS, { ...NOT, unless: '0:65535' }),
  '--dport': word(PORTS, { ...NOT, unless: '0:65535' }),
};

export const PORT_SPELLINGS = { '--source-port': '--sport', '--destination-port': '--dport' };

export const udp: Match = {
  options: withSpellings(PORT_OPTIONS, PORT_SPELLINGS),
  protocols: [17],
  build: (given) => given.map(portTest),
};

/** `--sport` or `--dport` with one port or one range. */
export const portTest = (given: Given): Test =>
  fieldTest(given, given.option === '--sport' ? 'sport' : 'dport', parsePorts(given.words[0]!)!);
