/** Packets and flows as the report prints them: terms opened, fields by the forms that their headers state. */
import type { Flow } from '../packet/flow.ts';
import type { FieldForm } from '../packet/header.ts';
import {
  HEADERS,
  carriedBy,
  ipOf,
  lengthOf,
  protocolOf,
  transportOf,
  type Header,
  type Packet,
} from '../packet/packet.ts';
import { flagNames } from '../packet/tcp.ts';
import type { FieldFact, FlowFact, LayerFact, PacketFact } from '../report/report.ts';
import { formatAddress, formatMac } from '../value/address.ts';
import { valueOf, type Term } from '../value/term.ts';

/**
 * Prints what one trace is made of. It remembers what it printed, since the same few headers, tuples and addresses pass
 * every hop: make one for each fold.
 */
export interface Describer {
  readonly address: (term: Term) => string;
  readonly mac: (term: Term) => string;
  readonly layer: (header: Header) => LayerFact;
  readonly packet: (packet: Packet) => PacketFact;
  /** A session's tuple. */
  readonly flow: (flow: Flow) => FlowFact;
}

export function describer(): Describer {
  const address = remembering(formatAddress);
  const mac = remembering(formatMac);
  const layer = remembering((header: Header) => layerFact(header, self));
  const self: Describer = {
    address: (term) => address(valueOf(term)),
    mac: (term) => mac(numberOf(term)),
    layer,
    packet: remembering((packet) => ({ length: lengthOf(packet), layers: packet.headers.map(layer) })),
    flow: remembering((flow) => flowFact(flow, self)),
  };
  return self;
}

/** A function that answers the same question once. */
function remembering<Question, Answer extends object | string>(
  ask: (question: Question) => Answer,
): (question: Question) => Answer {
  const answers = new Map<Question, Answer>();
  return (question) => {
    const known = answers.get(question);
    if (known !== undefined) return known;
    const answer = ask(question);
    answers.set(question, answer);
    return answer;
  };
}

export const numberOf = (term: Term): number => Number(valueOf(term));

/** Prints a term as its field is printed everywhere: addresses as text, ports, identifiers and marks as numbers. */
export const fieldFact = (field: string, term: Term, describe: Describer): string | number =>
  field === 'src' || field === 'dst' ? describe.address(term) : numberOf(term);

function formed(form: FieldForm, value: Term, describe: Describer): FieldFact {
  switch (form) {
    case 'address':
      return describe.address(value);
    case 'mac':
      return describe.mac(value);
    case 'number':
      return numberOf(value);
    case 'flags':
      return flagNames(numberOf(value));
    case 'text':
      return String(valueOf(value));
    default:
      return form satisfies never;
  }
}

/** Each header's fields as a list, since a walk prints the same few headers over and over. */
const FORMS = new Map(
  Object.values(HEADERS).map((spec) => [spec.proto, Object.entries({ ...spec.fields, ...spec.optional })]),
);

function layerFact(header: Header, describe: Describer): LayerFact {
  const fact: Record<string, FieldFact> & { proto: string } = { proto: header.proto };
  const values = header as unknown as Readonly<Record<string, Term>>;
  for (const [field, form] of FORMS.get(header.proto) ?? []) {
    const value = values[field];
    if (value !== undefined) fact[field] = formed(form, value, describe);
  }
  if ('quoted' in header && header.quoted) fact['quoted'] = describe.flow(header.quoted);
  return fact;
}

const ICMP_NAMES: Readonly<Record<number, string>> = { 1: 'icmp', 58: 'icmpv6' };
const PORT_NAMES: Readonly<Record<number, string>> = {
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  132: 'sctp',
  136: 'udplite',
};

function flowFact(flow: Flow, describe: Describer): FlowFact {
  const number = numberOf(flow.proto);
  const src = describe.address(flow.src);
  const dst = describe.address(flow.dst);
  const ported = PORT_NAMES[number];
  if (ported !== undefined)
    return { src, dst, proto: ported, sport: numberOf(flow.sport), dport: numberOf(flow.dport) };
  const echoed = ICMP_NAMES[number];
  if (echoed !== undefined) return { src, dst, proto: echoed, id: numberOf(flow.sport) };
  return { src, dst, proto: String(number) };
}

/** The flow that a packet belongs to by its outermost IP header; a frame without one has no ends. */
export function flowOfPacket(packet: Packet, describe: Describer): FlowFact {
  const ip = ipOf(packet);
  const arp = packet.headers.find((header) => header.proto === 'arp');
  if (!ip && arp)
    return { src: describe.address(arp.sender), dst: describe.address(arp.target), proto: 'arp' };
  if (!ip) return { src: '', dst: '', proto: packet.headers[0]?.proto ?? '' };
  const src = describe.address(ip.src);
  const dst = describe.address(ip.dst);
  const transport = transportOf(packet);
  switch (transport?.proto) {
    case 'tcp': {
      const { sport, dport, flags } = transport;
      const ports = { sport: numberOf(sport), dport: numberOf(dport) };
      return { src, dst, proto: 'tcp', ...ports, flags: flagNames(numberOf(flags)) };
    }
    case 'udp':
    case 'udplite':
    case 'sctp':
    case 'dccp':
      return {
        src,
        dst,
        proto: transport.proto,
        sport: numberOf(transport.sport),
        dport: numberOf(transport.dport),
      };
    case 'icmp':
    case 'icmpv6': {
      const { proto, type, code, id } = transport;
      return { src, dst, proto, type: numberOf(type), code: numberOf(code), id: numberOf(id) };
    }
    case 'opaque':
      return { src, dst, proto: String(numberOf(transport.protocol)) };
    case undefined: {
      const carried = carriedBy(packet);
      return { src, dst, proto: String(carried ? protocolOf(carried) : 0) };
    }
    default:
      return transport satisfies never;
  }
}
