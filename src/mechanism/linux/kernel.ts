/**
 * A Linux machine as a device: the way of a packet through ip_rcv, routing, netfilter and ip_output.
 *
 *      in -> PREROUTING -> route -+-> INPUT -> socket            socket -> route -> OUTPUT -+
 *                                 |                                                         |
 *                                 +-> TTL -> FORWARD ------------------------> POSTROUTING -+-> out
 */
import type { Address, Family } from '../../value/address.ts';
import { range, setOf, type IntegerSet } from '../../value/integer-set.ts';
import { constant, ZERO } from '../../value/term.ts';
import { flowOf, ipOf, transportOf, type Packet } from '../../packet/packet.ts';
import { reverse } from '../../packet/flow.ts';
import { ICMP_TYPE } from '../../packet/icmp.ts';
import { flagByte, type TcpFlag } from '../../packet/tcp.ts';
import type { Cite } from '../../walk/cite.ts';
import type { Action, Device, Io } from '../../walk/device.ts';
import { decrement, familyNumber, icmpError } from '../ttl.ts';
import type { Hook } from '../netfilter/hook.ts';
import type { Passed, Passing } from '../netfilter/machine.ts';
import type { Netfilter } from '../netfilter/netfilter.ts';
import type { LinuxRoute } from './route.ts';
import { routeFact, type InterfaceAddress, type Routing } from './routing.ts';
import type { Sysctl } from './sysctl.ts';

export interface LinuxMachine {
  readonly node: string;
  readonly kind: string;
  readonly where: string | undefined;
  readonly interfaces: ReadonlyMap<string, readonly InterfaceAddress[]>;
  readonly routing: Routing;
  readonly sysctl: Sysctl;
  readonly netfilter: Netfilter;
  /** Ports that something listens on by IP protocol; undefined when the topology does not say. */
  readonly listeners: ReadonlyMap<number, IntegerSet> | undefined;
  readonly at: Cite;
}

const LOOPBACK = range(0x7f000000, 0x7fffffff);
const NO_SOURCE = setOf([
  { first: 0, last: 0xffffff },
  { first: 0xe0000000, last: 0xefffffff },
  { first: 0xffffffff, last: 0xffffffff },
]);
const flagsWith = (...flags: readonly TcpFlag[]): IntegerSet =>
  setOf(
    Array.from({ length: 256 }, (_, byte) => byte)
      .filter((byte) => (byte & flagByte(flags)) === flagByte(flags))
      .map((byte) => ({ first: byte, last: byte })),
  );
const HAS_RST = flagsWith('RST');
const HAS_ACK = flagsWith('ACK');
const SYN_ACK = flagsWith('SYN', 'ACK');

export const linux = (machine: LinuxMachine): Device => ({
  name: machine.node,
  node: machine.node,
  kind: machine.kind,
  where: machine.where,
  ttl: (family) => initialTtl(machine, family),
  receive: (port, packet, io) => receive(machine, port, packet, io),
  originate: (packet, io) => {
    const flow = flowOf(packet);
    io.sessions.stage(socketsOf(machine), { original: flow, reply: reverse(flow) });
    return output(machine, packet, io);
  },
});

const initialTtl = ({ sysctl }: LinuxMachine, family: Family): number =>
  sysctl.get(family === 4 ? 'net.ipv4.ip_default_ttl' : 'net.ipv6.conf.all.hop_limit');

/** Flows that this machine began or answered: what comes back for them needs no listener. */
const socketsOf = (machine: LinuxMachine): string => `${machine.node}/sockets`;

function receive(machine: LinuxMachine, port: string, packet: Packet, io: Io): Action {
  const arrived: Passing = { packet, in: port, mark: ZERO };
  return through(machine, 'PREROUTING', arrived, io, (passing) => {
    const refused = checkSource(machine, port, passing.packet, io);
    if (refused) return refused;
    if (!machine.routing.isLocal(ipOf(passing.packet)!.dst, io.ask))
      return forward(machine, port, passing, io);
    return through(machine, 'INPUT', passing, io, (last) => deliver(machine, last, io));
  });
}

/** Runs a hook and, if the packet survives it, what comes next. */
function through(
  machine: LinuxMachine,
  hook: Hook,
  passing: Passing,
  io: Io,
  next: (passing: Passing) => Action,
): Action {
  const passed: Passed = machine.netfilter.pass(hook, passing, io);
  return passed.do === 'accept' ? next(passed.passing) : passed;
}

