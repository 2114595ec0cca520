/** Packets and flows as the report prints them: terms opened, fields by the forms that their headers state. */
import type { Flow } from '../packet/flow.ts';
import type { FieldForm } from '../packet/header.ts';
import { HEADERS, ipOf, lengthOf, transportOf, type Header, type Packet } from '../packet/packet.ts';
import { flagNames } from '../packet/tcp.ts';
import type { FieldFact, FlowFact, LayerFact, PacketFact } from '../report/report.ts';
import { formatAddress, formatMac, type Value } from '../value/address.ts';
import { valueOf, type Term } from '../value/term.ts';

export const addressText = (term: Term): string => formatAddress(valueOf(term));

export const numberOf = (term: Term): number => Number(valueOf(term));

/** Prints a term as its field is printed everywhere: addresses as text, ports, identifiers and marks as numbers. */
export function fieldFact(field: string, term: Term): string | number {
  return field === 'src' || field === 'dst' ? addressText(term) : numberOf(term);
}

function formed(form: FieldForm, value: unknown): FieldFact {
  switch (form) {
    case 'address':
      return formatAddress(value as Value);
    case 'mac':
      return formatMac(value as number);
    case 'number':
      return Number(value);
    case 'flags':
      return flagNames(value as number);
    case 'text':
      return String(value);
    default:
      return form satisfies never;
  }
}

/** Each header's fields as a list, since a walk prints the same few headers over and over. */
const FORMS = new Map(Object.values(HEADERS).map((spec) => [spec.proto, Object.entries(spec.fields)]));

export function layerFact(header: Header): LayerFact {
  const fact: Record<string, FieldFact> & { proto: string } = { proto: header.proto };
  const values = header as unknown as Readonly<Record<string, unknown>>;
  for (const [field, form] of FORMS.get(header.proto) ?? []) fact[field] = formed(form, values[field]);
  if ('quoted' in header && header.quoted) fact['quoted'] = flowFact(header.quoted);
  return fact;
}

const ICMP_NAMES: Readonly<Record<number, string>> = { 1: 'icmp', 58: 'icmpv6' };
const PORT_NAMES: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp' };

/** A session's tuple. */
export function flowFact({ proto, src, dst, sport, dport }: Flow): FlowFact {
  const number = numberOf(proto);
  const ends = { src: addressText(src), dst: addressText(dst) };
  const ported = PORT_NAMES[number];
  if (ported !== undefined) return { ...ends, proto: ported, sport: numberOf(sport), dport: numberOf(dport) };
  const echoed = ICMP_NAMES[number];
  if (echoed !== undefined) return { ...ends, proto: echoed, id: numberOf(sport) };
  return { ...ends, proto: String(number) };
}

/** The flow that a packet belongs to by its outermost IP header; a frame without one has no ends. */
export function flowOfPacket(packet: Packet): FlowFact {
  const ip = ipOf(packet);
  if (!ip) return { src: '', dst: '', proto: packet.headers[0]?.proto ?? '' };
  const ends = { src: addressText(ip.src), dst: addressText(ip.dst) };
  const transport = transportOf(packet);
  switch (transport?.proto) {
    case 'tcp':
      return {
        ...ends,
        proto: 'tcp',
        sport: numberOf(transport.sport),
        dport: numberOf(transport.dport),
        flags: flagNames(numberOf(transport.flags)),
      };
    case 'udp':
      return { ...ends, proto: 'udp', sport: numberOf(transport.sport), dport: numberOf(transport.dport) };
    case 'icmp':
    case 'icmpv6': {
      const { proto, type, code, id } = transport;
      return { ...ends, proto, type: numberOf(type), code: numberOf(code), id: numberOf(id) };
    }
    case 'opaque':
      return { ...ends, proto: String(numberOf(transport.protocol)) };
    case undefined: {
      const carried = packet.headers[packet.headers.indexOf(ip) + 1];
      return { ...ends, proto: String(carried ? (HEADERS[carried.proto].ipProtocol ?? 0) : 0) };
    }
    default:
      return transport satisfies never;
  }
}

/** Prints packets, each distinct header and packet of a walk once. */
export type Packets = (packet: Packet) => PacketFact;

export function describePackets(): Packets {
  const layers = new Map<Header, LayerFact>();
  const packets = new Map<Packet, PacketFact>();
  const layer = (header: Header): LayerFact => {
    const known = layers.get(header);
    if (known) return known;
    const made = layerFact(header);
    layers.set(header, made);
    return made;
  };
  return (packet) => {
    const known = packets.get(packet);
    if (known) return known;
    const made = { length: lengthOf(packet), layers: packet.headers.map(layer) };
    packets.set(packet, made);
    return made;
  };
}
