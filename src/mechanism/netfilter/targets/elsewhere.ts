/** NFQUEUE, TEE, TPROXY, NETMAP and others that hand a packet, or a note of it, to something beside the next rule. */
import { parseAddress, type Family } from '../../../value/address.ts';
import { prefixOf } from '../../../value/prefix.ts';
import { formatIp, lengthOf, parseMasked } from '../address-text.ts';
import { flag, twoWords, word, type Form, type Given, type TargetSpec } from '../extension.ts';
import {
  ADDRESS,
  cutText,
  hex,
  hexNumber,
  INTERFACE,
  listOf,
  MOST_32,
  number,
  oneOf,
  parseMaskedNumber,
  text,
} from '../forms.ts';
import { MAC } from '../matches/mac.ts';
import { SET_ENDS, SET_NAME } from '../matches/set.ts';
import { parsePort } from '../numbers.ts';

const QUEUE_NUM = number(0, 0xffff);

const QUEUES: Form = {
  is: 'an ascending range of queues, such as 0:3',
  spell: (word) => {
    const [first, last] = /^\d+:\d+$/.test(word) ? word.split(':').map(Number) : [1, 0];
    return first! < last! && last! <= 0xffff && last! - first! < 0xffff ? `${first}:${last}` : undefined;
  },
};

export const nfqueue: TargetSpec = {
  options: {
    '--queue-num': word(QUEUE_NUM),
    '--queue-balance': word(QUEUES),
    '--queue-bypass': flag(),
    '--queue-cpu-fanout': flag(),
  },
  exclusive: [['--queue-num', '--queue-balance']],
  canon: (given, draft) => {
    const balance = given.some((one) => one.option === '--queue-balance');
    const fanout = given.find((one) => one.option === '--queue-cpu-fanout');
    if (fanout && !balance) draft.refuse('--queue-cpu-fanout needs --queue-balance', undefined, fanout);
    if (balance || given.some((one) => one.option === '--queue-num')) return given;
    return [...given, { option: '--queue-num', not: false, words: ['0'], column: 0 }];
  },
};

/** Several machines with one address, of which each answers its share of the senders; newer kernels have none. */
export const clusterip: TargetSpec = {
  family: 4,
  options: {
    '--new': flag(),
    '--hashmode': word(oneOf('sourceip', 'sourceip-sourceport', 'sourceip-sourceport-destport')),
    '--clustermac': word(MAC),
    '--total-nodes': word(number(1, 16)),
    '--local-node': word(number(0, 16)),
    '--hash-init': word(number(0, MOST_32)),
  },
  hooks: ['INPUT'],
  canon: (given, draft) => {
    const has = (option: string): boolean => given.some((one) => one.option === option);
    const missing = ['--hashmode', '--clustermac', '--total-nodes', '--local-node'].find((one) => !has(one));
    if (has('--new') && missing !== undefined) draft.refuse(`--new needs ${missing}`);
    if (!has('--new') && given.length > 0)
      draft.refuse(`${given[0]!.option} needs --new`, undefined, given[0]);
    if (!has('--new') || has('--hash-init')) return given;
    return [...given, { option: '--hash-init', not: false, words: ['0'], column: 0 }];
  },
};

export const queue: TargetSpec = { options: {} };

export const tee: TargetSpec = {
  options: { '--gateway': word(ADDRESS, { needed: true }), '--oif': word(INTERFACE) },
  canon: (given, draft) => {
    const [gateway] = given;
    if (/^(0\.0\.0\.0|::)$/.test(gateway?.words[0] ?? ''))
      draft.refuse('--gateway names no gateway', undefined, gateway);
    return given;
  },
  // The copy is not walked.
  build: () => ({ do: 'continue', name: 'TEE' }),
};

const PORT: Form = { is: 'a port', spell: (word) => parsePort(word)?.toString() };

const MARK: Form = {
  is: 'a 32-bit mark, or mark/mask',
  spell: (word) => {
    const read = parseMaskedNumber(word);
    return read && `${hex(read.value)}/${hex(read.mask)}`;
  },
};

const NOWHERE: Readonly<Record<Family, string>> = { 4: '0.0.0.0', 6: '::' };

