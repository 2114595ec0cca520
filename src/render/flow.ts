/** Flows, headers and places as one writes them on a line. */
import { ARP_REQUEST } from '../packet/arp.ts';
import type { FlowFact, LayerFact, RouteRow } from '../report/report.ts';

/** An address with a port behind it: brackets around IPv6. */
export const endText = (address: string, port: number | undefined): string =>
  port === undefined ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/** `tcp 10.3.0.4:49152 > 10.1.0.4:22 SYN`, `icmp echo request 10.3.0.4 > 10.1.0.4`. */
export function flowText(flow: FlowFact): string {
  const { proto, flags } = flow;
  if (proto === 'arp') return `arp who has ${flow.dst}, tell ${flow.src}`;
  const name = /^\d+$/.test(proto) ? `protocol ${proto}` : proto;
  return [name, messageOf(flow), endsText(flow), flagsText(flags)].filter(Boolean).join(' ');
}

/** What ARP says, as tcpdump has it: `10.0.0.2 is at 02:00:0a:00:00:02`. */
export function arpText(arp: LayerFact): string {
  const [sender, target] = [fieldText(arp, 'sender') ?? '', fieldText(arp, 'target') ?? ''];
  return arp['operation'] === ARP_REQUEST
    ? `who has ${target}, tell ${sender}`
    : `${sender} is at ${fieldText(arp, 'senderMac') ?? ''}`;
}

/** Which message of ICMP it is: `echo request`, `type 13`; nothing of other protocols. */
export const messageOf = ({ proto, type }: FlowFact): string =>
  type === undefined ? '' : icmpName(proto, type);

/** `10.3.0.4:49152 > 10.1.0.4:22`. */
export const endsText = ({ src, dst, sport, dport }: FlowFact): string =>
  `${endText(src, sport)} > ${endText(dst, dport)}`;

/** The flow without what is of one packet only: its flags, its ICMP type. */
export const sessionText = (flow: FlowFact): string =>
  `${flow.proto} ${endsText(flow)}${flow.id === undefined ? '' : ` id ${flow.id}`}`;

const flagsText = (flags: readonly string[] | undefined): string =>
  flags ? flags.join(',') || 'no flags' : '';

const ICMP: Readonly<Record<string, string>> = {
  'icmp 0': 'echo reply',
  'icmp 3': 'unreachable',
  'icmp 8': 'echo request',
  'icmp 11': 'time exceeded',
  'icmp 5': 'redirect',
  'icmp 12': 'parameter problem',
  'icmpv6 1': 'unreachable',
  'icmpv6 2': 'packet too big',
  'icmpv6 3': 'time exceeded',
  'icmpv6 4': 'parameter problem',
  'icmpv6 128': 'echo request',
  'icmpv6 129': 'echo reply',
  'icmpv6 133': 'router solicitation',
  'icmpv6 134': 'router advertisement',
  'icmpv6 135': 'neighbour solicitation',
  'icmpv6 136': 'neighbour advertisement',
  'icmpv6 137': 'redirect',
};

const icmpName = (proto: string, type: number): string => ICMP[`${proto} ${type}`] ?? `type ${type}`;

/** What one calls a packet in a sentence: `the SYN,ACK`, `the echo reply`, `the udp packet`. */
export function packetName({ proto, flags, type }: FlowFact): string {
  if (flags?.length) return `the ${flags.join(',')}`;
  return `the ${ICMP[`${proto} ${type}`] ?? `${/^\d+$/.test(proto) ? `protocol ${proto}` : proto} packet`}`;
}

/** A field as text; undefined when the header has none of that name. */
export function fieldText(layer: LayerFact | undefined, field: string): string | undefined {
  const value = layer?.[field];
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return Array.isArray(value) ? value.join(',') : undefined;
}

/** The flow that an ICMP error is about. */
export function quotedFlow(layer: LayerFact): FlowFact | undefined {
  const value = layer['quoted'];
  return typeof value === 'object' && 'proto' in value ? value : undefined;
}

/** One layer of a packet on a line; fields that differ from `before` show as `old -> new`. */
export function layerText(layer: LayerFact, before: LayerFact = layer): string {
  const { proto } = layer;
  const shown = (field: string): string => {
    const [was, is] = [fieldText(before, field) ?? '0', fieldText(layer, field) ?? '0'];
    return was === is ? is : `${was} -> ${is}`;
  };
  const about = quotedFlow(layer);
  const quoted = about ? `  about ${sessionText(about)}` : '';
  return `${proto.padEnd(8)} ${fieldsText(layer, shown)}${quoted}`;
}

