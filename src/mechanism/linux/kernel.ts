/**
 * A Linux machine as a device: the way of a packet through ip_rcv, routing, netfilter and ip_output.
 *
 *      in -> PREROUTING -> route -+-> INPUT -> socket            socket -> route -> OUTPUT -+
 *                                 |                                                         |
 *                                 +-> TTL, MTU -> FORWARD -------------------> POSTROUTING -+-> out
 */
import { BROADCAST_MAC } from '../../packet/ethernet.ts';
import { constant, ZERO, type Term } from '../../value/term.ts';
import { ipOf, type Packet } from '../../packet/packet.ts';
import type { Action, Device, Io, Question } from '../../walk/device.ts';
import { decremented, familyNumber, isExpired, timeExceeded } from '../ttl.ts';
import type { Hook } from '../netfilter/hook.ts';
import type { Passed, Passing } from '../netfilter/machine.ts';
import { attaching } from '../netfilter/netfilter.ts';
import { arpQuestion } from './arp.ts';
import type { Arrival } from '../tunnel/decapsulate.ts';
import type { TunnelEndpoint } from '../tunnel/endpoint.ts';
import { routeArrival } from './arrival.ts';
import { discover, solicitation } from './discovery.ts';
import { sendError, sendUnreachable, sent, withoutErrors } from './errors.ts';
import { fromFrame } from './frame.ts';
import { intoTunnel } from './into-tunnel.ts';
import { fromUnicast, isEchoReply, wayBack } from './link-scope.ts';
import { noted, queryFor, queryOf, routed } from './lookup.ts';
import type { LinuxMachine } from './machine.ts';
import { announcedMss, checkOuterSize, checkOwnSize, checkSize, mtuOf, noteFragments } from './mtu.ts';
import { frameOfGroup } from './multicast.ts';
import { knownNeighbour } from './neighbour-table.ts';
import { answers, V4 } from './neighbour.ts';
import { refusal } from './refusal.ts';
import { deviceOf, type LinuxRoute } from './route.ts';
import { isRefusal, type Found } from './routing.ts';
import { scopeRefusal } from './scope.ts';
import { checkOutput, checkReceived6 } from './source-validation.ts';
import { protect, unprotect } from './xfrm.ts';
import { deliver, initialTtl, openSocket } from './sockets.ts';
import { taggedPort } from './vlan-device.ts';

export const linux = (machine: LinuxMachine): Device => ({
  name: machine.node,
  node: machine.node,
  kind: machine.kind,
  where: machine.where,
  place: machine.place,
  ttl: (family) => initialTtl(machine, family),
  mss: (packet, ask) => announcedMss(machine, packet, ask),
  unseen: new Set([...machine.tunnels.byPort.keys(), ...machine.vlans.map(taggedPort)]),
  answers: (port, address, ask) => answers(machine, port, address, ask),
  neighbours: {
    known: (port, address, io) => knownNeighbour(machine, port, address, io),
    question: (port, address, packet, io) => question(machine, port, address, packet, io),
  },
  receive: (port, packet, io) => {
    const tunnel = machine.tunnels.byPort.get(port);
    if (tunnel) return remembering(output(machine, packet, io, tunnel));
    return remembering(fromFrame(machine, port, packet, io, (inner) => receive(machine, port, inner, io)));
  },
  originate: (packet, io) => {
    const made = fromUnicast(machine, packet, io);
    openSocket(machine, made, io);
    return remembering(output(machine, made, io));
  },
});

/**
 * The kernel remembers as it goes: a socket that a filter silences is open all the same, and a flow that a closed port
 * refuses was tracked. What is dropped before conntrack confirms it was never staged.
 */
const remembering = (action: Action): Action =>
  action.do === 'drop' ? { ...action, remembers: true } : action;

function receive(machine: LinuxMachine, port: string, packet: Packet, io: Io): Action {
  const refused = checkReceived6(machine, port, packet, io);
  if (refused) return refused;
  const arrived: Passing = { packet, in: port, mark: ZERO };
  return through(machine, 'PREROUTING', arrived, io, (passing) => onward(machine, port, passing, io));
}

