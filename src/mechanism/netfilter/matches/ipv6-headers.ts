/** -m frag, hbh, dst, rt, ipv6header, mh, srh and eui64: what IPv6 puts between its header and the next (RFC 8200). */
import { choiceTest, constantTest, flag, type Form, type Match, NOT, word } from '../extension.ts';
import { ADDRESS, MOST_32, number, numberRange, PREFIX } from '../forms.ts';
import { parseNumber } from '../numbers.ts';
import type { Test } from '../predicate.ts';

/** Packets here have no headers between IPv6 and the next, and `!` does not make one (ip6t_frag.c, ip6t_rt.c, …). */
const absent = (): readonly Test[] => [
  { kind: 'constant', holds: false, had: 'none', option: 'an extension header', wanted: 'one', not: false },
];

const RANGE = numberRange(MOST_32, 'any');
const EVERY = `0:${MOST_32}`;
const SIZE = word(number(0, MOST_32), NOT);

export const frag: Match = {
  family: 6,
  options: {
    '--fragid': word(RANGE, { ...NOT, unless: EVERY }),
    '--fraglen': SIZE,
    '--fragres': flag(),
    '--fragfirst': flag(),
    '--fragmore': flag(),
    '--fraglast': flag(),
  },
  exclusive: [['--fragmore', '--fraglast']],
  build: absent,
};

/** `type[:length]`, at most 16. */
const OPTIONS: Form = {
  is: 'a list of at most 16 options, type[:length]',
  spell: (text) => {
    const parts = text.split(',').map((part) => {
      const [type, length, ...rest] = part.split(':').map((one) => parseNumber(one, 255));
      if (type === undefined || rest.length > 0 || (part.includes(':') && length === undefined))
        return undefined;
      return length === undefined ? String(type) : `${type}:${length}`;
    });
    return parts.length > 16 || parts.includes(undefined) ? undefined : parts.join(',');
  },
};

const optionsHeader = (name: string): Match => ({
  family: 6,
  options: { [`--${name}-len`]: SIZE, [`--${name}-opts`]: word(OPTIONS) },
  build: absent,
});

export const hbh = optionsHeader('hbh');
export const dst = optionsHeader('dst');

const ADDRESSES: Form = {
  is: 'a list of at most 16 addresses',
  spell: (text, draft) => {
    const parts = text.split(',').map((part) => ADDRESS.spell(part, draft));
    return parts.length > 16 || parts.includes(undefined) ? undefined : parts.join(',');
  },
};

export const rt: Match = {
  family: 6,
  options: {
    '--rt-type': SIZE,
    '--rt-segsleft': word(RANGE, { ...NOT, unless: EVERY }),
    '--rt-len': SIZE,
    '--rt-0-res': flag(),
    '--rt-0-addrs': word(ADDRESSES),
    '--rt-0-not-strict': flag(),
  },
  canon: (given, draft) => {
    const type = given.find((one) => one.option === '--rt-type');
    const own = given.find((one) => one.option.startsWith('--rt-0-'));
    if (own && (type?.words[0] !== '0' || type.not))
      draft.refuse(`${own.option} needs --rt-type 0`, undefined, own);
    const loose = given.find((one) => one.option === '--rt-0-not-strict');
    if (loose && !given.some((one) => one.option === '--rt-0-addrs'))
      draft.refuse('--rt-0-not-strict needs --rt-0-addrs', undefined, loose);
    return given;
  },
  build: absent,
};

/** In the order of libip6t_ipv6header: names, other names, protocol numbers. */
const HEADERS: readonly (readonly string[])[] = [
  ['hop-by-hop', 'hop', '0'],
  ['ipv6-opts', 'dst', '60'],
  ['ipv6-route', 'route', '43'],
  ['ipv6-frag', 'frag', '44'],
  ['ah', 'auth', '51'],
  ['esp', '50'],
  ['ipv6-nonxt', 'none', '59'],
  ['protocol', 'prot', '255'],
];

const HEADER_LIST: Form = {
  is: 'a list of headers: hop, dst, route, frag, auth, esp, none, prot',
  spell: (text) => {
    const found = text.split(',').map((part) => HEADERS.find((names) => names.includes(part.toLowerCase())));
    return found.includes(undefined)
      ? undefined
      : HEADERS.filter((names) => found.includes(names))
          .map(([name]) => name)
          .join(',');
  },
};

export const ipv6header: Match = {
  family: 6,
  options: { '--header': word(HEADER_LIST, { ...NOT, needed: true }), '--soft': flag() },
  /** ip6t_ipv6header.c: what follows IPv6 here is the protocol, with nothing between, which counts as `protocol`. */
  build: (given) => {
    const header = given.find((one) => one.option === '--header')!;
    const isProtocol = header.words[0]!.split(',').includes('protocol');
    const isSoft = given.some((one) => one.option === '--soft');
    return [constantTest(header, isProtocol && (isSoft || header.words[0] === 'protocol'), 'protocol')];
  },
};

/** RFC 6275 section 6.1. */
const MOBILITY: Readonly<Record<string, number>> = {
  'binding-refresh-request': 0,
  brr: 0,
  'home-test-init': 1,
  hoti: 1,
  'careof-test-init': 2,
  coti: 2,
  'home-test': 3,
  hot: 3,
  'careof-test': 4,
  cot: 4,
  'binding-update': 5,
  bu: 5,
  'binding-acknowledgement': 6,
  ba: 6,
  'binding-error': 7,
  be: 7,
};

const mobility = (text: string): number | undefined =>
  Object.hasOwn(MOBILITY, text.toLowerCase()) ? MOBILITY[text.toLowerCase()] : parseNumber(text, 255);

export const mh: Match = {
  family: 6,
  options: { '--mh-type': word(numberRange(255, 'ascends', mobility), { ...NOT, unless: '0:255' }) },
  protocols: [135],
  build: absent,
};

const fields = ['hdr-len', 'segs-left', 'last-entry'].flatMap((field) =>
  ['eq', 'gt', 'lt'].map((how) => [`--srh-${field}-${how}`, word(number(0, 255), NOT)] as const),
);

export const srh: Match = {
  family: 6,
  options: {
    '--srh-next-hdr': word(number(0, 255), NOT),
    ...Object.fromEntries(fields),
    '--srh-tag': word(number(0, 0xffff), NOT),
    '--srh-psid': word(PREFIX, NOT),
    '--srh-nsid': word(PREFIX, NOT),
    '--srh-lsid': word(PREFIX, NOT),
  },
  build: absent,
};

/** RFC 4291 appendix A: whether the address is made from the Ethernet address. */
export const eui64: Match = {
  family: 6,
  options: {},
  hooks: ['PREROUTING', 'INPUT', 'FORWARD'],
  // A frame's addresses are not walked with its packet.
  build: () => [choiceTest({ option: '-m eui64', not: false, words: [], column: 0 }, 'eui64', false)],
};
