/** An entry of connection tracking as `conntrack -L` prints it, without its count of users. */
import type { EntryRow, FlowFact, Step } from '../report/report.ts';

type Session = Extract<Step, { readonly type: 'session' }>;

/** The kernel's number of a protocol, and its name where conntrack has one. */
const PROTOCOLS: Readonly<Record<string, readonly [name: string, number: string]>> = {
  tcp: ['tcp', '6'],
  udp: ['udp', '17'],
  icmp: ['icmp', '1'],
  icmpv6: ['icmpv6', '58'],
  '33': ['dccp', '33'],
  '47': ['gre', '47'],
  '132': ['sctp', '132'],
  '136': ['udplite', '136'],
};

/** ICMP types of requests and their answers: nf_conntrack_proto_icmp.c, nf_conntrack_proto_icmpv6.c. */
const ANSWER: Readonly<Record<number, number>> = { 8: 0, 13: 14, 15: 16, 17: 18, 128: 129, 139: 140 };

/** `tcp      6 120 SYN_SENT src=10.1.0.2 … [UNREPLIED] src=10.2.0.2 … mark=0`. */
export function entryText({ original, reply, entry }: Session): string | undefined {
  if (!entry || !reply) return undefined;
  const { state, timeout, replied, assured, mark, helper, zoneOriginal = 0, zoneReply = 0 } = entry;
  const [name, number] = PROTOCOLS[original.proto] ?? ['unknown', original.proto];
  const isOneZone = zoneOriginal === zoneReply;
  return [
    name.padEnd(8),
    number,
    timeout,
    state,
    tupleText(original, entry.request),
    !isOneZone && zoneOriginal > 0 && `zone-orig=${zoneOriginal}`,
    !replied && '[UNREPLIED]',
    tupleText(reply, entry.request === undefined ? undefined : ANSWER[entry.request]),
    !isOneZone && zoneReply > 0 && `zone-reply=${zoneReply}`,
    assured && '[ASSURED]',
    `mark=${mark}`,
    helper !== undefined && `helper=${helper}`,
    isOneZone && zoneOriginal > 0 && `zone=${zoneOriginal}`,
  ]
    .filter((part) => part !== undefined && part !== false)
    .join(' ');
}

function tupleText({ src, dst, sport, dport, id }: FlowFact, type: EntryRow['request']): string {
  const ends = `src=${src} dst=${dst}`;
  if (type !== undefined) return `${ends} type=${type} code=0 id=${id ?? 0}`;
  return sport === undefined ? ends : `${ends} sport=${sport} dport=${dport ?? 0}`;
}
