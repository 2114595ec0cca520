/** Tunnel interfaces of a machine's kernel: what their type lets them say, and the endpoints that they are. */
import { familyOf, formatAddress, type Address, type Family } from '../../value/address.ts';
import type { Encapsulation, TunnelEndpoint } from '../../mechanism/tunnel/endpoint.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';
import type { LinkConfig, TunnelType } from './link-schema.ts';
import { checkWords } from './link-words.ts';
import { checkErspan, erspanOf } from './erspan.ts';
import type { StatedEnd } from '../../mechanism/linux/fdb-text.ts';
import { readMac } from '../mac.ts';

interface TunnelKind {
  readonly encapsulation: Encapsulation;
  readonly carries: TunnelEndpoint['carries'];
  /** Of the outer packets. */
  readonly families: readonly Family[];
  /** Keys that it takes besides those that every type does. */
  readonly words: readonly (keyof LinkConfig)[];
}

const UDP_WORDS = ['id', 'dstport', 'df', 'udpcsum'] as const;
const GRE_WORDS = ['key', 'ikey', 'okey', 'csum', 'seq'] as const;
const COMMON = ['type', 'mtu', 'address', 'master', 'local', 'remote', 'dev', 'ttl', 'tos'] as const;
const ERSPAN_WORDS = [
  'key',
  'ikey',
  'okey',
  'seq',
  'erspan_ver',
  'erspan',
  'erspan_dir',
  'erspan_hwid',
] as const;
const OVER_4 = ['pmtudisc'] as const;
const OVER_6 = ['encaplimit'] as const;

const KINDS: Readonly<Record<TunnelType, TunnelKind>> = {
  vxlan: {
    encapsulation: 'vxlan',
    carries: 'frame',
    families: [4, 6],
    words: [...UDP_WORDS, 'learning'],
  },
  geneve: { encapsulation: 'geneve', carries: 'frame', families: [4, 6], words: UDP_WORDS },
  gre: { encapsulation: 'gre', carries: [4, 6], families: [4], words: [...GRE_WORDS, ...OVER_4] },
  gretap: { encapsulation: 'gre', carries: 'frame', families: [4], words: [...GRE_WORDS, ...OVER_4] },
  ip6gre: { encapsulation: 'gre', carries: [4, 6], families: [6], words: [...GRE_WORDS, ...OVER_6] },
  ip6gretap: { encapsulation: 'gre', carries: 'frame', families: [6], words: [...GRE_WORDS, ...OVER_6] },
  ipip: { encapsulation: 'ip', carries: [4], families: [4], words: OVER_4 },
  sit: { encapsulation: 'ip', carries: [6], families: [4], words: OVER_4 },
  ip6tnl: { encapsulation: 'ip', carries: [4, 6], families: [6], words: OVER_6 },
  erspan: { encapsulation: 'erspan', carries: 'frame', families: [4], words: [...ERSPAN_WORDS, ...OVER_4] },
  ip6erspan: {
    encapsulation: 'erspan',
    carries: 'frame',
    families: [6],
    words: [...ERSPAN_WORDS, ...OVER_6],
  },
};

/** A tunnel as an interface of its machine. */
export interface TunnelInterface {
  readonly port: string;
  readonly endpoint: TunnelEndpoint;
  /** Octets of an IP packet; undefined takes what the kernel gives it. */
  readonly mtu: number | undefined;
  /** Undefined of one that carries no frames. */
  readonly mac: number | undefined;
  readonly at: Cite;
}

/** Interfaces of tunnel types, in the order of the file. `nics` are names that are taken. */
export function readTunnels(
  node: string,
  links: Readonly<Record<string, LinkConfig>>,
  nics: readonly string[],
  at: Cite,
  reading: Reading,
  ends: readonly StatedEnd[] = [],
): readonly TunnelInterface[] {
  return Object.entries(links).flatMap(([port, config]) => {
    const place = below(at, port);
    if (port === 'lo' || nics.includes(port))
      reading.report('name-duplicate', { key: place }, `the machine has an interface ${port} already`);
    if (!isTunnel(config)) return [];
    const own = ends.filter((one) => one.port === port);
    const endpoint = readTunnel(port, config, own, place, reading);
    if (!endpoint) return [];
    const mac =
      endpoint.carries === 'frame'
        ? readMac(`${node}/${port}`, config.address, below(place, 'address'), reading)
        : undefined;
    return [{ port, endpoint, mtu: config.mtu, mac, at: place }];
  });
}

type TunnelConfig = LinkConfig & { readonly type: TunnelType };

const isTunnel = (config: LinkConfig): config is TunnelConfig => Object.hasOwn(KINDS, config.type);

/** The endpoint that an interface is; undefined when something is missing, which is then reported. */
function readTunnel(
  name: string,
  config: TunnelConfig,
  ends: readonly StatedEnd[],
  at: Cite,
  reading: Reading,
): TunnelEndpoint | undefined {
  const kind = KINDS[config.type];
  checkWords(config, [...COMMON, ...kind.words], at, reading);
  const stated = end('remote', config, at, kind, reading);
  const known = config.type === 'vxlan' ? knownEnds(stated, ends) : undefined;
  const remote = stated ?? known?.others?.[0];
  const local = end('local', config, at, kind, reading);
  if (config.remote === undefined && remote === undefined)
    reading.report(
      'key-missing',
      { key: at },
      `${name} has no remote`,
      kind.encapsulation === 'vxlan'
        ? 'add the address of its other end, or to linux.fdb: 00:00:00:00:00:00 dev … dst …'
        : 'add the address of its other end',
    );
  const isByUdp = kind.encapsulation === 'vxlan' || kind.encapsulation === 'geneve';
  if (isByUdp && config.id === undefined)
    reading.report('key-missing', { key: at }, `${name} has no id`, 'add its VNI');
  if (kind.encapsulation === 'erspan') checkErspan(name, config, at, reading);
  if (remote === undefined) return undefined;
  if (local !== undefined) checkEnds(config, local, remote, at, reading);
  return { name, ...kindOf(config, kind, familyOf(remote)), ...known, local, remote, dev: config.dev, at };
}