/** ip_rcv_finish, ip6_rcv_finish: where the packet goes from here. */
function onward(machine: LinuxMachine, port: string, passing: Passing, io: Io): Action {
  const answering = attaching(passing, io);
  const arrival = routeArrival(machine, port, passing, answering);
  switch (arrival.to) {
    case 'nobody':
      return arrival.action;
    case 'other':
      return forward(machine, port, passing, arrival.route, answering);
    case 'self':
      return input(machine, passing, io);
    case 'all':
      return forMany(input(machine, passing, { ...io, originate: () => undefined }));
    default:
      return arrival satisfies never;
  }
}

const input = (machine: LinuxMachine, passing: Passing, io: Io, arrival: Arrival = 'plain'): Action =>
  through(machine, 'INPUT', passing, io, (last) => {
    const found = discover(machine, last.in ?? 'lo', last.packet, io);
    if (found) return 'advertise' in found ? onLink(machine, last.in!, found.advertise, io) : found;
    const opened = unprotect(machine, last.packet, io);
    if (opened) return 'do' in opened ? opened : again(machine, { ...last, packet: opened }, io);
    return intoTunnel(machine, last.packet, arrival, io) ?? deliver(machine, last, io);
  });

/** What came in ESP is received once more (xfrm4_transport_finish). */
const again = (machine: LinuxMachine, { packet, mark, in: port }: Passing, io: Io): Action =>
  through(machine, 'PREROUTING', { packet, mark, in: port }, io, (passing) =>
    input(machine, passing, io, 'protected'),
  );

/** Who has this address? In ARP, or in neighbour discovery, which filters see. */
function question(machine: LinuxMachine, port: string, address: Term, waiting: Packet, io: Io): Question {
  if (io.ask.within(address, V4, undefined)) return arpQuestion(machine, port, address, waiting, io);
  const packet = solicitation(machine, port, address, waiting, io);
  return { packet, send: (own) => remembering(onLink(machine, port, packet, own)) };
}

/** What the kernel says to its neighbours goes out of the interface that it is about, and no table is asked (ndisc_send_skb). */
const onLink = (machine: LinuxMachine, port: string, packet: Packet, io: Io): Action =>
  through(machine, 'OUTPUT', { packet, out: port, mark: ZERO }, io, (passing) =>
    through(machine, 'POSTROUTING', passing, io, (last) => ({
      do: 'send',
      port,
      packet: last.packet,
      nextHop: ipOf(packet)!.dst,
      groupMac: groupMacOf(last.packet, io),
    })),
  );

/** A group's frames need no neighbour. */
function groupMacOf(packet: Packet, { ask }: Io): Term | undefined {
  const { dst, proto } = ipOf(packet)!;
  return frameOfGroup(familyNumber(proto), dst, ask);
}

/** No error, reset or echo reply answers a packet for many (icmp_echo_ignore_broadcasts). */
const forMany = (action: Action): Action =>
  action.do === 'deliver' ? { ...action, isForMany: true } : action;

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

/** ip_forward, ip6_forward. */
function forward(machine: LinuxMachine, port: string, passing: Passing, route: LinuxRoute, io: Io): Action {
  const { packet } = passing;
  const family = familyNumber(ipOf(packet)!.proto);
  if (isExpired(packet, io)) {
    sendError(machine, packet, timeExceeded(family), 'ttl-expired', io, port);
    return { do: 'drop', reason: 'ttl-expired' };
  }
  const refused =
    scopeRefusal(machine, packet, port, route, io) ?? checkSize(machine, packet, port, route, io);
  if (refused) return refused;
  const lived = decremented(packet, io);
  return through(machine, 'FORWARD', outBy(machine, { ...passing, packet: lived }, route), io, (next) =>
    post(machine, next, route, io),
  );
}

function post(machine: LinuxMachine, passing: Passing, route: LinuxRoute, io: Io): Action {
  return through(machine, 'POSTROUTING', passing, io, (last) => {
    const sealed = passing.in === undefined ? protect(machine, last.packet, io) : undefined;
    if (sealed) return sendSealed(machine, { ...last, packet: sealed }, route, io);
    noteFragments(machine, last.packet, route, io);
    if (machine.links.get(route.dev!)?.hasCarrier === false) return withoutCarrier(machine, last, route, io);
    const { packet } = last;
    return {
      do: 'send',
      port: route.dev!,
      packet,
      nextHop: passing.nextHop!,
      groupMac: route.type === 'broadcast' ? BROADCAST_MAC : groupMacOf(packet, io),
      mtu: passing.mtu,
      unresolved: () => sendUnresolved(machine, last, io),
    };
  });
}

