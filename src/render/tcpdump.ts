/** A packet as tcpdump 4.99 prints it with -n, without the time: print-ip.c, print-tcp.c, print-icmp.c, print-icmp6.c, … */
import { ARP_REQUEST } from '../packet/arp.ts';
import { NEIGHBOUR } from '../packet/icmp.ts';
import { headSize } from '../packet/header.ts';
import { HEADERS } from '../packet/packet.ts';
import type { LayerFact, PacketFact } from '../report/report.ts';
import { fieldText, quotedFlow } from './flow.ts';

/** One line, and one more for the packet inside each VXLAN header. */
export function dumpLines({ layers, length }: PacketFact): readonly string[] {
  const [first, ...rest] = layers;
  if (!first) return [];
  if (first.proto === 'arp') return [`ARP, ${arpText(first)}, length ${length}`];
  if (first.proto === 'ethernet' || first.proto === 'vlan')
    return dumpLines({ layers: rest, length: length - sizeOf(first) });
  if (first.proto !== 'ipv4' && first.proto !== 'ipv6') return [`${first.proto}, length ${length}`];
  const [transport, ...inner] = rest;
  const payload = length - sizeOf(first);
  const ends = (separator: string): string =>
    `${first.proto === 'ipv4' ? 'IP' : 'IP6'} ${endText(first, transport, 'src', 'sport')} > ${endText(first, transport, 'dst', 'dport')}${separator}`;
  if (transport && inner[0]?.proto === 'vxlan') {
    const [vxlan, ...frame] = inner;
    const head = ends(`: VXLAN, flags [I] (0x08), vni ${fieldText(vxlan, 'vni') ?? ''}`);
    return [head, ...dumpLines({ layers: frame, length: payload - sizeOf(transport) - sizeOf(vxlan) })];
  }
  return [ends(`: ${transport ? transportText(transport, payload) : `length ${payload}`}`)];
}

function arpText(arp: LayerFact): string {
  const [sender, target] = [fieldText(arp, 'sender') ?? '', fieldText(arp, 'target') ?? ''];
  return Number(arp['operation']) === ARP_REQUEST
    ? `Request who-has ${target} tell ${sender}`
    : `Reply ${sender} is-at ${fieldText(arp, 'senderMac') ?? ''}`;
}

/** Octets of a header whose size does not depend on what it carries. */
const sizeOf = ({ proto }: LayerFact): number =>
  Object.hasOwn(HEADERS, proto) ? headSize(HEADERS[proto as keyof typeof HEADERS], {}) : 0;

function endText(ip: LayerFact, transport: LayerFact | undefined, address: string, port: string): string {
  // What tcpdump does not dissect shows no ports.
  const number = transport?.proto === 'udplite' ? undefined : fieldText(transport, port);
  return `${fieldText(ip, address) ?? ''}${number === undefined ? '' : `.${number}`}`;
}

function transportText(layer: LayerFact, length: number): string {
  switch (layer.proto) {
    case 'tcp':
      return `Flags [${flagsText(layer)}],${optionsText(layer)} length ${length - sizeOf(layer)}`;
    case 'udp':
      return `UDP, length ${length - sizeOf(layer)}`;
    case 'sctp':
      return 'sctp (1) [INIT]';
    case 'dccp':
      return 'DCCP DCCP-Request (service=0)';
    case 'udplite':
      return ` ip-proto-136 ${length}`;
    case 'icmp':
      return `ICMP ${icmpText(layer)}, length ${length}`;
    case 'icmpv6':
      return `ICMP6, ${icmpv6Text(layer)}, length ${length}`;
    case 'esp':
      return `ESP(spi=0x${hex(layer, 'spi').padStart(8, '0')},seq=0x${hex(layer, 'seq')}), length ${length}`;
    case 'ipv4':
    case 'ipv6':
      return `${layer.proto === 'ipv4' ? 'IP' : 'IP6'} ${fieldText(layer, 'src') ?? ''} > ${fieldText(layer, 'dst') ?? ''}: length ${length}`;
    default:
      return ` ip-proto-${fieldText(layer, 'protocol') ?? layer.proto} ${length}`;
  }
}

