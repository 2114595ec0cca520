/**
 * For tests: a router with two interfaces, and packets as one line of text.
 *
 *    client 10.1.0.2 -- eth0 10.1.0.1 [router] eth1 10.2.0.1 -- server 10.2.0.2
 */
import { formatAddress, parseAddress, type Family } from '../../value/address.ts';
import { constant, valueOf, ZERO, type Term } from '../../value/term.ts';
import type { Flow } from '../../packet/flow.ts';
import { flowOf, ipOf, transportOf, type Header, type Packet } from '../../packet/packet.ts';
import { flagByte, flagNames, TCP_FLAGS } from '../../packet/tcp.ts';
import { concretely } from '../../walk/concrete.ts';
import type { Io } from '../../walk/device.ts';
import type { Event } from '../../walk/event.ts';
import { SessionStore } from '../../walk/session.ts';
import type { IpSets } from '../linux/ip-set.ts';
import {
  netfilter,
  readRuleset,
  type Hook,
  type Machine,
  type Netfilter,
  type Passed,
  type Passing,
} from './netfilter.ts';

const address = (text: string): Term => constant(parseAddress(text)!);

/** `S`, `SA`, `PA`, `-`: TCP flags by their initials; E and C are ECE and CWR. */
const flagsOf = (letters: string): number => flagByte(TCP_FLAGS.filter((flag) => letters.includes(flag[0]!)));

/**
 * `tcp 10.1.0.2:5555 > 10.2.0.2:80 S`, `udp …`, `icmp 10.1.0.2 > 10.2.0.2 8/0 77` (type/code id), `47 a > b`;
 * an ICMP error quotes: `icmp 10.2.0.9 > 10.2.0.1 11/0 [tcp 10.2.0.1:5555 > 10.2.0.2:80]`. IPv6 ports follow `]`.
 */
function packet(line: string): Packet {
  const [, head = '', quoted] = /^(.*?)(?:\[((?:tcp|udp|icmp).*)\])?$/.exec(line) ?? [];
  const [proto = '', from = '', , to = '', what = '', id = '0'] = head.trim().split(' ');
  const [src, sport] = endpoint(from);
  const [dst, dport] = endpoint(to);
  const ip: Header = { proto: from.split(':').length > 2 ? 'ipv6' : 'ipv4', src, dst, ttl: constant(64) };
  const [type = 0, code = 0] = what.split('/').map(Number);
  const number = (value: number): Term => constant(value);
  const transport: Header =
    proto === 'tcp'
      ? { proto, sport, dport, flags: number(flagsOf(what)) }
      : proto === 'udp'
        ? { proto, sport, dport }
        : proto === 'icmp' || proto === 'icmpv6'
          ? {
              proto,
              type: number(type),
              code: number(code),
              id: number(Number(id)),
              ...(quoted === undefined ? {} : { quoted: flowOf(packet(quoted)) }),
            }
          : { proto: 'opaque', protocol: number(Number(proto)) };
  return { headers: [ip, transport], payload: 0 };
}

/** `10.1.0.2:80`, `10.1.0.2`, `[fd00::1]:80`, `fd00::1`. */
function endpoint(text: string): readonly [Term, Term] {
  const [, six, four, port = '0'] = /^(?:\[(.*)\]|([\d.]+))(?::(\d+))?$/.exec(text) ?? [];
  return [address(six ?? four ?? text), constant(Number(port))];
}

/** The packet in the same words. */
function line({ headers, payload }: Packet): string {
  const transport = transportOf({ headers, payload });
  const { src, dst } = ipOf({ headers, payload })!;
  switch (transport?.proto) {
    case 'tcp':
      return `tcp ${flowText(flowOf({ headers, payload }))} ${initials(transport.flags)}`;
    case 'udp':
    case 'udplite':
    case 'sctp':
    case 'dccp':
      return `${transport.proto} ${flowText(flowOf({ headers, payload }))}`;
    case 'icmp':
    case 'icmpv6': {
      const { type, code, id, quoted } = transport;
      const tail = quoted ? ` [${flowText(quoted)}]` : ` ${valueOf(id)}`;
      return `${transport.proto} ${text(src)} > ${text(dst)} ${valueOf(type)}/${valueOf(code)}${tail}`;
    }
    case 'opaque':
      return `${valueOf(transport.protocol)} ${text(src)} > ${text(dst)}`;
    case undefined:
      return `? ${text(src)} > ${text(dst)}`;
    default:
      return transport satisfies never;
  }
}

const text = (term: Term): string => formatAddress(valueOf(term));
const initials = (flags: Term): string =>
  flagNames(Number(valueOf(flags)))
    .map((flag) => flag[0])
    .join('') || '-';
export const flowText = ({ src, dst, sport, dport }: Flow): string =>
  `${text(src)}:${valueOf(sport)} > ${text(dst)}:${valueOf(dport)}`;

const OWN: Readonly<Record<string, readonly string[]>> = {
  eth0: ['10.1.0.1', 'fd00:1::1'],
  eth1: ['10.2.0.1', 'fd00:2::1'],
};

const isOf = (family: Family) => (text: string) => text.includes(':') === (family === 6);

