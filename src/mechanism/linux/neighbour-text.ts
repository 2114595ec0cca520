/** The neighbour table as `ip neigh` prints it and `ip neigh add` takes it: ip-neighbour(8). */
import { parseAddress, parseMac, type Address } from '../../value/address.ts';
import type { Cite } from '../../walk/cite.ts';
import { Entry, wordLines, type TextProblem, type Word } from './text.ts';

export interface StatedNeighbour {
  readonly address: Address;
  readonly port: string;
  readonly mac: number;
  readonly at: Cite;
}

export interface NeighbourText {
  readonly neighbours: readonly StatedNeighbour[];
  readonly problems: readonly TextProblem[];
}

/** States in which the kernel sends without asking first; in the others it knows no MAC address. */
const VALID = ['permanent', 'noarp', 'reachable', 'stale', 'delay', 'probe'];
const STATES = [...VALID, 'none', 'incomplete', 'failed'];
const FLAGS = ['router', 'proxy', 'extern_learn', 'managed', 'offload', 'use'];
const COMMAND = ['ip', '-4', '-6', 'neigh', 'neighbour', 'neighbor', 'add', 'replace', 'change'];

interface Draft {
  port?: string;
  mac?: number;
  /** Neighbours that are added are permanent. */
  state: string;
}

/** Reads the text; each neighbour cites its line, and `at` is where the text stands. */
export function readNeighbours(text: string, at: Cite): NeighbourText {
  const neighbours: StatedNeighbour[] = [];
  const problems: TextProblem[] = [];
  for (const words of wordLines(text)) {
    const entry = new Entry(words);
    while (entry.accept(...COMMAND));
    const first = entry.next() ?? words[0];
    const address = parseAddress(first.text);
    if (address === undefined) entry.refuse(first, `"${first.text}" is not an IP address`);
    const { port, mac, state } = readRest(first, entry);
    problems.push(...entry.problems.slice(0, 1));
    if (address === undefined || port === undefined || mac === undefined || !VALID.includes(state)) continue;
    neighbours.push({ address, port, mac, at: `${at}#${first.line}` });
  }
  return { neighbours, problems };
}

function readRest(first: Word, entry: Entry): Draft {
  const draft: Draft = { state: 'permanent' };
  for (let word = entry.next(); word; word = entry.next()) {
    const text = word.text.toLowerCase();
    if (text === 'dev') draft.port = entry.value(word)?.text ?? '';
    else if (text === 'lladdr') readMac(word, entry, draft);
    else if (text === 'nud') draft.state = readState(entry.value(word), entry);
    else if (STATES.includes(text)) draft.state = text;
    else if (text === 'ref' || text === 'used' || text === 'probes' || text === 'protocol') entry.value(word);
    else if (!FLAGS.includes(text))
      entry.unknown(word, 'ip neigh', ['dev', 'lladdr', 'nud', ...FLAGS, ...STATES]);
  }
  if (draft.port === undefined)
    entry.refuse(first, `the neighbour ${first.text} has no interface`, 'add dev');
  return draft;
}

function readMac(word: Word, entry: Entry, draft: Draft): void {
  const value = entry.value(word);
  const mac = value && parseMac(value.text);
  if (mac !== undefined) draft.mac = mac;
  else if (value)
    entry.refuse(value, `"${value.text}" is not a MAC address`, 'write it as 00:0d:3a:12:34:56');
}

function readState(word: Word | undefined, entry: Entry): string {
  const state = word?.text.toLowerCase() ?? '';
  if (word && !STATES.includes(state)) entry.unknown(word, 'ip neigh', STATES);
  return state;
}
