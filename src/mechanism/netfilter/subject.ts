/** A packet as the rules of one machine see it at one moment: its fields, by name. */
import { V6, type Family } from '../../value/address.ts';
import { joined } from '../../value/bits.ts';
import { constant, ZERO, type Term } from '../../value/term.ts';
import type { Flow } from '../../packet/flow.ts';
import { flowOf, ipOf, lengthOf, transportOf, type Transport } from '../../packet/packet.ts';
import type { Machine, Passing } from './machine.ts';
import { mssOf } from '../segment-size.ts';

/** Fields that most rules read, in the order of a subject's terms. */
const FIELDS = [
  'src',
  'dst',
  'ttl',
  'protocol',
  'sport',
  'dport',
  'flags',
  'type',
  'code',
  'mark',
  'original-protocol',
  'original-src',
  'original-dst',
  'original-sport',
  'original-dport',
  'reply-src',
  'reply-dst',
  'reply-sport',
  'reply-dport',
] as const;

/** Fields that are worked out when a rule asks. */
const RARE = {
  /** Octets from the IP header on. */
  length: ({ passing }) => constant(lengthOf(passing.packet)),
  /** Of a SYN that says one. */
  mss: ({ passing }) => mssOf(passing.packet),
  dscp: ({ passing }) => ipOf(passing.packet)!.dscp ?? ZERO,
  ecn: ({ passing }) => ipOf(passing.packet)!.ecn ?? ZERO,
  /** The whole octet, of which DSCP is the upper six bits: TOS of IPv4, traffic class of IPv6. */
  tos: ({ passing }) => tosOf(passing),
  connmark: ({ passing: { tracked, template } }) =>
    tracked?.flows ? tracked.entry.mark : tracked || !template ? undefined : ZERO,
} satisfies Record<string, (subject: Subject) => Term | undefined>;

export type Field = (typeof FIELDS)[number] | keyof typeof RARE;

/** Where a field stands among a subject's terms, so that a rule finds it in one step; -1 for one that is rarely read. */
export const slotOf = (field: Field): number => (FIELDS as readonly string[]).indexOf(field);

export interface Subject {
  readonly passing: Passing;
  readonly family: Family;
  readonly machine: Machine;
  /** Of each field, by its slot; undefined where the packet has none, as a ping has no ports. */
  readonly terms: readonly (Term | undefined)[];
}

export function subjectOf(passing: Passing, machine: Machine): Subject {
  const { packet, mark, tracked, template } = passing;
  const ip = ipOf(packet)!;
  const transport = transportOf(packet);
  const [sport, dport, flags, type, code] = transportTerms(transport);
  const { original, reply } = tracked?.flows ?? (tracked || !template ? NO_FLOWS : BLANK_FLOWS[ip.proto]);
  const terms = [ip.src, ip.dst, ip.ttl, flowOf(packet).proto, sport, dport, flags, type, code, mark];
  terms.push(original?.proto, original?.src, original?.dst, original?.sport, original?.dport);
  terms.push(reply?.src, reply?.dst, reply?.sport, reply?.dport);
  return { passing, family: ip.proto === 'ipv4' ? 4 : 6, machine, terms };
}

/** A field of the packet; undefined where it has none. */
export const fieldOf = (field: Field, slot: number, subject: Subject): Term | undefined =>
  slot < 0 ? RARE[field as keyof typeof RARE](subject) : subject.terms[slot];

export function tosOf({ packet }: Passing): Term {
  const { dscp = ZERO, ecn = ZERO } = ipOf(packet)!;
  return joined(dscp, ecn, 2);
}

const NO_FLOWS = { original: undefined, reply: undefined };

/** In raw a template of CT stands for the flow, and holds nothing yet (nf_ct_tmpl_alloc). */
const blank = (address: Term): { readonly original: Flow; readonly reply: Flow } => {
  const flow: Flow = { proto: ZERO, src: address, dst: address, sport: ZERO, dport: ZERO };
  return { original: flow, reply: flow };
};
const BLANK_FLOWS = { ipv4: blank(ZERO), ipv6: blank(constant(V6)) } as const;

/** Source port, destination port, TCP flags, ICMP type and code. */
function transportTerms(transport: Transport | undefined): readonly (Term | undefined)[] {
  switch (transport?.proto) {
    case 'tcp':
      return [transport.sport, transport.dport, transport.flags];
    case 'udp':
    case 'udplite':
    case 'sctp':
    case 'dccp':
      return [transport.sport, transport.dport];
    case 'icmp':
    case 'icmpv6':
      return [undefined, undefined, undefined, transport.type, transport.code];
    case 'opaque':
    case undefined:
      return [];
    default:
      return transport satisfies never;
  }
}
