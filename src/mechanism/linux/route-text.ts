/** Routes as `ip route` prints them or `ip route add` takes them: ip-route(8). */
import { familyOf, type Address, type Family } from '../../value/address.ts';
import { ALL, type Prefix } from '../../value/prefix.ts';
import type { Cite } from '../../walk/cite.ts';
import { ROUTE_TYPES, type LinuxRoute, type NextHop } from './route.ts';
import { Entry, isEverything, sameFamily, wordLines, type TextProblem, type Word } from './text.ts';
import { tableNames, type TableName } from './tables.ts';
import { tosOctet } from './traffic-class.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** One route while it is read. */
interface Draft extends Writable<Partial<Omit<LinuxRoute, 'nextHops'>>> {
  family: Family | undefined;
  readonly hops: Writable<NextHop>[];
  /** What the words say of: the route, or the next hop that was begun last. */
  current: Writable<NextHop>;
  readonly names: TableName;
  isResolved: boolean;
}

/** Words with one value that says nothing about where a packet goes. */
const PASSED = (
  'advmss age congctl cwnd error expires fastopen_no_cookie features hoplimit iif initcwnd initrwnd mark pref proto ' +
  'protocol quickack realm realms reordering rto_min rtt rttvar scope ssthresh ttl-propagate uid users window'
).split(' ');
const PASSED_FLAGS =
  'equalize notify offload offload_failed pervasive rt_offload rt_trap trap unresolved used'.split(' ');

/** Words that say how packets go, in a way that is not modelled. */
const REFUSED = ['encap', 'from', 'as', 'xfrm'];

type Reader = (word: Word, entry: Entry, draft: Draft) => void;

const metric: Reader = (word, entry, draft) => {
  draft.metric = entry.number(word, 0, 0xffffffff) ?? 0;
};
const tos: Reader = (word, entry, draft) => {
  const value = entry.value(word);
  const octet = value && tosOctet(value.text);
  if (octet) draft.tos = octet;
  else if (value && octet === undefined)
    entry.refuse(value, `"${value.text}" is not a TOS octet`, 'write it as 0x10');
};

const WORDS: Readonly<Record<string, Reader>> = {
  via: (word, entry, draft) => {
    entry.accept('inet', 'inet6');
    const via = entry.address(word);
    if (via !== undefined) draft.current.via = via;
  },
  dev: (word, entry, draft) => {
    const dev = entry.value(word);
    if (dev) draft.current.dev = dev.text;
  },
  weight: (word, entry, draft) => {
    draft.current.weight = entry.number(word, 1, 256) ?? 1;
  },
  src: (word, entry, draft) => {
    const src = entry.address(word);
    if (src !== undefined) draft.src = src;
  },
  table: (word, entry, draft) => {
    const value = entry.value(word);
    const name = value && draft.names(value.text);
    if (name !== undefined) draft.table = name;
    else if (value) entry.refuse(value, `"${value.text}" names no routing table`);
  },
  mtu: (word, entry, draft) => {
    entry.accept('lock');
    const mtu = entry.number(word, 0, 0xffffffff) ?? 0;
    if (mtu > 0) draft.mtu = mtu;
  },
  nhid: (word, entry, draft) => {
    entry.number(word, 1, 0xffffffff);
    draft.isResolved = false;
  },
  nexthop: (_word, _entry, draft) => {
    draft.current = {};
    draft.hops.push(draft.current);
  },
  onlink: (_word, _entry, draft) => void (draft.current.isOnlink = true),
  linkdown: (_word, _entry, draft) => void (draft.current.isLinkDown = true),
  dead: (_word, _entry, draft) => void (draft.current.isDead = true),
  metric,
  preference: metric,
  priority: metric,
  tos,
  dsfield: tos,
};

const KNOWN = [...Object.keys(WORDS), ...PASSED, ...PASSED_FLAGS];

export interface RouteText {
  readonly routes: readonly LinuxRoute[];
  readonly problems: readonly TextProblem[];
}

/**
 * Reads a text of routes, each of which cites its line; `at` is where the text stands. IPv4 and IPv6 may be mixed. A line
 * that begins with `nexthop` goes on with the route before it; one that begins with `cache` is about no route.
 */
export function readRoutes(text: string, at: Cite, names: TableName = tableNames()): RouteText {
  const entries: Word[][] = [];
  for (const words of wordLines(text)) {
    if (words[0].text === 'cache') continue;
    if (words[0].text === 'nexthop' && entries.length > 0) entries.at(-1)!.push(...words);
    else entries.push([...words]);
  }
  const routes: LinuxRoute[] = [];
  const problems: TextProblem[] = [];
  for (const words of entries) {
    const entry = new Entry(words);
    const route = readRoute(entry, words[0]!, names);
    if (route && entry.problems.length === 0) routes.push({ ...route, at: `${at}#${words[0]!.line}` });
    else problems.push(...entry.problems.slice(0, 1));
  }
  return { routes, problems };
}