/** What is known of the ends of a vxlan: address 0 stands for what is not known (vxlan_find_mac). */
function knownEnds(
  remote: Address | undefined,
  ends: readonly StatedEnd[],
): Pick<TunnelEndpoint, 'others' | 'stations'> {
  const stations = new Map<number, { readonly ends: Address[]; readonly at: Cite }>();
  for (const { mac, end: address, at } of ends) {
    const known = stations.get(mac) ?? { ends: [], at };
    known.ends.push(address);
    stations.set(mac, known);
  }
  const others = [...(remote === undefined ? [] : [remote]), ...(stations.get(0)?.ends ?? [])];
  stations.delete(0);
  return {
    others: others.length > 0 ? others : undefined,
    stations: stations.size > 0 ? stations : undefined,
  };
}

function end(
  which: 'local' | 'remote',
  config: TunnelConfig,
  at: Cite,
  { families }: TunnelKind,
  reading: Reading,
): Address | undefined {
  const text = config[which];
  const address = text === undefined ? undefined : reading.address(text, below(at, which));
  if (address === undefined || families.includes(familyOf(address))) return address;
  reading.report(
    'value-invalid',
    below(at, which),
    `${config.type} runs over IPv${families.join(' or IPv')}; ${formatAddress(address)} is not of it`,
    `take ${SIBLING[config.type] ?? 'another type'}`,
  );
  return undefined;
}

/** The type that does the same over the other family. */
const SIBLING: Partial<Record<TunnelType, TunnelType>> = {
  gre: 'ip6gre',
  gretap: 'ip6gretap',
  ip6gre: 'gre',
  ip6gretap: 'gretap',
  ipip: 'ip6tnl',
  sit: 'ip6tnl',
  ip6tnl: 'ipip',
  erspan: 'ip6erspan',
  ip6erspan: 'erspan',
};

function checkEnds(config: TunnelConfig, local: Address, remote: Address, at: Cite, reading: Reading): void {
  if (familyOf(local) !== familyOf(remote))
    reading.report(
      'value-invalid',
      below(at, 'local'),
      `local ${formatAddress(local)} and remote ${formatAddress(remote)} are of two families`,
      'both ends are IPv4 or both are IPv6',
    );
  else if (local === remote)
    reading.report(
      'value-invalid',
      below(at, 'remote'),
      `remote ${config.remote} is the address of this end`,
      'write the address of the other end',
    );
}

type OfKind = Omit<TunnelEndpoint, 'name' | 'local' | 'remote' | 'dev' | 'at'>;

const PORTS = { vxlan: 8472, geneve: 6081, gre: 0, erspan: 0, ip: 0 } as const;

/** What Linux does where nothing is said: ipgre_tunnel_init, vxlan_config_validate, geneve_configure. */
function kindOf(config: TunnelConfig, { encapsulation, carries, words }: TunnelKind, family: Family): OfKind {
  const { id, key, ikey = key, okey = key, tos = 0, dstport, csum = false, seq = false } = config;
  const isByUdp = encapsulation === 'vxlan' || encapsulation === 'geneve';
  return {
    encapsulation,
    carries,
    key: isByUdp ? { in: id, out: id } : { in: ikey, out: okey },
    port: dstport ?? PORTS[encapsulation],
    checks: encapsulation === 'vxlan' ? 'key alone' : 'ends',
    ttl: ttlOf(config, isByUdp || family === 6),
    tos: config.tos === 1 ? 'inherit' : tos,
    df: isByUdp ? (config.df ?? 'unset') : config.pmtudisc === false ? 'inherit-ipv4' : 'set',
    checksum: isByUdp ? family === 6 || (config.udpcsum ?? encapsulation === 'vxlan') : csum,
    sequence: seq,
    isBlindToCongestion: family === 6 && (encapsulation === 'gre' || encapsulation === 'erspan'),
    limit: words.includes('encaplimit') ? limitOf(config) : undefined,
    isExacting: true,
    ...(encapsulation === 'erspan' && { erspan: erspanOf(config) }),
    isLearning: encapsulation === 'vxlan' && config.learning !== false,
  };
}

/** IPV6_DEFAULT_TNL_ENCAP_LIMIT. */
const limitOf = ({ encaplimit = 4 }: LinkConfig): number | undefined =>
  encaplimit === 'none' ? undefined : encaplimit;

/** 0 is `inherit` where the outer header is that of an IPv4 tunnel, and else the kernel's default. */
function ttlOf({ ttl }: LinkConfig, isKernels: boolean): TunnelEndpoint['ttl'] {
  if (ttl === 0 || ttl === undefined) return isKernels ? undefined : 'inherit';
  return ttl;
}