const hex = (layer: LayerFact, field: string): string => Number(fieldText(layer, field) ?? 0).toString(16);

const LETTERS: Readonly<Record<string, string>> = {
  FIN: 'F',
  SYN: 'S',
  RST: 'R',
  PSH: 'P',
  ACK: '.',
  URG: 'U',
  ECE: 'E',
  CWR: 'W',
};

function optionsText(layer: LayerFact): string {
  const mss = fieldText(layer, 'mss');
  return mss === undefined ? '' : ` options [mss ${mss}],`;
}

function flagsText(layer: LayerFact): string {
  const flags = layer['flags'];
  const letters = Array.isArray(flags) ? flags.map((flag: string) => LETTERS[flag] ?? '').join('') : '';
  return letters === '' ? 'none' : letters;
}

/** The model sends each ping once: its sequence number is the first unless one was given. */
const echo = (layer: LayerFact): string =>
  `id ${fieldText(layer, 'id') ?? 0}, seq ${fieldText(layer, 'seq') ?? 1}`;

function icmpText(layer: LayerFact): string {
  const type = Number(layer['type']);
  const code = Number(layer['code']);
  switch (type) {
    case 0:
      return `echo reply, ${echo(layer)}`;
    case 8:
      return `echo request, ${echo(layer)}`;
    case 3:
      return unreachableText(layer, code);
    case 11:
      return code === 0 ? 'time exceeded in-transit' : 'ip reassembly time exceeded';
    default:
      return `type-#${type}`;
  }
}

function unreachableText(layer: LayerFact, code: number): string {
  const about = quotedFlow(layer);
  const dst = about?.dst ?? '?';
  switch (code) {
    case 0:
      return `net ${dst} unreachable`;
    case 1:
      return `host ${dst} unreachable`;
    case 2:
      return `${dst} protocol ${about?.proto ?? '?'} unreachable`;
    case 3:
      return `${dst} ${about?.proto ?? '?'} port ${about?.dport ?? '?'} unreachable`;
    case 4:
      return `${dst} unreachable - need to frag (mtu ${fieldText(layer, 'mtu') ?? 0})`;
    case 9:
      return `net ${dst} unreachable - admin prohibited`;
    case 10:
      return `host ${dst} unreachable - admin prohibited`;
    case 13:
      return `host ${dst} unreachable - admin prohibited filter`;
    default:
      return `${dst} unreachable - #${code}`;
  }
}

function icmpv6Text(layer: LayerFact): string {
  const code = Number(layer['code']);
  const about = quotedFlow(layer);
  const dst = about?.dst ?? '?';
  switch (Number(layer['type'])) {
    case 1:
      return `destination unreachable, ${unreachable6Text(code, dst, about)}`;
    case 2:
      return `packet too big, mtu ${fieldText(layer, 'mtu') ?? 0}`;
    case 3:
      return `time exceeded in-transit for ${dst}`;
    case 128:
      return `echo request, ${echo(layer)}`;
    case 129:
      return `echo reply, ${echo(layer)}`;
    case NEIGHBOUR.solicitation:
      return `neighbor solicitation, who has ${fieldText(layer, 'target') ?? ''}`;
    case NEIGHBOUR.advertisement:
      return `neighbor advertisement, tgt is ${fieldText(layer, 'target') ?? ''}`;
    default:
      return `type-#${fieldText(layer, 'type') ?? ''}`;
  }
}

function unreachable6Text(code: number, dst: string, about: ReturnType<typeof quotedFlow>): string {
  switch (code) {
    case 0:
      return `unreachable route ${dst}`;
    case 1:
      return `unreachable prohibited ${dst}`;
    case 3:
      return `unreachable address ${dst}`;
    case 4:
      return `unreachable port, ${dst} ${about?.proto ?? '?'} port ${about?.dport ?? '?'}`;
    default:
      return `unknown unreach code (${code})`;
  }
}
