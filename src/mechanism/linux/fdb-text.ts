/** Forwarding tables of bridges as `bridge fdb` prints them and `bridge fdb add` takes them: bridge(8). */
import { parseMac, type Address } from '../../value/address.ts';
import type { Cite } from '../../walk/cite.ts';
import { Entry, wordLines, type TextProblem, type Word } from './text.ts';

export interface StatedEntry {
  readonly mac: number;
  readonly port: string;
  readonly vlan: number | undefined;
  /** `own` entries are the bridge's own addresses; what was learned gives way to what is learned later. */
  readonly is: 'own' | 'static' | 'learned';
  readonly at: Cite;
}

/** Of a vxlan's own table: the end of the tunnel that an address is behind; address 0 stands for all that are not known. */
export interface StatedEnd {
  readonly mac: number;
  readonly port: string;
  readonly end: Address;
  readonly at: Cite;
}

export interface FdbText {
  readonly entries: readonly StatedEntry[];
  readonly ends: readonly StatedEnd[];
  readonly problems: readonly TextProblem[];
}

const COMMAND = ['bridge', 'fdb', 'add', 'append', 'replace'];
const FLAGS = ['sticky', 'extern_learn', 'offload', 'use', 'stale', 'router'];
const WITH_VALUE = ['src_vni', 'vni', 'port', 'via', 'nhid', 'used', 'updated', 'activity_notify'];

interface Draft {
  port?: string;
  vlan?: number;
  end?: Address | undefined;
  is: StatedEntry['is'];
  /** In the bridge's table; the others are those of interfaces themselves. */
  isOfBridge: boolean;
}

/** Reads the text; each entry cites its line, and `at` is where the text stands. */
export function readFdb(text: string, at: Cite): FdbText {
  const entries: StatedEntry[] = [];
  const ends: StatedEnd[] = [];
  const problems: TextProblem[] = [];
  for (const words of wordLines(text)) {
    const entry = new Entry(words);
    const isAdded = words[0].text === 'bridge';
    while (entry.accept(...COMMAND));
    const first = entry.next() ?? words[0];
    const mac = parseMac(first.text);
    if (mac === undefined) entry.refuse(first, `"${first.text}" is not a MAC address`);
    const { port, vlan, end, is, isOfBridge } = readRest(first, entry, isAdded);
    problems.push(...entry.problems.slice(0, 1));
    const place = `${at}#${first.line}`;
    if (mac === undefined || port === undefined) continue;
    if (isOfBridge) entries.push({ mac, port, vlan, is, at: place });
    else if (end !== undefined) ends.push({ mac, port, end, at: place });
  }
  return { entries, ends, problems };
}

/** `bridge fdb add` makes an entry permanent, and thereby the bridge's own, unless it says otherwise. */
function readRest(first: Word, entry: Entry, isAdded: boolean): Draft {
  const draft: Draft = { is: isAdded ? 'own' : 'learned', isOfBridge: false };
  for (let word = entry.next(); word; word = entry.next()) {
    const { text } = word;
    if (text === 'dev') draft.port = entry.value(word)?.text ?? '';
    else if (text === 'master') readMaster(entry, draft);
    else if (text === 'vlan') draft.vlan = entry.number(word, 0, 4094) ?? 0;
    else if (text === 'permanent' || text === 'local') draft.is = 'own';
    else if (text === 'static' || text === 'temp') draft.is = 'static';
    else if (text === 'dynamic') draft.is = 'learned';
    else if (text === 'dst') draft.end = entry.address(word);
    else if (WITH_VALUE.includes(text)) entry.value(word);
    else if (text !== 'self' && !FLAGS.includes(text))
      entry.unknown(word, 'bridge fdb', [
        'dev',
        'master',
        'vlan',
        'permanent',
        'static',
        'dynamic',
        'dst',
        'self',
        ...FLAGS,
      ]);
  }
  if (draft.port === undefined) entry.refuse(first, `the entry of ${first.text} has no interface`, 'add dev');
  return draft;
}

/** Printed with the bridge's name, added without. */
function readMaster(entry: Entry, draft: Draft): void {
  draft.isOfBridge = true;
  const next = entry.peek();
  const isWord =
    next === undefined ||
    ['permanent', 'static', 'dynamic', 'temp', 'local', 'vlan', 'self', ...FLAGS].includes(next);
  if (!isWord) entry.next();
}