/** What routing refuses on arrival: ip_route_input_slow and fib_validate_source. */
function checkSource(machine: LinuxMachine, port: string, packet: Packet, io: Io): Action | undefined {
  const { ask } = io;
  const { src, dst } = ipOf(packet)!;
  const { sysctl, routing } = machine;
  const isLoopback =
    port !== 'lo' && (ask.within(src, LOOPBACK, machine.at) || ask.within(dst, LOOPBACK, machine.at));
  if (isLoopback && !sysctl.either('route_localnet', port))
    return { do: 'drop', reason: 'source-martian', at: machine.at };
  if (ask.within(src, NO_SOURCE, machine.at)) return { do: 'drop', reason: 'source-martian', at: machine.at };
  if (port !== 'lo' && routing.isLocal(src, ask) && !sysctl.either('accept_local', port))
    return { do: 'drop', reason: 'source-martian', at: machine.at };
  const filter = ipOf(packet)!.proto === 'ipv4' ? sysctl.reversePathFilter(port) : 0;
  if (filter === 0 || port === 'lo') return undefined;
  const back = routing.lookup(src, ask);
  const isGood = back?.type === 'unicast' && (filter === 2 || back.dev === port);
  if (isGood) return undefined;
  io.note({ type: 'routed', table: 'source validation', route: back && routeFact(back) });
  return { do: 'drop', reason: 'reverse-path-failed', at: machine.at };
}

function forward(machine: LinuxMachine, port: string, passing: Passing, io: Io): Action {
  const family = ipOf(passing.packet)!.proto === 'ipv4' ? 4 : 6;
  if (!machine.sysctl.forwards(family, port))
    return { do: 'drop', reason: 'guest-forwarding-off', at: machine.at };
  const route = lookup(machine, passing.packet, io);
  const refused = refuse(machine, route, passing.packet, io, true);
  if (refused || !route) return refused ?? { do: 'drop', reason: 'route-missing' };
  const lived = decrement(passing.packet, () => addressesTowards(machine, passing.packet, io), io);
  if ('do' in lived) return lived;
  return through(machine, 'FORWARD', { ...passing, packet: lived, out: route.dev! }, io, (next) =>
    post(machine, next, route, io),
  );
}

function post(machine: LinuxMachine, passing: Passing, route: LinuxRoute, io: Io): Action {
  const nextHop = route.via === undefined ? ipOf(passing.packet)!.dst : constant(route.via);
  return through(machine, 'POSTROUTING', { ...passing, nextHop }, io, (last) => ({
    do: 'send',
    port: route.dev!,
    packet: last.packet,
    nextHop,
  }));
}

/** What the machine itself sends. */
function output(machine: LinuxMachine, packet: Packet, io: Io): Action {
  const route = lookup(machine, packet, io);
  const refused = refuse(machine, route, packet, io, false);
  if (refused || !route) return refused ?? { do: 'drop', reason: 'route-missing' };
  return through(machine, 'OUTPUT', { packet, out: route.dev!, mark: ZERO }, io, (passing) => {
    const isChanged = !io.ask.same(ipOf(passing.packet)!.dst, ipOf(packet)!.dst, machine.at);
    const again = isChanged ? lookup(machine, passing.packet, io) : route;
    if (!again) return { do: 'drop', reason: 'route-missing', at: machine.at };
    if (again.type === 'local')
      return through(machine, 'POSTROUTING', { ...passing, out: 'lo' }, io, (last) =>
        receive(machine, 'lo', last.packet, io),
      );
    return post(machine, { ...passing, out: again.dev! }, again, io);
  });
}

function lookup(machine: LinuxMachine, packet: Packet, io: Io): LinuxRoute | undefined {
  const destination = ipOf(packet)!.dst;
  const route = machine.routing.lookup(destination, io.ask);
  io.note({
    type: 'routed',
    table: route?.table ?? 'main',
    route: route && routeFact(route),
    rejected: () => machine.routing.rejected(destination, io.ask),
  });
  return route;
}