/** What was put in ESP is sent once more (xfrm_output_resume). */
const sendSealed = (machine: LinuxMachine, { packet, mark }: Passing, route: LinuxRoute, io: Io): Action =>
  through(machine, 'OUTPUT', outBy(machine, { packet, mark }, route), io, (passing) =>
    post(machine, passing, route, io),
  );

/** Nobody hears what is sent by an interface without carrier, so no neighbour answers there. */
function withoutCarrier(machine: LinuxMachine, passing: Passing, route: LinuxRoute, io: Io): Action {
  sendUnresolved(machine, passing, io);
  const note = `${route.dev} has no carrier`;
  return { do: 'drop', reason: 'neighbour-missing', at: route.at ?? machine.at, note };
}

/** ipv4_link_failure, ip6_link_failure: nobody answers for the next hop, which is told to whoever the packet is from now. */
function sendUnresolved(machine: LinuxMachine, passing: Passing, io: Io): void {
  const code = HOST_UNREACHABLE[familyNumber(ipOf(passing.packet)!.proto)];
  sendUnreachable(machine, passing.packet, code, 'neighbour-missing', attaching(passing, io), passing.in);
}

const HOST_UNREACHABLE = { 4: 1, 6: 3 } as const;

/** What hooks are told of a route that was chosen. */
function outBy(machine: LinuxMachine, passing: Passing, route: LinuxRoute): Passing {
  const ip = ipOf(passing.packet)!;
  const nextHop = route.via === undefined ? ip.dst : constant(route.via);
  return { ...passing, out: deviceOf(route), mtu: mtuOf(machine, ip, route), nextHop };
}

/** What the machine itself sends, or one of its tunnels (ip_local_out). */
function output(machine: LinuxMachine, packet: Packet, io: Io, tunnel?: TunnelEndpoint): Action {
  const { oif = tunnel?.dev, asked } = wayBack(machine, packet, io);
  const query = queryFor(packet, { iif: 'lo', mark: ZERO, oif, asked });
  const made = sent.get(packet);
  const found = made ? noted(machine, query, made, io) : routed(machine, query, io);
  const { route } = found;
  if (!route || isRefusal(route)) return refusal(machine, found, packet, undefined, io);
  // ip_tunnel_xmit and vxlan_get_route refuse a route into the tunnel itself.
  if (tunnel && route.dev === tunnel.name) return { do: 'drop', reason: 'tunnel-recursion', at: route.at };
  const refused =
    checkOutput(machine, deviceOf(route)!, packet, io) ??
    (tunnel ? checkOuterSize : checkOwnSize)(machine, packet, route, io);
  if (refused) return refused;
  const own = isEchoReply(packet, io) ? withoutErrors(io) : io;
  const leaving = outBy(machine, { packet, mark: ZERO }, route);
  return through(machine, 'OUTPUT', leaving, own, (passing) => {
    const again = passing.reroute ? rerouted(machine, passing.reroute, io) : found;
    if (!again.route || isRefusal(again.route)) return refusal(machine, again, passing.packet, undefined, io);
    if (deviceOf(again.route)! !== 'lo')
      return post(machine, outBy(machine, passing, again.route), again.route, own);
    return through(machine, 'POSTROUTING', { ...passing, out: 'lo' }, own, (last) =>
      loopedBack(machine, last, io),
    );
  });
}

/**
 * The packet keeps its flow, if it has one, and the route that it left by, unless nat gives it another destination
 * (skb_valid_dst, nf_nat_ipv4_pre_routing).
 */
function loopedBack(machine: LinuxMachine, { packet, mark, tracked }: Passing, io: Io): Action {
  const looped: Passing = {
    packet,
    mark,
    tracked: tracked?.state === 'INVALID' ? undefined : tracked,
    in: 'lo',
  };
  return through(machine, 'PREROUTING', looped, io, (passing) => {
    const isSame = io.ask.same(ipOf(passing.packet)!.dst, ipOf(packet)!.dst, undefined);
    return isSame ? input(machine, passing, io) : onward(machine, 'lo', passing, io);
  });
}

/** ip_route_me_harder */
const rerouted = (machine: LinuxMachine, { packet, mark }: NonNullable<Passing['reroute']>, io: Io): Found =>
  routed(machine, queryOf(machine, packet, { iif: 'lo', mark }), io);