export const tproxy: TargetSpec = {
  options: {
    '--on-port': word(PORT, { needed: true }),
    '--on-ip': word(ADDRESS),
    '--tproxy-mark': word(MARK, { otherwise: '0x0/0x0' }),
  },
  protocols: [6, 17],
  tables: ['mangle'],
  hooks: ['PREROUTING'],
  canon: (given, { family }) =>
    given.some((one) => one.option === '--on-ip')
      ? given
      : [...given, { option: '--on-ip', not: false, words: [NOWHERE[family]], column: 0 }],
};

/** A network; of a mask with holes the kernel is told but what it keeps is printed as one address. */
const TO_NETWORK: Form = {
  is: 'an address, or address/length',
  spell: (word, { family }) => {
    const read = parseMasked(word, family);
    if (!read) return undefined;
    return `${formatIp(read.set[0]!)}/${lengthOf(read, family)}`;
  },
};

export const netmap: TargetSpec = {
  options: { '--to': word(TO_NETWORK, { needed: true }) },
  tables: ['nat'],
  hooks: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  build: ([to]) => {
    const [address, length] = to!.words[0]!.split('/');
    const { first, last } = prefixOf(parseAddress(address!)!, Number(length));
    const plain = { ports: undefined, random: false, persistent: false };
    return { do: 'translate', name: 'NETMAP', kind: 'netmap', addresses: { first, last }, ...plain };
  },
};

export const trace: TargetSpec = { options: {}, build: () => ({ do: 'continue', name: 'TRACE' }) };

export const audit: TargetSpec = {
  options: { '--type': word(oneOf('accept', 'drop', 'reject'), { needed: true }) },
  build: () => ({ do: 'continue', name: 'AUDIT' }),
};

/** Major and minor class of tc, in hexadecimal without 0x. */
const CLASS: Form = {
  is: 'a class such as 1:10',
  spell: (word) => {
    const parts = /^([\da-f]{1,8}):([\da-f]{1,8})$/i.exec(word)?.slice(1);
    return parts?.map((part) => part.slice(-4).toLowerCase().padStart(4, '0')).join(':');
  },
};

export const classify: TargetSpec = {
  options: { '--set-class': word(CLASS, { needed: true }) },
  hooks: ['FORWARD', 'OUTPUT', 'POSTROUTING'],
  build: () => ({ do: 'continue', name: 'CLASSIFY' }),
};

export const connsecmark: TargetSpec = {
  options: { '--save': flag(), '--restore': flag() },
  tables: ['mangle', 'security'],
  needs: ['--save', '--restore'],
  exclusive: [['--save', '--restore']],
  build: () => ({ do: 'continue', name: 'CONNSECMARK' }),
};

/** Whether the context is one that the machine's policy has is not known here. */
export const secmark: TargetSpec = {
  options: { '--selctx': word(text(255), { needed: true }) },
  tables: ['mangle', 'security'],
  build: () => ({ do: 'continue', name: 'SECMARK' }),
};

export const idletimer: TargetSpec = {
  options: {
    '--timeout': word(number(1, 2_147_483), { needed: true }),
    '--label': word(cutText(27), { needed: true }),
    '--alarm': flag(),
  },
  build: () => ({ do: 'continue', name: 'IDLETIMER' }),
};

export const led: TargetSpec = {
  options: {
    '--led-trigger-id': word(text(31), { needed: true, quoted: true }),
    '--led-delay': word(number(0, MOST_32)),
    '--led-always-blink': flag(),
  },
  build: () => ({ do: 'continue', name: 'LED' }),
};

const SET_TARGETS = ['--add-set', '--del-set', '--map-set'];

