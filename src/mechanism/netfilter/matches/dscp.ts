/** -m dscp, -m tos and -m ecn: the traffic class of a packet, RFC 2474 and RFC 3168. */
import { fieldTest, flag, type Form, isFor, type Match, NOT, word } from '../extension.ts';
import { hex, hexNumber, named, number, parseMaskedNumber } from '../forms.ts';
import { nearest } from '../words.ts';
import { single } from '../../../value/integer-set.ts';
import { maskedTest } from './mark.ts';
import { bytesWith } from './tcp.ts';

/** RFC 2474 section 4.2.2, RFC 2597 section 6 and RFC 3246. */
const CLASSES: Readonly<Record<string, string>> = Object.fromEntries([
  ['BE', '0x00'],
  ['EF', '0x2e'],
  ...Array.from({ length: 8 }, (_, i) => [`CS${i}`, hex(i << 3, 2)]),
  ...[1, 2, 3, 4].flatMap((i) => [1, 2, 3].map((j) => [`AF${i}${j}`, hex((i << 3) | (j << 1), 2)])),
]);

export const DSCP = hexNumber(0x3f, 2);
export const DSCP_CLASS = named('a DSCP class', CLASSES);

export const dscp: Match = {
  options: { '--dscp': word(DSCP, NOT), '--dscp-class': word(DSCP_CLASS, NOT) },
  needs: ['--dscp', '--dscp-class'],
  exclusive: [['--dscp', '--dscp-class']],
  canon: (given) => given.map((one) => ({ ...one, option: '--dscp' })),
  build: (given) => given.map((one) => fieldTest(one, 'dscp', single(Number(one.words[0])))),
};

/** RFC 1349 section 4; of a symbol the two bits of ECN do not count. */
const SYMBOLS: Readonly<Record<string, number>> = {
  'Minimize-Delay': 0x10,
  'Maximize-Throughput': 8,
  'Maximize-Reliability': 4,
  'Minimize-Cost': 2,
  'Normal-Service': 0,
};

export const TOS: Form = {
  is: 'a value from 0 to 255, value/mask, or the name of a type of service',
  spell: (text) => {
    const name = Object.keys(SYMBOLS).find((one) => one.toLowerCase() === text.toLowerCase());
    const read = name === undefined ? parseMaskedNumber(text, 0xff) : { value: SYMBOLS[name]!, mask: 0x3f };
    return read && `${hex(read.value, 2)}/${hex(read.mask, 2)}`;
  },
  suggest: (text) => nearest(text, Object.keys(SYMBOLS)),
};

export const tos: Match = {
  options: { '--tos': word(TOS, { ...NOT, needed: true }) },
  build: (given) => given.map((one) => maskedTest(one, 'tos')),
};

const [ECE, CWR] = [bytesWith(0x40, 0x40), bytesWith(0x80, 0x80)];

export const ecn: Match = {
  options: {
    '--ecn-tcp-ece': flag(NOT),
    '--ecn-tcp-cwr': flag(NOT),
    '--ecn-ip-ect': word(number(0, 3), NOT),
  },
  needs: ['--ecn-tcp-ece', '--ecn-tcp-cwr', '--ecn-ip-ect'],
  canon: (given, draft) => {
    const one = given.find(({ option }) => option.startsWith('--ecn-tcp'));
    if (one && !isFor(draft, 6)) draft.refuse(`${one.option} needs -p tcp`, undefined, one);
    return given;
  },
  build: (given) =>
    given.map((one) =>
      one.option === '--ecn-ip-ect'
        ? fieldTest(one, 'ecn', single(Number(one.words[0])))
        : fieldTest(one, 'flags', one.option === '--ecn-tcp-ece' ? ECE : CWR),
    ),
};
