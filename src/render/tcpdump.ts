/** A packet as tcpdump 4.99 prints it with -n, without the time: print-ip.c, print-tcp.c, print-gre.c, print-vxlan.c, … */
import { headSize } from '../packet/header.ts';
import { HEADERS } from '../packet/packet.ts';
import type { LayerFact, PacketFact } from '../report/report.ts';
import { fieldText } from './flow.ts';
import { icmpText, icmpv6Text } from './tcpdump-icmp.ts';

/** One line, and one more for the packet inside each VXLAN header. */
export function dumpLines({ layers, length }: PacketFact): readonly string[] {
  const [first, ...rest] = layers;
  if (!first) return [];
  const inner = { layers: rest, length: length - sizeOf(first) };
  switch (first.proto) {
    // Without -e nothing is said of frames.
    case 'ethernet':
    case 'vlan':
      return dumpLines(inner);
    case 'arp':
      return [`ARP, ${arpText(first)}, length ${length}`];
    case 'ipv4':
    case 'ipv6':
      return behind(`${ipText(first, rest[0])}: `, carried(inner));
    default:
      return [`${first.proto}, length ${length}`];
  }
}

/** The lines with something before the first. */
const behind = (before: string, [first = '', ...rest]: readonly string[]): readonly string[] => [
  `${before}${first}`,
  ...rest,
];

/** Octets of a header, its trailer not counted. */
const sizeOf = (layer: LayerFact): number =>
  Object.hasOwn(HEADERS, layer.proto) ? headSize(HEADERS[layer.proto as keyof typeof HEADERS], layer) : 0;

/** `IP 10.0.0.1.49152 > 10.0.0.2.22`. */
function ipText(ip: LayerFact, transport: LayerFact | undefined): string {
  const end = (address: string, port: string): string => {
    // What tcpdump does not dissect shows no ports.
    const number = transport?.proto === 'udplite' ? undefined : fieldText(transport, port);
    return `${fieldText(ip, address) ?? ''}${number === undefined ? '' : `.${number}`}`;
  };
  return `${ip.proto === 'ipv4' ? 'IP' : 'IP6'} ${end('src', 'sport')} > ${end('dst', 'dport')}`;
}

function arpText(arp: LayerFact): string {
  const [sender, target] = [fieldText(arp, 'sender'), fieldText(arp, 'target')];
  return arp['operation'] === 1
    ? `Request who-has ${target} tell ${sender}`
    : `Reply ${sender} is-at ${fieldText(arp, 'senderMac')}`;
}

/** What an IP header carries. */
function carried(packet: PacketFact): readonly string[] {
  const [first, ...rest] = packet.layers;
  if (!first) return [`length ${packet.length}`];
  const inner = { layers: rest, length: packet.length - sizeOf(first) };
  switch (first.proto) {
    case 'ipv4':
    case 'ipv6':
      return dumpLines(packet);
    case 'destination-options':
      return behind('DSTOPT ', carried(inner));
    case 'gre':
      return behind(`GREv0${greText(first)}, length ${packet.length}: `, ofGre(inner));
    case 'udp':
      return ofUdp(first, inner) ?? [`UDP, length ${inner.length}`];
    default:
      return [transportText(first, packet.length)];
  }
}

/** tcpdump knows tunnels by their ports. */
function ofUdp({ dport, sport }: LayerFact, packet: PacketFact): readonly string[] | undefined {
  const [first, ...rest] = packet.layers;
  if (!first) return undefined;
  const inner = { layers: rest, length: packet.length - sizeOf(first) };
  const isAt = (port: number): boolean => dport === port || sport === port;
  if (first.proto === 'vxlan' && isAt(4789))
    return [`VXLAN, flags [I] (0x08), vni ${fieldText(first, 'vni')}`, ...dumpLines(inner)];
  // VXLAN at the port that Linux gives it.
  if (first.proto === 'vxlan' && isAt(8472))
    return [`OTV, flags [I] (0x08), overlay 0, instance ${fieldText(first, 'vni')}`, ...dumpLines(inner)];
  if (first.proto === 'geneve' && isAt(6081))
    return behind(`Geneve, Flags [none], vni 0x${hex(first, 'vni')}: `, dumpLines(inner));
  return first.proto === 'esp' && isAt(4500)
    ? [`UDP-encap: ${transportText(first, packet.length)}`]
    : undefined;
}

const greText = (gre: LayerFact): string =>
  [
    gre['checked'] === undefined ? '' : ', off 0x0',
    gre['key'] === undefined ? '' : `, key=0x${hex(gre, 'key')}`,
    gre['seq'] === undefined ? '' : `, seq ${fieldText(gre, 'seq')}`,
  ].join('');

/** tcpdump 4.99.3 does not look into ERSPAN. */
function ofGre(packet: PacketFact): readonly string[] {
  const proto = packet.layers[0]?.proto ?? '';
  const type = Object.hasOwn(HEADERS, proto) ? HEADERS[proto as keyof typeof HEADERS].etherType : undefined;
  return proto.startsWith('erspan') ? [`gre-proto-0x${type?.toString(16)}`] : dumpLines(packet);
}

function transportText(layer: LayerFact, length: number): string {
  switch (layer.proto) {
    case 'tcp':
      return `Flags [${flagsText(layer)}],${optionsText(layer)} length ${length - sizeOf(layer)}`;
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
