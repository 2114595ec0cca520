/** Ports of Open vSwitch that are tunnels: ovs-vswitchd.conf.db(5), "Tunnel Options". */
import { familyOf, formatAddress, type Address } from '../../value/address.ts';
import type { Encapsulation, Protection, TunnelEndpoint } from '../../mechanism/tunnel/endpoint.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';
import type { OvsPort } from './ovs-schema.ts';

type Options = NonNullable<OvsPort['options']>;
type TunnelType = 'gre' | 'vxlan' | 'geneve' | 'ipsec_gre';

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
};

function checkOptions(type: TunnelType, options: Options, at: Cite, reading: Reading): void {
  for (const [option, types] of Object.entries(ONLY))
    if (option in options && !types.includes(type))
      reading.report('value-invalid', { key: below(at, option) }, `${type} has no ${option}`, 'leave it out');
  if (type === 'ipsec_gre' && options.psk === undefined)
    reading.report('key-missing', { key: at }, 'ipsec_gre has no psk', 'add the pre-shared key of both ends');
  for (const which of ['key', 'in_key', 'out_key'] as const)
    if ((type === 'vxlan' || type === 'geneve') && (options[which] ?? 0) > 0xffffff)
      reading.report(
        'value-invalid',
        below(at, which),
        `${which} ${options[which]} is no VNI, which has 24 bits`,
        'write a number up to 16777215',
      );
}

type OfKind = Omit<TunnelEndpoint, 'name' | 'local' | 'remote' | 'dev' | 'at'>;

const PORTS = { vxlan: 4789, geneve: 6081, gre: 0, ip: 0 } as const;

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
    checksum: csum || (encapsulation !== 'gre' && familyOf(remote) === 6),
    sequence: seq,
    isExacting: false,
    isLearning: false,
    ...(psk !== undefined && { esp: protection(psk) }),
  };
}

/** ovs-monitor-ipsec asks for AES-GCM of 256 bits. The SPI stands for the key: ends with two keys do not understand each other. */
const protection = (psk: string): Protection => ({
  suite: 'aes256-gcm',
  spi:
    0x1000 + (Array.from(psk).reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) >>> 0, 0) & 0xfff),
});