export const set: TargetSpec = {
  options: {
    '--add-set': twoWords(SET_NAME, SET_ENDS),
    '--exist': flag(),
    '--timeout': word(number(0, 4_294_967)),
    '--del-set': twoWords(SET_NAME, SET_ENDS),
    '--map-set': twoWords(SET_NAME, SET_ENDS),
    '--map-mark': flag(),
    '--map-prio': flag(),
    '--map-queue': flag(),
  },
  needs: SET_TARGETS,
  canon: (given, draft) => {
    const find = (pattern: RegExp) => given.find((one) => pattern.test(one.option));
    const [adding, mapping] = [find(/^--(exist|timeout)$/), find(/^--map-(mark|prio|queue)$/)];
    if (adding && !find(/^--add-set$/)) draft.refuse(`${adding.option} needs --add-set`, undefined, adding);
    if (mapping && !find(/^--map-set$/))
      draft.refuse(`${mapping.option} needs --map-set`, undefined, mapping);
    const map = find(/^--map-set$/);
    if (map && !mapping)
      draft.refuse('--map-set needs --map-mark, --map-prio or --map-queue', undefined, map);
    if (map && draft.table !== 'mangle')
      draft.refuse('--map-set may stand in the mangle table only', undefined, map);
    return given;
  },
  // What is put into a set, or taken out, is not kept.
  build: (given) => ({
    do: given.some((one) => one.option === '--map-set') ? 'unknown' : 'continue',
    name: 'SET',
  }),
};

const TUPLE = listOf('a list of src, dst, sport, dport, spi, proto, ct', [
  'src',
  'dst',
  'sport',
  'dport',
  'spi',
  'proto',
  'ct',
]);

export const hmark: TargetSpec = {
  options: {
    '--hmark-src-prefix': word(number(0, MOST_32)),
    '--hmark-dst-prefix': word(number(0, MOST_32)),
    '--hmark-sport-mask': word(hexNumber(0xffff, 4)),
    '--hmark-dport-mask': word(hexNumber(0xffff, 4)),
    '--hmark-spi-mask': word(hexNumber(MOST_32, 8)),
    '--hmark-sport': word(hexNumber(0xffff, 4)),
    '--hmark-dport': word(hexNumber(0xffff, 4)),
    '--hmark-spi': word(hexNumber(MOST_32, 8)),
    '--hmark-proto-mask': word(hexNumber(0xffff, 2)),
    '--hmark-rnd': word(hexNumber(MOST_32, 8), { needed: true }),
    '--hmark-mod': word(number(1, MOST_32), { needed: true }),
    '--hmark-offset': word(number(0, MOST_32)),
    '--hmark-tuple': word(TUPLE),
  },
  tables: ['mangle'],
  canon: (given) => given.flatMap(untuple),
};

/** What `--hmark-tuple` names is hashed whole. */
const WHOLE: Readonly<Record<string, readonly [string, string]>> = {
  src: ['--hmark-src-prefix', '32'],
  dst: ['--hmark-dst-prefix', '32'],
  sport: ['--hmark-sport-mask', '0xffff'],
  dport: ['--hmark-dport-mask', '0xffff'],
  spi: ['--hmark-spi-mask', '0xffffffff'],
  proto: ['--hmark-proto-mask', '0xffff'],
};

function untuple(given: Given): readonly Given[] {
  if (given.option !== '--hmark-tuple') return [given];
  return given.words[0]!.split(',').map((part) => {
    const [option, value] = WHOLE[part] ?? ['--hmark-tuple', part];
    return { ...given, option, words: [value] };
  });
}

/** A time as tc writes it, in seconds where it is no less. */
const DURATION: Form = {
  is: 'a time such as 250ms',
  spell: (word) => {
    const [, figures, unit = 'us'] =
      /^(\d+(?:\.\d*)?)(s|sec|secs|ms|msec|msecs|us|usec|usecs)?$/.exec(word) ?? [];
    if (figures === undefined) return undefined;
    const us = Number(figures) * (unit.startsWith('s') ? 1e6 : unit.startsWith('ms') ? 1000 : 1);
    return us >= 1e6 ? `${(us / 1e6).toFixed(1)}s` : us >= 1000 ? `${(us / 1000).toFixed(1)}ms` : `${us}us`;
  },
};

export const rateest: TargetSpec = {
  options: {
    '--rateest-name': word(text(15), { needed: true }),
    '--rateest-interval': word(DURATION, { needed: true }),
    '--rateest-ewmalog': word(DURATION, { needed: true }),
  },
  build: () => ({ do: 'continue', name: 'RATEEST' }),
};
