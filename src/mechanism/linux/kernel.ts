/**
 * A Linux machine as a device: the way of a packet through ip_rcv, routing, netfilter and ip_output.
 *
 *      in -> PREROUTING -> route -+-> INPUT -> socket            socket -> route -> OUTPUT -+
 *                                 |                                                         |
 *                                 +-> TTL -> FORWARD ------------------------> POSTROUTING -+-> out
 */
import { constant, ZERO } from '../../value/term.ts';
import { ipOf, type Packet } from '../../packet/packet.ts';
import type { Action, Device, Io } from '../../walk/device.ts';
import { decrement, familyNumber } from '../ttl.ts';
import type { Hook } from '../netfilter/hook.ts';
import type { Passed, Passing } from '../netfilter/machine.ts';
import { attaching } from '../netfilter/netfilter.ts';
import { addressesTowards, sendUnreachable } from './errors.ts';
import type { LinuxMachine } from './machine.ts';
import type { LinuxRoute } from './route.ts';
import { routeFact } from './routing.ts';
import { deliver, initialTtl, openSocket } from './sockets.ts';
import { checkSource } from './source-validation.ts';

export const linux = (machine: LinuxMachine): Device => ({
  name: machine.node,
  node: machine.node,
  kind: machine.kind,
  where: machine.where,
  ttl: (family) => initialTtl(machine, family),
  answers: (_port, address, ask) => machine.routing.isLocal(address, ask),
  receive: (port, packet, io) => remembering(receive(machine, port, packet, io)),
  originate: (packet, io) => {
    openSocket(machine, packet, io);
    return remembering(output(machine, packet, io));
  },
});

/**
 * The kernel remembers as it goes: a socket that a filter silences is open all the same, and a flow that a closed port
 * refuses was tracked. What is dropped before conntrack confirms it was never staged.
 */
const remembering = (action: Action): Action =>
  action.do === 'drop' ? { ...action, remembers: true } : action;

function receive(machine: LinuxMachine, port: string, packet: Packet, io: Io): Action {
  const arrived: Passing = { packet, in: port, mark: ZERO };
  return through(machine, 'PREROUTING', arrived, io, (passing) => {
    const refused = checkSource(machine, port, passing.packet, io);
    if (refused) return refused;
    const answering = attaching(passing, io);
    if (!machine.routing.isLocal(ipOf(passing.packet)!.dst, io.ask))
      return forward(machine, port, passing, answering);
    return through(machine, 'INPUT', passing, answering, (last) => deliver(machine, last, answering));
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
  // ip_route_output_key: what is for the machine itself leaves by lo, whatever interface has the address.
  const out = route.type === 'local' ? 'lo' : route.dev!;
  return through(machine, 'OUTPUT', { packet, out, mark: ZERO }, io, (passing) => {
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
  if (isForwarded && code !== undefined) sendUnreachable(machine, packet, code, refusal.reason, io);
  return { do: 'drop', reason: refusal.reason, at: route?.at ?? machine.at };
}