/** What few packets set in their IP header: ` dscp 46 DF`. */
export const rareText = (shown: (field: string) => string): string =>
  ['dscp', 'ecn', 'df']
    .map((field) => [field, shown(field)] as const)
    .filter(([, text]) => text !== '0')
    .map(([field, text]) => (field === 'df' && text === '1' ? ' DF' : ` ${field} ${text}`))
    .join('');

/** Only a SYN says it. */
const mssText = (shown: string): string => (shown === '0' ? '' : ` mss ${shown}`);

function fieldsText(layer: LayerFact, shown: (field: string) => string): string {
  switch (layer.proto) {
    case 'ipv4':
    case 'ipv6':
      return `${shown('src')} > ${shown('dst')}  ttl ${shown('ttl')}${rareText(shown)}`;
    case 'tcp':
      return `${shown('sport')} > ${shown('dport')} ${shown('flags')}${mssText(shown('mss'))}`;
    case 'udp':
    case 'udplite':
    case 'sctp':
    case 'dccp':
      return `${shown('sport')} > ${shown('dport')}`;
    case 'ethernet':
      return `${shown('src')} > ${shown('dst')}`;
    case 'vlan':
      return `vid ${shown('vid')}`;
    case 'arp':
      return arpText(layer);
    case 'esp':
      return `spi 0x${Number(layer['spi']).toString(16)} seq ${shown('seq')}`;
    case 'icmp':
    case 'icmpv6':
      // An error has no identifier: the packet that it is about tells whose it is.
      return `${icmpName(layer.proto, Number(layer['type']))} code ${shown('code')}${quotedFlow(layer) || layer['id'] === undefined ? '' : ` id ${shown('id')}`}`;
    default:
      return Object.keys(layer)
        .filter((field) => !UNSAID.has(field))
        .map((field) => `${field} ${shown(field)}`)
        .join(' ');
  }
}

/** Of a header: what is said otherwise, and the bit of ERSPAN that its payload is a frame. */
const UNSAID: ReadonlySet<string> = new Set(['proto', 'quoted', 'ethernet']);

/** `10.1.0.0/24 -> VirtualAppliance 10.0.1.6  User`, or as `ip route` says it. */
export function routeText({ prefix, nextHopType, nextHop, source, interface: port }: RouteRow): string {
  const dev = port === undefined ? '' : ` dev ${port}`;
  if (/^[A-Z]/.test(nextHopType)) {
    const hop = [nextHopType, nextHop].filter(Boolean).join(' ');
    return `${prefix} -> ${hop}${SOURCES.has(source) ? `  ${source}` : ''}`;
  }
  const table = LINUX_TABLES.has(source) || OF_AN_EDGE.has(nextHopType) ? '' : ` table ${source}`;
  switch (nextHopType) {
    case 'via':
      return `${prefix} via ${nextHop ?? '?'}${dev}${table}`;
    case 'tunnel':
      return `${prefix} into tunnel ${nextHop ?? port ?? ''}`;
    case 'connected':
      return `${prefix} connected${dev}`;
    case 'local':
    case 'blackhole':
    case 'unreachable':
    case 'prohibit':
    case 'broadcast':
    case 'throw':
      return `${nextHopType} ${prefix}${dev}${table}`;
    default:
      return `${prefix}${nextHop === undefined ? '' : ` via ${nextHop}`}${dev}${table}`;
  }
}

/** Azure's words for where a route comes from, other than the gateway that is the next hop itself. */
const SOURCES: ReadonlySet<string> = new Set(['Default', 'User']);

/** An edge router has one table. */
const OF_AN_EDGE: ReadonlySet<string> = new Set(['tunnel', 'connected']);

/** Linux tables that every packet meets. */
const LINUX_TABLES: ReadonlySet<string> = new Set(['main', 'local', 'default']);

/** `hub-spoke-vpn.yaml:41`: a reader finds the line; the column and the folder are in the JSON. */
export function placeText(at: string | undefined): string | undefined {
  if (at === undefined) return undefined;
  const [, file = at, line] = /^(.*?):(\d+)(?::\d+)?$/.exec(at) ?? [];
  const base = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  return line === undefined ? base : `${base}:${line}`;
}
