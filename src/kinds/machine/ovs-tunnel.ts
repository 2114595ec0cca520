/** Ports of Open vSwitch that are tunnels: ovs-vswitchd.conf.db(5), "Tunnel Options". */
import { familyOf, formatAddress, type Address } from '../../value/address.ts';
import type { Encapsulation, Protection, TunnelEndpoint } from '../../mechanism/tunnel/endpoint.ts';
import type { Erspan } from '../../mechanism/tunnel/erspan.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';
import type { OvsPort } from './ovs-schema.ts';

type Options = NonNullable<OvsPort['options']>;
type TunnelType = 'gre' | 'vxlan' | 'geneve' | 'erspan' | 'ipsec_gre';

/** The endpoint that a port is; undefined after mistakes, which are reported. */
export function readTunnelPort(
  name: string,
  type: TunnelType,
  options: Options,
  at: Cite,
  reading: Reading,
): TunnelEndpoint | undefined {
  const place = below(at, 'options');
  checkOptions(type, options, place, reading);
  if (options.remote_ip === undefined)
    reading.report(
      'key-missing',
      { key: at },
      `port ${name} has no remote_ip`,
      'add options: { remote_ip: the address of its other end }',
    );
  const read = (key: 'remote_ip' | 'local_ip'): Address | undefined =>
    options[key] === undefined ? undefined : reading.address(options[key], below(place, key));
  const [remote, local] = [read('remote_ip'), read('local_ip')];
  if (remote === undefined) return undefined;
  if (local !== undefined) checkEnds(local, remote, place, reading);
  return { name, ...kindOf(type, options, remote), local, remote, dev: undefined, at };
}

function checkEnds(local: Address, remote: Address, at: Cite, reading: Reading): void {
  if (familyOf(local) !== familyOf(remote))
    reading.report(
      'value-invalid',
      below(at, 'local_ip'),
      `local_ip ${formatAddress(local)} and remote_ip ${formatAddress(remote)} are of two families`,
      'both ends are IPv4 or both are IPv6',
    );
  else if (local === remote)
    reading.report(
      'value-invalid',
      below(at, 'remote_ip'),
      `remote_ip ${formatAddress(remote)} is the address of this end`,
      'write the address of the other end',
    );
}

/** Options that only some types have. */
const ONLY: Readonly<Partial<Record<keyof Options, readonly string[]>>> = {
  peer: [],
  dst_port: ['vxlan', 'geneve'],
  seq: ['gre', 'ipsec_gre'],
  packet_type: ['gre', 'ipsec_gre'],
  psk: ['gre', 'ipsec_gre'],
  csum: ['gre', 'ipsec_gre', 'vxlan', 'geneve'],
  erspan_ver: ['erspan'],
  erspan_idx: ['erspan'],
  erspan_dir: ['erspan'],
  erspan_hwid: ['erspan'],
};

function checkOptions(type: TunnelType, options: Options, at: Cite, reading: Reading): void {
  for (const [option, types] of Object.entries(ONLY))
    if (option in options && !types.includes(type))
      reading.report('value-invalid', { key: below(at, option) }, `${type} has no ${option}`, 'leave it out');
  if (type === 'ipsec_gre' && options.psk === undefined)
    reading.report('key-missing', { key: at }, 'ipsec_gre has no psk', 'add the pre-shared key of both ends');
  if (type === 'erspan' && options.erspan_ver === undefined)
    reading.report('key-missing', { key: at }, 'erspan has no erspan_ver', 'add erspan_ver: 1 or 2');
  const { what, bits } = KEYS[type];
  for (const which of ['key', 'in_key', 'out_key'] as const)
    if ((options[which] ?? 0) >= 2 ** bits)
      reading.report(
        'value-invalid',
        below(at, which),
        `${which} ${options[which]} is no ${what}, which has ${bits} bits`,
        `write a number up to ${2 ** bits - 1}`,
      );
  checkHexadecimal(options, at, reading);
}

/** Open vSwitch reads 10 as sixteen, which one sees in quotes. */
function checkHexadecimal(options: Options, at: Cite, reading: Reading): void {
  for (const [which, most] of Object.entries(HEXADECIMAL) as [keyof typeof HEXADECIMAL, number][]) {
    const stated = options[which];
    const report = (problem: string, advice: string): void =>
      reading.report('value-invalid', below(at, which), problem, advice);
    if (typeof stated === 'number' && stated > 9)
      report(`${which} ${stated} would be read as hexadecimal`, `write it in quotes: "${stated}"`);
    else if (hexadecimal(stated) > most)
      report(`${which} ${stated} is too large`, `write a hexadecimal number up to ${most.toString(16)}`);
  }
}

/** What tells the tunnels of a type apart. */
const KEYS: Readonly<Record<TunnelType, { readonly what: string; readonly bits: number }>> = {
  vxlan: { what: 'VNI', bits: 24 },
  geneve: { what: 'VNI', bits: 24 },
  gre: { what: 'GRE key', bits: 32 },
  ipsec_gre: { what: 'GRE key', bits: 32 },
  erspan: { what: 'session of ERSPAN', bits: 10 },
};

const HEXADECIMAL = { erspan_idx: 0xfffff, erspan_hwid: 0x3f } as const;

const hexadecimal = (digits: string | number = 0): number => Number.parseInt(String(digits), 16);

type OfKind = Omit<TunnelEndpoint, 'name' | 'local' | 'remote' | 'dev' | 'at'>;

const PORTS = { vxlan: 4789, geneve: 6081, gre: 0, erspan: 0, ip: 0 } as const;

/** What Open vSwitch does where nothing is said: set_tunnel_config, tnl_port_send. */
function kindOf(type: TunnelType, options: Options, remote: Address): OfKind {
  const encapsulation: Encapsulation = type === 'ipsec_gre' ? 'gre' : type;
  const unkeyed = encapsulation === 'gre' ? undefined : 0;
  const { key: both = unkeyed, in_key = both, out_key = both, csum = false, seq = false } = options;
  const { ttl = 64, tos = 0, df_default: isUncut = true, psk } = options;
  return {
    encapsulation,
    carries: options.packet_type === 'legacy_l3' ? [4, 6] : 'frame',
    key: { in: in_key, out: out_key },
    port: options.dst_port ?? PORTS[encapsulation],
    checks: 'ends',
    ttl,
    tos,
    df: isUncut ? 'set' : 'unset',
    checksum: csum || (PORTS[encapsulation] !== 0 && familyOf(remote) === 6),
    sequence: seq || encapsulation === 'erspan',
    isExacting: false,
    isLearning: false,
    ...(encapsulation === 'erspan' && { erspan: erspanOf(options) }),
    ...(psk !== undefined && { esp: protection(psk) }),
  };
}

const erspanOf = ({ erspan_ver, erspan_idx, erspan_dir, erspan_hwid }: Options): Erspan => ({
  type: erspan_ver === 2 ? 'erspan3' : 'erspan2',
  index: hexadecimal(erspan_idx),
  isEgress: erspan_dir === 1,
  hardware: hexadecimal(erspan_hwid),
  sender: 'open-vswitch',
});

/** ovs-monitor-ipsec asks for AES-GCM of 256 bits. The SPI stands for the key: ends with two keys do not understand each other. */
const protection = (psk: string): Protection => ({
  suite: 'aes256-gcm',
  spi:
    0x1000 + (Array.from(psk).reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) >>> 0, 0) & 0xfff),
});
