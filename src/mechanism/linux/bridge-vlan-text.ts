/** VLANs of a bridge's ports as `bridge vlan` prints them and `bridge vlan add` and `del` take them: bridge(8). */
import type { Cite } from '../../walk/cite.ts';
import { Entry, numberOf, wordLines, type TextProblem, type Word } from './text.ts';

export interface StatedVlans {
  readonly port: string;
  readonly first: number;
  readonly last: number;
  /** What is `shown` is all that there is. */
  readonly did: 'shown' | 'added' | 'deleted';
  /** Of frames that come without a tag. */
  readonly isPvid: boolean;
  /** Its frames leave without a tag. */
  readonly isUntagged: boolean;
  readonly at: Cite;
}

export interface BridgeVlanText {
  readonly vlans: readonly StatedVlans[];
  readonly problems: readonly TextProblem[];
}

const WORDS = ['dev', 'vid', 'pvid', 'untagged', 'self', 'master'];

/** Reads the text; each entry cites its line, and `at` is where the text stands. */
export function readBridgeVlans(text: string, at: Cite): BridgeVlanText {
  const vlans: StatedVlans[] = [];
  const problems: TextProblem[] = [];
  let port: string | undefined;
  for (const words of wordLines(text)) {
    const entry = new Entry(words);
    const place = `${at}#${words[0].line}`;
    if (words[0].text === 'bridge') vlans.push(...readCommand(entry, words[0], place));
    else if (!isHeading(words)) {
      const isOfPort = words[0].column === 1 || port === undefined;
      if (isOfPort) port = entry.next()!.text;
      vlans.push(...readShown(entry, port!, place));
    }
    problems.push(...entry.problems.slice(0, 1));
  }
  return { vlans, problems };
}

/** `port    vlan-id`, which older versions write `port    vlan ids`. */
const isHeading = ([first, second]: readonly Word[]): boolean =>
  first?.text === 'port' && (second?.text ?? '').startsWith('vlan');

/** `1 PVID Egress Untagged`; a port without any has `None`. */
function readShown(entry: Entry, port: string, at: Cite): readonly StatedVlans[] {
  const first = entry.next();
  if (!first || first.text === 'None') return [];
  const range = rangeOf(first.text);
  if (!range) return refused(entry, first);
  const rest = entry.rest().map(({ text }) => text);
  const isPvid = rest.includes('PVID');
  return [{ port, ...range, did: 'shown', isPvid, isUntagged: rest.includes('Untagged'), at }];
}

function readCommand(entry: Entry, first: Word, at: Cite): readonly StatedVlans[] {
  entry.next();
  entry.accept('vlan');
  const verb = entry.next() ?? first;
  const did = verb.text === 'add' ? 'added' : verb.text === 'del' ? 'deleted' : undefined;
  if (!did) return entry.unknown(verb, 'bridge vlan', ['add', 'del']) ?? [];
  let [port, range]: [string | undefined, Range | undefined] = [undefined, undefined];
  let [isPvid, isUntagged] = [false, false];
  for (let word = entry.next(); word; word = entry.next()) {
    if (word.text === 'dev') port = entry.value(word)?.text;
    else if (word.text === 'vid') {
      const value = entry.value(word);
      range = value && rangeOf(value.text);
      if (value && !range) return refused(entry, value);
    } else if (word.text === 'pvid') isPvid = true;
    else if (word.text === 'untagged') isUntagged = true;
    else if (!WORDS.includes(word.text)) entry.unknown(word, 'bridge vlan', WORDS);
  }
  if (port === undefined || !range) entry.refuse(verb, 'a VLAN has a port and a number', 'add dev and vid');
  return port === undefined || !range ? [] : [{ port, ...range, did, isPvid, isUntagged, at }];
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/** `10` or `10-20`, of 1 to 4094. */
function rangeOf(text: string): Range | undefined {
  const [first, last = first, ...more] = text.split('-').map(numberOf);
  if (first === undefined || last === undefined || more.length > 0) return undefined;
  return first >= 1 && first <= last && last <= 4094 ? { first, last } : undefined;
}

function refused(entry: Entry, word: Word): readonly StatedVlans[] {
  entry.refuse(word, `"${word.text}" is not a VLAN from 1 to 4094, nor a range of them`);
  return [];
}
