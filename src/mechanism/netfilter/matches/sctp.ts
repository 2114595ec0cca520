/** -m sctp and -m dccp: ports, and what a packet carries. */
import {
  choiceTest,
  type Form,
  type Given,
  type Match,
  NOT,
  twoWords,
  withSpellings,
  word,
} from '../extension.ts';
import { listOf, named, number, numberRange } from '../forms.ts';
import { parsePort } from '../numbers.ts';
import { nearest } from '../words.ts';
import { PORT_SPELLINGS, portTest } from './udp.ts';

const PORTS = { ...numberRange(0xffff, 'any', parsePort), is: 'a port or a range of ports' };
const PORT_OPTIONS = { '--sport': word(PORTS, NOT), '--dport': word(PORTS, NOT) };

const isPort = ({ option }: Given): boolean => option in PORT_OPTIONS;

/** RFC 9260 section 3.2 and its extensions, in the order of their numbers. */
// prettier-ignore
const CHUNKS = [
  'DATA', 'INIT', 'INIT_ACK', 'SACK', 'HEARTBEAT', 'HEARTBEAT_ACK', 'ABORT', 'SHUTDOWN', 'SHUTDOWN_ACK', 'ERROR',
  'COOKIE_ECHO', 'COOKIE_ACK', 'ECN_ECNE', 'ECN_CWR', 'SHUTDOWN_COMPLETE', 'I_DATA', 'ASCONF_ACK', 'RE_CONFIG', 'PAD',
  'FORWARD_TSN', 'ASCONF', 'I_FORWARD_TSN',
];

/** Flags of a chunk, from the highest bit. */
const FLAGS: Readonly<Record<string, string>> = {
  DATA: 'IUBE',
  I_DATA: 'IUBE',
  ABORT: 'T',
  SHUTDOWN_COMPLETE: 'T',
};

const CHUNK_LIST: Form = {
  is: 'a list of chunk types',
  spell: (text) => {
    if (/^(ALL|NONE)$/i.test(text)) return text.toUpperCase();
    const chunks = text.split(',').map(spellChunk);
    if (chunks.includes(undefined)) return undefined;
    const place = (chunk: string | undefined): number => CHUNKS.indexOf(chunk!.split(':')[0]!);
    return chunks.toSorted((a, b) => place(a) - place(b)).join(',');
  },
  suggest: (text) => nearest(text.toUpperCase(), CHUNKS),
};

function spellChunk(text: string): string | undefined {
  const [name, flags] = text.split(':') as [string, string?];
  const chunk = CHUNKS.find((one) => one === name.toUpperCase());
  if (chunk === undefined || flags === undefined) return chunk;
  const known = FLAGS[chunk] ?? '';
  if (flags.split('').some((flag) => !known.includes(flag.toUpperCase()))) return undefined;
  const set = known
    .split('')
    .flatMap((flag) => flags.split('').find((one) => one.toUpperCase() === flag) ?? []);
  return set.length === 0 ? chunk : `${chunk}:${set.join('')}`;
}

export const sctp: Match = {
  options: withSpellings(
    {
      ...PORT_OPTIONS,
      '--chunk-types': twoWords(
        named('one of all, any, only', { all: 'all', any: 'any', only: 'only' }),
        CHUNK_LIST,
        NOT,
      ),
    },
    PORT_SPELLINGS,
  ),
  protocols: [132],
  build: (given) => given.map((one) => (isPort(one) ? portTest(one) : choiceTest(one, 'sctp', false))),
};

/** RFC 4340 section 5.1. */
// prettier-ignore
const DCCP_TYPES = [
  'REQUEST', 'RESPONSE', 'DATA', 'ACK', 'DATAACK', 'CLOSEREQ', 'CLOSE', 'RESET', 'SYNC', 'SYNCACK', 'INVALID',
];

export const dccp: Match = {
  options: withSpellings(
    {
      ...PORT_OPTIONS,
      '--dccp-types': word(listOf('a list of DCCP packet types', DCCP_TYPES), NOT),
      '--dccp-option': word(number(1, 255), NOT),
    },
    PORT_SPELLINGS,
  ),
  protocols: [33],
  build: (given) => given.map((one) => (isPort(one) ? portTest(one) : choiceTest(one, 'dccp', false))),
};
