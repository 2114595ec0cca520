// Fields of nettrace by the names that tshark 4.0 has for them, and how each is written there.
import type { DecodedField, DecodedLayer } from '../../src/report/decode.ts';

interface TsharkField {
  readonly name: string;
  /** What tshark says of a layer; undefined when it has no such field there. */
  readonly of: (layer: DecodedLayer) => string | undefined;
}

const text = (value: DecodedField | undefined): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

/** `eth.src` of `ethernet` is our `src`. */
const fieldsOf = (proto: string, names: Readonly<Record<string, string>>): readonly TsharkField[] =>
  Object.entries(names).map(([name, field]) => ({
    name,
    of: (layer) => (layer.proto === proto ? text(layer[field]) : undefined),
  }));

const STATES: Readonly<Record<string, string>> = { bad: '0', good: '1', unverified: '2', absent: '3' };

const stateOf = (proto: string, name: string): TsharkField => ({
  name,
  of: (layer) => (layer.proto === proto ? STATES[text(layer['checksumState']) ?? ''] : undefined),
});

const times = (proto: string, name: string, field: string, factor: number): TsharkField => ({
  name,
  of: (layer) => (layer.proto === proto ? String(Number(layer[field]) * factor) : undefined),
});

const isEcho = ({ proto, type }: DecodedLayer): boolean =>
  proto === 'icmp' ? [0, 8].includes(Number(type)) : [128, 129].includes(Number(type));

const ofEcho = (proto: string, name: string, field: string): TsharkField => ({
  name,
  of: (layer) => (layer.proto === proto && isEcho(layer) ? text(layer[field]) : undefined),
});

/** The first octets of an option as a number. */
const option = (name: string, kind: string, octets: readonly [number, number]): TsharkField => ({
  name,
  of: ({ proto, options }) => {
    if (proto !== 'tcp' || !Array.isArray(options)) return undefined;
    const found = (options as readonly { readonly name?: string; readonly hex: string }[]).find(
      (one) => one.name === kind,
    );
    return found && String(Number.parseInt(found.hex.slice(...octets), 16));
  },
});

