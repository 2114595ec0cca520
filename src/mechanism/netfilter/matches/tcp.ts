/** -m tcp: ports and flags. */
import { single, setOf, type IntegerSet } from '../../../value/integer-set.ts';
import { flagByte, flagNames, TCP_FLAGS, type TcpFlag } from '../../../packet/tcp.ts';
import {
  choiceTest,
  fieldTest,
  flag,
  type Form,
  type Match,
  NOT,
  twoWords,
  withSpellings,
  word,
} from '../extension.ts';
import { number } from '../forms.ts';
import { nearest } from '../words.ts';
import type { Test } from '../predicate.ts';
import { PORT_OPTIONS, PORT_SPELLINGS, portTest } from './udp.ts';

/** ALL and NONE mean the six flags that iptables knows, without ECE and CWR. */
const KNOWN: readonly TcpFlag[] = TCP_FLAGS.slice(0, 6);

function parseFlags(text: string): number | undefined {
  let byte = 0;
  for (const name of text
    .toUpperCase()
    .split(',')
    .filter((one) => one !== '')) {
    const flag = KNOWN.find((one) => one === name);
    if (name === 'ALL') byte |= flagByte(KNOWN);
    else if (flag) byte |= flagByte([flag]);
    else if (name !== 'NONE') return undefined;
  }
  return byte;
}

const FLAGS: Form = {
  is: 'a list of TCP flags',
  spell: (text) => {
    const byte = parseFlags(text);
    return byte === undefined ? undefined : flagNames(byte).join(',') || 'NONE';
  },
  suggest: (text) =>
    nearest(text.toUpperCase(), [...KNOWN, 'ALL', 'NONE']) ?? 'SYN,ACK,FIN,RST,URG,PSH, ALL or NONE',
};

export const tcp: Match = {
  options: withSpellings(
    {
      ...PORT_OPTIONS,
      '--tcp-option': word(number(1, 255), NOT),
      '--tcp-flags': twoWords(FLAGS, FLAGS, NOT),
      '--syn': flag(NOT),
    },
    PORT_SPELLINGS,
  ),
  protocols: [6],
  exclusive: [['--tcp-flags', '--syn']],
  canon: (given) =>
    given.flatMap((one) => {
      if (one.option === '--syn')
        return [{ ...one, option: '--tcp-flags', written: '--syn', words: ['FIN,SYN,RST,ACK', 'SYN'] }];
      return one.option === '--tcp-flags' && one.words[0] === 'NONE' && !one.not && one.words[1] === 'NONE'
        ? []
        : [one];
    }),
  build: (given) =>
    given.map((one): Test => {
      switch (one.option) {
        case '--tcp-flags':
          return fieldTest(one, 'flags', bytesWith(parseFlags(one.words[0]!)!, parseFlags(one.words[1]!)!));
        // Segments have no options here.
        case '--tcp-option':
          return choiceTest(one, 'tcp', false);
        default:
          return portTest(one);
      }
    }),
};

/** Flag bytes whose bits in `examined` are exactly those of `wanted`. */
export function bytesWith(examined: number, wanted: number): IntegerSet {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => (byte & examined) === wanted);
  return bytes.length === 1 ? single(bytes[0]!) : setOf(bytes.map((byte) => ({ first: byte, last: byte })));
}
