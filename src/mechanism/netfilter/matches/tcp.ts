/** -m tcp: ports and flags. */
import { setOf, type IntegerSet } from '../../../value/integer-set.ts';
import { flagByte, TCP_FLAGS, type TcpFlag } from '../../../packet/tcp.ts';
import { isFor, fieldTest, oneWord, type Draft, type Given, type Match } from '../extension.ts';
import type { Test } from '../predicate.ts';
import { quote } from '../words.ts';
import { portTest } from './udp.ts';

export const tcp: Match = {
  options: {
    ...oneWord({ '--sport': ['--source-port'], '--dport': ['--destination-port'], '--tcp-option': [] }),
    '--tcp-flags': { takes: 2 },
    '--syn': { takes: 0 },
  },
  build: (given, draft) => {
    if (!isFor(draft, 6)) draft.refuse('-m tcp needs -p tcp');
    return given.flatMap((one) => optionTest(one, draft) ?? []);
  },
};

function optionTest(given: Given, draft: Draft): Test | undefined {
  switch (given.option) {
    case '--tcp-flags':
      return flagsTest(given, given.words[0]!, given.words[1]!, draft);
    case '--syn':
      return flagsTest(given, 'FIN,SYN,RST,ACK', 'SYN', draft);
    case '--tcp-option':
      draft.unknown('tcp --tcp-option');
      return undefined;
    default:
      return portTest(given, draft);
  }
}

function flagsTest(given: Given, mask: string, set: string, draft: Draft): Test | undefined {
  const [examined, wanted] = [parseFlags(mask), parseFlags(set)];
  if (examined === undefined || wanted === undefined) {
    draft.refuse(
      `${quote(examined === undefined ? mask : set)} is not a list of TCP flags`,
      'SYN,ACK,FIN,RST,URG,PSH, ALL or NONE',
    );
    return undefined;
  }
  return { ...fieldTest(given, 'flags', bytesWith(examined, wanted)), wanted: `${mask} ${set}` };
}

/** Flag bytes whose bits in `examined` are exactly those of `wanted`. */
const bytesWith = (examined: number, wanted: number): IntegerSet =>
  setOf(
    Array.from({ length: 256 }, (_, byte) => byte)
      .filter((byte) => (byte & examined) === wanted)
      .map((byte) => ({ first: byte, last: byte })),
  );

/** ALL and NONE mean the six flags that iptables knows, without ECE and CWR. */
const KNOWN: readonly TcpFlag[] = TCP_FLAGS.slice(0, 6);

function parseFlags(text: string): number | undefined {
  let byte = 0;
  for (const name of text.toUpperCase().split(',')) {
    const flag = KNOWN.find((one) => one === name);
    if (name === 'ALL') byte |= flagByte(KNOWN);
    else if (flag) byte |= flagByte([flag]);
    else if (name !== 'NONE') return undefined;
  }
  return byte;
}