const machine = (tcpLoose: boolean, sets: IpSets | undefined): Machine => ({
  node: 'router',
  sets,
  zone: 'router/conntrack',
  table: 'conntrack',
  tcpLoose,
  masqueradeAddress: ({ packet, out = '' }) =>
    OWN[out]?.filter(isOf(ipOf(packet)!.proto === 'ipv4' ? 4 : 6)).map(address)[0],
  pathMtu: ({ mtu = 1500 }) => mtu,
  redirectAddress: (port, _, family) => OWN[port]?.filter(isOf(family)).map(address)[0],
  addressType: (term, _, on) => {
    const own = on === undefined ? Object.values(OWN).flat() : (OWN[on] ?? []);
    return own.includes(text(term)) ? 'LOCAL' : 'UNICAST';
  },
  isReversePath: ({ packet, in: port }, { loose }) => {
    const isNear = text(ipOf(packet)!.src).startsWith(port === 'eth0' ? '10.1.' : '10.2.');
    return loose || isNear;
  },
  sendError: ({ type, code }, { packet }, io) => {
    const { src, proto } = ipOf(packet)!;
    const icmp = { proto: proto === 'ipv4' ? 'icmp' : 'icmpv6', id: ZERO, quoted: flowOf(packet) } as const;
    const from = address(proto === 'ipv4' ? '10.1.0.1' : 'fd00:1::1');
    const headers = [
      { proto, src: from, dst: src, ttl: constant(64) },
      { ...icmp, type: constant(type), code: constant(code) },
    ];
    io.originate({ headers, payload: 28 }, 'filter-denied');
  },
});

export interface Crossed {
  readonly passed: Passed;
  /** The packet as it left, in words; the reason it did not. */
  readonly fate: string;
  readonly events: readonly Event[];
  readonly originated: readonly string[];
  readonly passing: Passing;
}

export interface Router {
  readonly forward: (line: string, from?: 'eth0' | 'eth1') => Crossed;
  readonly deliver: (line: string) => Crossed;
  readonly send: (line: string, out?: 'eth0' | 'eth1' | 'eth2') => Crossed;
  readonly store: SessionStore;
}

/** A packet of the router's own as it leaves. */
function sent(filter: Netfilter, packet: Packet, io: Io): Packet {
  let passing: Passing = { packet, mark: ZERO, out: 'eth0' };
  for (const hook of ['OUTPUT', 'POSTROUTING'] as const) {
    const passed = filter.pass(hook, passing, io);
    if (passed.do === 'accept') ({ passing } = passed);
  }
  return passing.packet;
}

/** A router with these rules, which remembers what its kernel would. */
export function router(
  rules: string,
  { family = 4, tcpLoose = true, sets }: { family?: Family; tcpLoose?: boolean; sets?: IpSets } = {},
): Router {
  const { ruleset, problems: all } = readRuleset(rules, { family, at: '/rules' });
  const problems = all.filter((one) => !one.isWarning);
  if (problems.length > 0) throw new Error(problems.map((one) => `${one.line}: ${one.message}`).join('\n'));
  const filter = netfilter({ [family]: ruleset }, machine(tcpLoose, sets));
  const store = new SessionStore();
  const cross = (hooks: readonly (readonly [Hook, Partial<Passing>])[], start: string): Crossed => {
    const events: Event[] = [];
    const made: Packet[] = [];
    const io: Io = {
      ask: concretely(),
      sessions: store,
      note: (event) => events.push(event),
      originate: (packet) => made.push(packet),
    };
    let passing: Passing = { packet: packet(start), mark: ZERO };
    let passed: Passed = { do: 'accept', passing };
    for (const [hook, sides] of hooks) {
      passing = { ...passing, ...sides };
      passed = filter.pass(hook, passing, io);
      if (passed.do !== 'accept') break;
      passing = passed.passing;
    }
    store.commit();
    const fate =
      passed.do === 'accept'
        ? line(passing.packet)
        : passed.do === 'drop'
          ? passed.reason
          : `unknown: ${passed.missing}`;
    const quiet: Io = { ...io, note: () => undefined };
    const originated = made.map((one) => line(sent(filter, one, quiet)));
    return { passed, fate, events, originated, passing };
  };
  return {
    store,
    forward: (packet, from = 'eth0') =>
      cross(
        [
          ['PREROUTING', { in: from }],
          ['FORWARD', { out: from === 'eth0' ? 'eth1' : 'eth0' }],
          ['POSTROUTING', {}],
        ],
        packet,
      ),
    deliver: (packet) =>
      cross(
        [
          ['PREROUTING', { in: 'eth0' }],
          ['INPUT', {}],
        ],
        packet,
      ),
    send: (packet, out = 'eth1') =>
      cross(
        [
          ['OUTPUT', { out }],
          ['POSTROUTING', {}],
        ],
        packet,
      ),
  };
}

/** What connection tracking called the packet; undefined when it took no notice. */
export const stateOf = ({ events }: Crossed): string | undefined =>
  events.find((event) => event.type === 'session')?.state;

/** The decisions: `table/chain/rule ACTION`, `dnat dst a -> b`, in order. */
export const decisions = ({ events }: Crossed): string[] =>
  events.flatMap((event) => {
    if (event.type === 'matched')
      return [`${event.table}/${event.chain}/${event.rule?.rule ?? 'policy'} ${event.action}`];
    if (event.type !== 'rewrote') return [];
    const show = (term: Term): string => (/src|dst/.test(event.field) ? text(term) : String(valueOf(term)));
    return [`${event.kind} ${event.field} ${show(event.before)} -> ${show(event.after)}`];
  });

/** How often a rule decided, by `table/chain/rule`. */
export const hits = (crossed: readonly Crossed[], place: string): number =>
  crossed.flatMap(decisions).filter((decision) => decision.startsWith(`${place} `)).length;
