/** TTL, HL, DSCP, TOS, ECN, CHECKSUM, TCPMSS and TCPOPTSTRIP: change fields of the packet's headers. */
import type { Family } from '../../../value/address.ts';
import { flag, word, type Form, type Given, type TargetSpec } from '../extension.ts';
import { hex, hexNumber, number, parseMaskedNumber } from '../forms.ts';
import { DSCP, DSCP_CLASS, TOS } from '../matches/dscp.ts';
import { flagByte } from '../../../packet/tcp.ts';
import { parseNumber } from '../numbers.ts';

/** TTL of IPv4, and HL which is the same of IPv6. */
function lifetime(family: Family, name: string): TargetSpec {
  const options = [`--${name}-set`, `--${name}-dec`, `--${name}-inc`] as const;
  return {
    family,
    options: {
      [options[0]]: word(number(0, 255)),
      [options[1]]: word(number(1, 255)),
      [options[2]]: word(number(1, 255)),
    },
    tables: ['mangle'],
    needs: options,
    exclusive: [options],
    build: ([one]) => {
      const value = Number(one!.words[0]);
      const how = one!.option === options[0] ? 'set' : 'add';
      return { do: 'ttl', name: name.toUpperCase(), how, by: one!.option === options[1] ? -value : value };
    },
  };
}

export const ttl = lifetime(4, 'ttl');
export const hl = lifetime(6, 'hl');

export const dscp: TargetSpec = {
  options: { '--set-dscp': word(DSCP), '--set-dscp-class': word(DSCP_CLASS) },
  tables: ['mangle'],
  needs: ['--set-dscp', '--set-dscp-class'],
  exclusive: [['--set-dscp', '--set-dscp-class']],
  canon: (given) => given.map((one) => ({ ...one, option: '--set-dscp' })),
  build: ([one]) => ({ do: 'tos', name: 'DSCP', mask: 0xfc, bits: Number(one!.words[0]) << 2 }),
};

const BYTE = hexNumber(0xff, 2);
const TOS_NAMES = ['--set-tos', '--and-tos', '--or-tos', '--xor-tos'];

export const tos: TargetSpec = {
  options: {
    '--set-tos': word(TOS),
    '--and-tos': word(BYTE),
    '--or-tos': word(BYTE),
    '--xor-tos': word(BYTE),
  },
  tables: ['mangle'],
  needs: TOS_NAMES,
  exclusive: [TOS_NAMES],
  canon: (given) => given.map(setTos),
  build: ([one]) => {
    const { value, mask } = parseMaskedNumber(one!.words[0]!, 0xff)!;
    return { do: 'tos', name: 'TOS', mask, bits: value };
  },
};

/** tos = (tos & ~mask) ^ value, of which every form is a case (iptables-extensions(8), TOS). */
function setTos(given: Given): Given {
  const bits = Number(given.words[0]);
  const as = (value: number, mask: number): Given => ({
    ...given,
    option: '--set-tos',
    words: [`${hex(value, 2)}/${hex(mask, 2)}`],
  });
  switch (given.option) {
    case '--and-tos':
      return as(0, ~bits & 0xff);
    case '--or-tos':
      return as(bits, bits);
    case '--xor-tos':
      return as(bits, 0);
    default:
      return given;
  }
}

export const ecn: TargetSpec = {
  family: 4,
  options: {
    '--ecn-tcp-remove': flag({ needed: true }),
  },
  tables: ['mangle'],
  protocols: [6],
  build: () => ({ do: 'flags', name: 'ECN', cleared: flagByte(['ECE', 'CWR']) }),
};

export const checksum: TargetSpec = {
  options: { '--checksum-fill': flag({ needed: true }) },
  tables: ['mangle'],
  build: () => ({ do: 'continue', name: 'CHECKSUM' }),
};

/** What is left of the longest packet by the shortest headers. */
const MSS: Form = {
  is: 'a size of segments, to 65515 or with IPv6 65495',
  spell: (text, { family }) => parseNumber(text, family === 4 ? 65_515 : 65_495)?.toString(),
};

/** xt_TCPMSS.c, tcpmss_tg4_check: for SYNs only, and clamping needs the route out. */
export const tcpmss: TargetSpec = {
  options: { '--set-mss': word(MSS), '--clamp-mss-to-pmtu': flag() },
  protocols: [6],
  needs: ['--set-mss', '--clamp-mss-to-pmtu'],
  canon: (given, draft) => {
    if (!draft.parts.some(({ given: options }) => options.some(isSyn)))
      draft.refuse('TCPMSS needs a match of SYN', '--syn');
    const clamp = given.find((one) => one.option === '--clamp-mss-to-pmtu');
    if (clamp) draft.onlyAt(['FORWARD', 'OUTPUT', 'POSTROUTING'], 'TCPMSS --clamp-mss-to-pmtu');
    return clamp ? [clamp] : given;
  },
  build: ([one]) => ({
    do: 'mss',
    name: 'TCPMSS',
    to: one!.words.length > 0 ? Number(one!.words[0]) : 'path',
  }),
};

const isSyn = ({ option, not, words }: Given): boolean =>
  option === '--tcp-flags' && !not && words[1]!.split(',').includes('SYN');

/** RFC 9293 and the options that it lists, by libxt_TCPOPTSTRIP's names. */
const OPTIONS: Readonly<Record<string, number>> = {
  wscale: 3,
  mss: 2,
  'sack-permitted': 4,
  sack: 5,
  timestamp: 8,
  md5: 19,
};

const OPTION_LIST: Form = {
  is: 'a list of TCP options, by name or from 2 to 255',
  spell: (text) => {
    const numbers = text.split(',').map((part) => OPTIONS[part] ?? parseNumber(part, 255) ?? 0);
    if (numbers.some((one) => one < 2)) return undefined;
    return [...new Set(numbers)].toSorted((a, b) => a - b).join(',');
  },
};

export const tcpoptstrip: TargetSpec = {
  options: { '--strip-options': word(OPTION_LIST) },
  protocols: [6],
  tables: ['mangle'],
  build: () => ({ do: 'continue', name: 'TCPOPTSTRIP' }),
};

/** xt_SYNPROXY: the handshake is answered before anything is forwarded. */
export const synproxy: TargetSpec = {
  options: {
    '--sack-perm': flag(),
    '--timestamp': flag(),
    '--wscale': word(number(0, 0xffffffff, (value) => String(value & 0xff))),
    '--mss': word(number(0, 0xffffffff, (value) => String(value & 0xffff))),
    '--ecn': flag(),
  },
  protocols: [6],
  hooks: ['INPUT', 'FORWARD'],
};