export const FIELDS: readonly TsharkField[] = [
  ...fieldsOf('ethernet', { 'eth.dst': 'dst', 'eth.src': 'src', 'eth.type': 'type' }),
  ...fieldsOf('vlan', { 'vlan.priority': 'pcp', 'vlan.dei': 'dei', 'vlan.id': 'vid', 'vlan.etype': 'type' }),
  ...fieldsOf('arp', {
    'arp.opcode': 'operation',
    'arp.src.hw_mac': 'senderMac',
    'arp.src.proto_ipv4': 'sender',
    'arp.dst.hw_mac': 'targetMac',
    'arp.dst.proto_ipv4': 'target',
  }),
  ...fieldsOf('ipv4', {
    'ip.dsfield.dscp': 'dscp',
    'ip.dsfield.ecn': 'ecn',
    'ip.len': 'length',
    'ip.id': 'id',
    'ip.flags.df': 'df',
    'ip.flags.mf': 'mf',
    'ip.frag_offset': 'offset',
    'ip.ttl': 'ttl',
    'ip.proto': 'protocol',
    'ip.checksum': 'checksum',
    'ip.src': 'src',
    'ip.dst': 'dst',
  }),
  stateOf('ipv4', 'ip.checksum.status'),
  times('ipv4', 'ip.hdr_len', 'ihl', 4),
  ...fieldsOf('ipv6', {
    'ipv6.tclass.dscp': 'dscp',
    'ipv6.tclass.ecn': 'ecn',
    'ipv6.flow': 'label',
    'ipv6.plen': 'length',
    'ipv6.nxt': 'protocol',
    'ipv6.hlim': 'ttl',
    'ipv6.src': 'src',
    'ipv6.dst': 'dst',
  }),
  ...fieldsOf('fragment', {
    'ipv6.fraghdr.offset': 'offset',
    'ipv6.fraghdr.more': 'mf',
    'ipv6.fraghdr.ident': 'id',
  }),
  ...fieldsOf('tcp', {
    'tcp.srcport': 'sport',
    'tcp.dstport': 'dport',
    'tcp.seq_raw': 'seq',
    'tcp.ack_raw': 'ack',
    'tcp.window_size_value': 'window',
    'tcp.checksum': 'checksum',
    'tcp.urgent_pointer': 'urgent',
  }),
  stateOf('tcp', 'tcp.checksum.status'),
  times('tcp', 'tcp.hdr_len', 'dataOffset', 4),
  option('tcp.options.mss_val', 'mss', [0, 4]),
  option('tcp.options.wscale.shift', 'window-scale', [0, 2]),
  option('tcp.options.timestamp.tsval', 'timestamps', [0, 8]),
  option('tcp.options.timestamp.tsecr', 'timestamps', [8, 16]),
  ...fieldsOf('udp', {
    'udp.srcport': 'sport',
    'udp.dstport': 'dport',
    'udp.length': 'length',
    'udp.checksum': 'checksum',
  }),
  stateOf('udp', 'udp.checksum.status'),
  ...fieldsOf('icmp', {
    'icmp.type': 'type',
    'icmp.code': 'code',
    'icmp.checksum': 'checksum',
    'icmp.redir_gw': 'gateway',
  }),
  stateOf('icmp', 'icmp.checksum.status'),
  ofEcho('icmp', 'icmp.seq', 'seq'),
  ...fieldsOf('icmpv6', { 'icmpv6.type': 'type', 'icmpv6.code': 'code', 'icmpv6.checksum': 'checksum' }),
  stateOf('icmpv6', 'icmpv6.checksum.status'),
  ofEcho('icmpv6', 'icmpv6.echo.identifier', 'id'),
  ofEcho('icmpv6', 'icmpv6.echo.sequence_number', 'seq'),
  ...fieldsOf('vxlan', { 'vxlan.vni': 'vni' }),
  ...fieldsOf('geneve', { 'geneve.vni': 'vni', 'geneve.proto_type': 'protocol' }),
  ...fieldsOf('gre', { 'gre.proto': 'protocol', 'gre.key': 'key', 'gre.sequence_number': 'seq' }),
  ...fieldsOf('gre', { 'gre.checksum': 'checksum' }),
  ...fieldsOf('erspan2', { 'erspan.index': 'index' }),
  ...fieldsOf('erspan3', {
    'erspan.timestamp': 'timestamp',
    'erspan.sgt': 'sgt',
    'erspan.hw': 'hardware',
    'erspan.direction': 'egress',
  }),
  ...(['session:spanid', 'vlan:vlan', 'cos:cos', 'truncated:truncated'] as const).map((pair): TsharkField => {
    const [ours, theirs] = pair.split(':') as [string, string];
    return {
      name: `erspan.${theirs}`,
      of: (layer) => (/^erspan[23]$/.test(layer.proto) ? text(layer[ours]) : undefined),
    };
  }),
  ...fieldsOf('lisp', { 'lisp-data.nonce': 'nonce', 'lisp-data.iid': 'instance' }),
  ...fieldsOf('esp', { 'esp.spi': 'spi', 'esp.sequence': 'seq' }),
  { name: 'esp.icv_good', of: ({ suite }) => (suite === undefined ? undefined : '1') },
];

const PROTOCOLS: Readonly<Record<string, string | undefined>> = {
  eth: 'ethernet',
  ip: 'ipv4',
  'ipv6.hopopts': 'hop-by-hop',
  'ipv6.dstopts': 'destination-options',
  'ipv6.fraghdr': 'fragment',
  'ipv6.routing': 'routing',
  'lisp-data': 'lisp',
};

/** Names that tshark has for what is no header. */
const NO_HEADERS: ReadonlySet<string> = new Set(['ethertype', 'data', 'udpencap']);

/** `eth:ethertype:ip:icmp:data` as nettrace names the headers. */
export const protocolsOf = (protocols: string): readonly string[] =>
  protocols
    .split(':')
    .filter((name) => !NO_HEADERS.has(name))
    .map((name) => PROTOCOLS[name] ?? name);

/** Headers of ours by the names that the above gives them. */
export const protocolOf = ({ proto }: DecodedLayer): readonly string[] =>
  proto === 'opaque' ? [] : [proto.replace(/^erspan[123]$/, 'erspan').replace('nvgre', 'gre')];
