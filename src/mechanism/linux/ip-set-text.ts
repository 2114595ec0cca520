/** Sets as `ipset save` prints them: ipset(8). */
import { familyOf, parseAddress, parseMac, type Family } from '../../value/address.ts';
import { parsePrefix } from '../../value/prefix.ts';
import type { Cite } from '../../walk/cite.ts';
import type { IpSet, IpSets, SetEntry, SetPart } from './ip-set.ts';
import { Entry, numberOf, wordLines, type TextProblem, type Word } from './text.ts';

const METHODS = ['bitmap', 'hash', 'list'];
const DIMENSIONS = ['ip', 'net', 'port', 'mac', 'mark', 'iface', 'set'];

/** Words of `create` and `add` that have no value. */
const FLAGS = new Set(['counters', 'comment', 'skbinfo', 'forceadd', 'nomatch']);

interface Draft extends Omit<IpSet, 'entries'> {
  readonly entries: SetEntry[];
}

export interface IpSetText {
  readonly sets: IpSets;
  readonly problems: readonly TextProblem[];
}

/** Reads the text; each set and entry cites its line, and `at` is where the text stands. */
export function readIpSets(text: string, at: Cite): IpSetText {
  const sets = new Map<string, Draft>();
  const problems: TextProblem[] = [];
  for (const words of wordLines(text)) {
    const entry = new Entry(words);
    entry.accept('ipset');
    const command = entry.next() ?? words[0];
    const place = `${at}#${words[0].line}`;
    if (command.text === 'create' || command.text === '-N') create(command, entry, sets, place);
    else if (command.text === 'add' || command.text === '-A') add(command, entry, sets, place);
    else if (command.text !== 'COMMIT') entry.unknown(command, 'ipset save', ['create', 'add']);
    problems.push(...entry.problems.slice(0, 1));
  }
  return { sets, problems };
}

function create(command: Word, entry: Entry, sets: Map<string, Draft>, at: Cite): void {
  const name = entry.value(command);
  const type = name && entry.value(name);
  if (!type) return;
  const [method = '', rest = '', ...more] = type.text.split(':');
  const dimensions = rest.split(',');
  if (!METHODS.includes(method) || more.length > 0 || !dimensions.every((one) => DIMENSIONS.includes(one)))
    entry.refuse(type, `"${type.text}" is not a type of set`, 'such as hash:ip or hash:net,port');
  const options = optionsOf(entry);
  if (sets.has(name.text)) entry.refuse(name, `the set "${name.text}" is there already`);
  if (entry.problems.length > 0) return;
  const family: Family = options.get('family') === 'inet6' ? 6 : 4;
  sets.set(name.text, { name: name.text, method, dimensions, family, options, entries: [], at });
}

/** `family inet hashsize 1024 maxelem 65536`. */
function optionsOf(entry: Entry): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (let word = entry.next(); word; word = entry.next())
    options.set(word.text, FLAGS.has(word.text) ? '' : (entry.value(word)?.text ?? ''));
  return options;
}

function add(command: Word, entry: Entry, sets: ReadonlyMap<string, Draft>, at: Cite): void {
  const name = entry.value(command);
  const element = name && entry.value(name);
  if (!element) return;
  const set = sets.get(name.text);
  if (!set) {
    entry.refuse(name, `there is no set "${name.text}" above`, 'a set is created before entries are added');
    return;
  }
  const texts = element.text.split(',');
  const parts = set.dimensions.map((dimension, i) => readPart(dimension, texts[i] ?? '', set));
  const isWhole = texts.length === parts.length && parts.every((part) => part !== undefined);
  const options = optionsOfEntry(entry);
  if (isWhole)
    set.entries.push({
      parts: parts.filter((part) => part !== undefined),
      isExcepted: options.has('nomatch'),
      at,
    });
  else
    entry.refuse(element, `"${element.text}" is not an entry of ${set.method}:${set.dimensions.join(',')}`);
}

/** The comment of an entry is quoted and may have blanks in it. */
function optionsOfEntry(entry: Entry): ReadonlySet<string> {
  const found = new Set<string>();
  for (let word = entry.next(); word; word = entry.next()) {
    if (word.text === 'comment') break;
    found.add(word.text);
  }
  return found;
}

function readPart(dimension: string, text: string, set: Draft): SetPart | undefined {
  switch (dimension) {
    case 'ip':
    case 'net':
      return readAddresses(text, set.family);
    case 'port':
      return readPort(text, set.method === 'bitmap');
    case 'mac': {
      const mac = parseMac(text);
      return mac === undefined ? undefined : { kind: 'mac', mac };
    }
    case 'mark': {
      const mark = numberOf(text);
      return mark === undefined ? undefined : { kind: 'mark', mark };
    }
    case 'iface':
      return { kind: 'interface', name: text.replace(/^physdev:/, '') };
    case 'set':
      return text === '' ? undefined : { kind: 'set', name: text };
    default:
      return undefined;
  }
}

/** `10.0.0.1`, `10.0.0.0/24`, `10.0.0.1-10.0.0.9`. */
function readAddresses(text: string, family: Family): SetPart | undefined {
  const [low = '', high, ...more] = text.split('-');
  if (high !== undefined) {
    const first = parseAddress(low);
    const last = parseAddress(high);
    const isRange = first !== undefined && last !== undefined && first <= last && more.length === 0;
    return isRange && familyOf(first) === family && familyOf(last) === family
      ? { kind: 'address', first, last }
      : undefined;
  }
  const prefix = parsePrefix(text);
  if ('problem' in prefix || familyOf(prefix.first) !== family) return undefined;
  return { kind: 'address', first: prefix.first, last: prefix.last };
}

const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  'ipv6-icmp': 58,
  sctp: 132,
  udplite: 136,
};

/** Types and codes that ipset prints by name. */
const ICMP_NAMES: Readonly<Record<string, string>> = {
  'echo-reply': '0/0',
  'network-unreachable': '3/0',
  'host-unreachable': '3/1',
  'protocol-unreachable': '3/2',
  'port-unreachable': '3/3',
  'fragmentation-needed': '3/4',
  'echo-request': '8/0',
  'ttl-zero-during-transit': '11/0',
};

/** `tcp:80`, `udp:1000-2000`, `icmp:8/0`, `80` (TCP, but in a bitmap any), `gre:0`. */
function readPort(text: string, isAny: boolean): SetPart | undefined {
  const [before = '', behind] = text.split(':');
  const name = behind === undefined ? (isAny ? undefined : 'tcp') : before.toLowerCase();
  const protocol = name === undefined ? undefined : (PROTOCOLS[name] ?? numberOf(name));
  if (name !== undefined && (protocol === undefined || protocol > 255)) return undefined;
  const ports = behind ?? before;
  const [type, code] = (ICMP_NAMES[ports] ?? ports).split('/').map(numberOf);
  if (ports.includes('/') || ports in ICMP_NAMES)
    return type === undefined || code === undefined
      ? undefined
      : { kind: 'port', protocol, first: type * 256 + code, last: type * 256 + code };
  const [first, last = first] = ports.split('-').map(numberOf);
  return first === undefined || last === undefined || first > last || last > 65_535
    ? undefined
    : { kind: 'port', protocol, first, last };
}