/** ICMP codes for what a route refuses, as ip_error and ip6_rt_init_dst_reject choose them; a blackhole is silent. */
const REFUSALS = {
  blackhole: { reason: 'route-blackhole', codes: undefined },
  unreachable: { reason: 'route-unreachable', codes: { 4: 1, 6: 0 } },
  prohibit: { reason: 'route-prohibit', codes: { 4: 13, 6: 1 } },
} as const;
const NO_ROUTE = { reason: 'route-missing', codes: { 4: 0, 6: 0 } } as const;

function refuse(
  machine: LinuxMachine,
  route: LinuxRoute | undefined,
  packet: Packet,
  io: Io,
  isForwarded: boolean,
): Action | undefined {
  const refusal = !route
    ? NO_ROUTE
    : route.type in REFUSALS
      ? REFUSALS[route.type as keyof typeof REFUSALS]
      : undefined;
  if (!refusal) return undefined;
  const code = refusal.codes?.[familyNumber(ipOf(packet)!.proto)];
  if (isForwarded && code !== undefined) answer(machine, packet, code, refusal.reason, io);
  return { do: 'drop', reason: refusal.reason, at: route?.at ?? machine.at };
}

function answer(machine: LinuxMachine, packet: Packet, code: number, cause: string, io: Io): void {
  const error = icmpError(
    packet,
    ICMP_TYPE[familyNumber(ipOf(packet)!.proto)].unreachable,
    code,
    addressesTowards(machine, packet, io),
  );
  if (error) io.originate(error, cause);
}

/** Addresses of the interface by which an answer to the packet's source would leave: the first is an error's source. */
function addressesTowards(machine: LinuxMachine, packet: Packet, io: Io): readonly Address[] {
  const back = machine.routing.lookup(ipOf(packet)!.src, io.ask);
  return (machine.interfaces.get(back?.dev ?? '') ?? [...machine.interfaces.values()].flat()).map(
    (one) => one.address,
  );
}

function deliver(machine: LinuxMachine, passing: Passing, io: Io): Action {
  const { packet } = passing;
  const flow = flowOf(packet);
  const transport = transportOf(packet);
  const deliverTo: Action = { do: 'deliver', packet };
  if (transport?.proto !== 'tcp' && transport?.proto !== 'udp') return deliverTo;
  if (io.sessions.find(socketsOf(machine), flow, 'reply')) return deliverTo;
  if (transport.proto === 'tcp' && io.ask.within(transport.flags, SYN_ACK, machine.at))
    return reset(machine, packet, 'session-missing', io);
  if (!machine.listeners) {
    io.note({ type: 'assumed', code: 'listener-presumed', about: machine.node });
    return deliverTo;
  }
  const ports = machine.listeners.get(transport.proto === 'tcp' ? 6 : 17) ?? [];
  if (io.ask.within(flow.dport, ports, machine.at)) return deliverTo;
  if (transport.proto === 'tcp') return reset(machine, packet, 'listener-missing', io);
  answer(machine, packet, ipOf(packet)!.proto === 'ipv4' ? 3 : 4, 'listener-missing', io);
  return { do: 'drop', reason: 'listener-missing', at: machine.at };
}

/**
 * Refuses a segment: a SYN for a closed port, or a SYN,ACK that answers no SYN of this machine, which not even a listener
 * takes (RFC 9293 sections 3.10.7.1 and 3.10.7.2). What acknowledges is answered without an ACK; a reset is not answered.
 */
function reset(
  machine: LinuxMachine,
  packet: Packet,
  reason: 'listener-missing' | 'session-missing',
  io: Io,
): Action {
  const ip = ipOf(packet)!;
  const { sport, dport } = flowOf(packet);
  const transport = transportOf(packet);
  const received = transport?.proto === 'tcp' ? transport.flags : ZERO;
  if (!io.ask.within(received, HAS_RST, machine.at)) {
    const flags = flagByte(io.ask.within(received, HAS_ACK, machine.at) ? ['RST'] : ['RST', 'ACK']);
    const ttl = constant(initialTtl(machine, familyNumber(ip.proto)));
    const headers: Packet['headers'] = [
      { proto: ip.proto, src: ip.dst, dst: ip.src, ttl },
      { proto: 'tcp', sport: dport, dport: sport, flags: constant(flags) },
    ];
    io.originate({ headers, payload: 0 }, reason);
  }
  return { do: 'drop', reason, at: machine.at };
}