const COMMANDS = ['add', 'append', 'a', 'ad'];

/** Takes `ip -6 route add`; what family it says, if any. */
function readCommand(entry: Entry): Family | undefined {
  entry.accept('ip');
  const family = entry.accept('-6') ? 6 : entry.accept('-4') ? 4 : undefined;
  if (entry.accept('route', 'r', 'ro')) entry.accept(...COMMANDS);
  else entry.accept('add', 'append');
  return family;
}

function readRoute(entry: Entry, start: Word, names: TableName): LinuxRoute | undefined {
  const draft: Draft = { family: readCommand(entry), hops: [], current: {}, names, isResolved: true };
  draft.current = draft;
  const first = entry.next() ?? start;
  if (first.text === 'nat') return entry.refuse(first, 'the kernel has no routes of type nat since 2.6');
  const type = ROUTE_TYPES.find((one) => one === first.text);
  const target = type ? entry.next() : first;
  if (!target) return entry.refuse(first, `"${first.text}" has no prefix`);
  const isWhole = isEverything(target.text);
  const prefix = isWhole ? undefined : readTarget(entry, target);
  for (let word = entry.next(); word; word = entry.next()) readWord(word, entry, draft);
  if (entry.problems.length > 0) return undefined;
  return made(draft, type ?? 'unicast', isWhole ? ALL[familyFor(draft)] : prefix!, target, entry);
}

function readTarget(entry: Entry, target: Word): Prefix | undefined {
  if (/^[\d.]+(?:\/|$)|:/.test(target.text)) return entry.prefix(target);
  const { line, column, text } = target;
  entry.problems.push({
    line,
    column,
    message: `"${text}" is not a prefix, "default" or a route type`,
    slip: { word: text, known: ['default', ...ROUTE_TYPES] },
  });
  return undefined;
}

function readWord(word: Word, entry: Entry, draft: Draft): void {
  const read = Object.hasOwn(WORDS, word.text) ? WORDS[word.text] : undefined;
  if (read) read(word, entry, draft);
  else if (PASSED.includes(word.text)) {
    entry.accept('lock');
    const value = entry.value(word);
    // Only `ip -6 route` prints a router preference.
    if (word.text === 'pref' && value) draft.family ??= 6;
    if (word.text.startsWith('proto') && value?.text === 'kernel') draft.isFromKernel = true;
  } else if (REFUSED.includes(word.text))
    entry.refuse(word, `"${word.text}" decides where packets go and is not modelled`);
  else if (!PASSED_FLAGS.includes(word.text)) entry.unknown(word, 'ip route', KNOWN);
}

/** The family of a default route: that of its next hop, else of its source. */
const familyFor = ({ family, via, src, hops }: Draft): Family => {
  const told: Address | undefined = src ?? hops.find((hop) => hop.via !== undefined)?.via ?? via;
  return family ?? (told === undefined ? 4 : familyOf(told));
};

function made(
  draft: Draft,
  type: LinuxRoute['type'],
  prefix: Prefix,
  target: Word,
  entry: Entry,
): LinuxRoute | undefined {
  const { family: _, current: _current, names: _names, hops, isResolved, ...rest } = draft;
  const all = hops.length > 0 ? hops : [rest];
  const isOpen = all.some((hop) => hop.via === undefined && hop.dev === undefined);
  if (isOpen && !isResolved)
    return entry.refuse(
      target,
      `the route to ${target.text} names a next hop object by its number alone`,
      'paste the route as `ip route` prints it, with "via" and "dev" behind "nhid"',
    );
  if (isOpen && (type === 'unicast' || type === 'multicast'))
    return entry.refuse(target, `the route to ${target.text} has neither "via" nor "dev"`);
  if (rest.src !== undefined && !sameFamily(rest.src, prefix.first))
    return entry.refuse(target, `the route to ${target.text} has a source of the other family`);
  const [only, ...more] = hops;
  const nextHops = more.length > 0 ? { nextHops: hops } : only;
  const isLocal = type === 'local' || type === 'broadcast' || type === 'anycast';
  const table = isLocal ? 'local' : 'main';
  // IP6_RT_PRIO_USER: what `ip -6 route add` gives to a route that states none.
  const metric = familyOf(prefix.first) === 6 && !isLocal ? 1024 : 0;
  return { metric, table, ...rest, type, prefix, ...nextHops };
}
