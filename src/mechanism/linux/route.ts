/** A route of a Linux table, and its text as `ip route` prints it or `ip route add` takes it. */
import { familyOf, parseAddress, type Address } from '../../value/address.ts';
import { ALL, hostPrefix, parsePrefix, type Prefix } from '../../value/prefix.ts';
import type { Cite } from '../../walk/cite.ts';

const TYPES = ['unicast', 'local', 'blackhole', 'unreachable', 'prohibit'] as const;

export type RouteType = (typeof TYPES)[number];

export interface LinuxRoute {
  readonly prefix: Prefix;
  readonly type: RouteType;
  readonly via?: Address;
  readonly dev?: string;
  readonly metric: number;
  readonly src?: Address;
  readonly table: string;
  readonly at?: Cite | undefined;
}

export interface TextProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
  readonly suggestion?: string;
}

/** Words that take one value which does not decide where a packet goes. */
const IGNORED = new Set([
  'proto',
  'scope',
  'mtu',
  'advmss',
  'pref',
  'realm',
  'tos',
  'error',
  'nhid',
  'weight',
  'window',
  'rtt',
  'initcwnd',
]);
const FLAGS = new Set(['onlink', 'linkdown', 'dead', 'lock']);

/** Reads a table's text, one route a line; `at` is where the text stands. IPv4 and IPv6 may be mixed. */
export function readRoutes(
  text: string,
  at: Cite,
): { readonly routes: readonly LinuxRoute[]; readonly problems: readonly TextProblem[] } {
  const routes: LinuxRoute[] = [];
  const problems: TextProblem[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    const words = line.replace(/#.*/, '').trim().split(/\s+/);
    if (words[0] === '') continue;
    const read = readRoute(words);
    if (typeof read === 'string') problems.push({ line: i + 1, message: read });
    else routes.push({ ...read, at: `${at}#${i + 1}` });
  }
  return { routes, problems };
}

/** One route, or what is wrong with it. */
function readRoute(words: readonly string[]): LinuxRoute | string {
  const rest =
    words[0] === 'ip' && words[1] === 'route' ? words.slice(words[2] === 'add' ? 3 : 2) : [...words];
  const type = TYPES.find((one) => one === rest[0]);
  if (type) rest.shift();
  const target = rest.shift() ?? '';
  const options = readOptions(rest);
  if (typeof options === 'string') return options;
  const destination = target === 'default' ? defaultFor(options.via) : parsePrefix(target);
  if ('problem' in destination) {
    return destination.problem === 'syntax'
      ? `"${target}" is not a prefix, "default" or a route type`
      : `${target} has host bits set`;
  }
  if ((type ?? 'unicast') === 'unicast' && options.dev === undefined && options.via === undefined)
    return `the route to ${target} has neither "via" nor "dev"`;
  return { prefix: destination, type: type ?? 'unicast', metric: 0, table: 'main', ...options };
}

const defaultFor = (via: Address | undefined): Prefix => ALL[familyOf(via ?? 0)];

type Options = Partial<Pick<LinuxRoute, 'via' | 'dev' | 'src' | 'metric' | 'table'>>;

function readOptions(words: readonly string[]): Options | string {
  const found: { -readonly [Key in keyof Options]: Options[Key] } = {};
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (FLAGS.has(word)) continue;
    let value = words[++i];
    if (word === 'via' && (value === 'inet6' || value === 'inet')) value = words[++i];
    if (value === undefined) return `"${word}" has no value`;
    if (IGNORED.has(word)) continue;
    if (word === 'via' || word === 'src') {
      const address = parseAddress(value);
      if (address === undefined) return `"${value}" after "${word}" is not an IP address`;
      found[word] = address;
    } else if (word === 'dev') found.dev = value;
    else if (word === 'table') found.table = value === '254' ? 'main' : value;
    else if (word === 'metric' && /^\d+$/.test(value)) found.metric = Number(value);
    else return `"${word} ${value}" is not understood`;
  }
  return found;
}

/** What the kernel makes of an address: a route to its network by the interface. */
export const connectedRoute = (network: Prefix, dev: string, src: Address, at: Cite): LinuxRoute => ({
  prefix: network,
  type: 'unicast',
  dev,
  src,
  metric: 0,
  table: 'main',
  at,
});

/** The entry of the local table that an address is. */
export const localRoute = (address: Address, dev: string, at: Cite): LinuxRoute => ({
  prefix: hostPrefix(address),
  type: 'local',
  dev,
  metric: 0,
  table: 'local',
  at,
});
