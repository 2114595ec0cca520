/**
 * A distributed firewall: a stateful filter between a machine and its NICs, which sees both directions of a flow wherever
 * the machine is, and whichever ways the packets take from there (VMware NSX: Distributed Firewall).
 */
import { ipOf, type Packet } from '../../packet/packet.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Action, Device, Io } from '../../walk/device.ts';
import { factOf, fieldsOf, firstMatch, nearMisses, type ListedRule } from '../rule-list.ts';
import { inspect, type Refused } from './inspect.ts';

export type VnicDirection = 'in' | 'out';

export interface VnicRule extends ListedRule {
  /** As the machine sees it; undefined is both. */
  readonly direction: VnicDirection | undefined;
}

export interface VnicFilter {
  readonly name: string;
  /** The first that matches decides; what none matches is denied. */
  readonly rules: readonly VnicRule[];
  readonly allowsAsymmetric: boolean;
  readonly at: Cite;
}

/** The machine behind a filter at these of its ports. */
export function guarded(device: Device, filter: VnicFilter, nics: ReadonlySet<string>): Device {
  const pass = passing(device.node, filter);
  const leaving = (action: Action, io: Io): Action => {
    if (action.do !== 'send' || !nics.has(action.port)) return action;
    const refused = pass('out', action.port, action.packet, io);
    // The machine did send it.
    return refused ? { ...refused, packet: action.packet, remembers: true } : action;
  };
  return {
    ...device,
    receive: (port, packet, io) =>
      (nics.has(port) ? pass('in', port, packet, io) : undefined) ??
      leaving(device.receive(port, packet, io), io),
    ...(device.originate && {
      originate: (packet: Packet, io: Io) => leaving(device.originate!(packet, io), io),
    }),
  };
}

/** Each NIC has sessions of its own. ARP passes. */
function passing(
  node: string,
  filter: VnicFilter,
): (direction: VnicDirection, port: string, packet: Packet, io: Io) => Refused | undefined {
  const { name, allowsAsymmetric, at } = filter;
  return (direction, port, packet, io) => {
    if (!ipOf(packet)) return undefined;
    const tracker = { zone: `${node}/${port}/${name}`, table: 'distributed-firewall', tcpLoose: false };
    const judge = (judged: Packet): Refused | undefined => decide(filter, direction, judged, io);
    return inspect({ tracker, judge, allowsAsymmetric, at }, packet, io);
  };
}

function decide(
  { name, rules, at }: VnicFilter,
  direction: VnicDirection,
  packet: Packet,
  io: Io,
): Refused | undefined {
  const seen = fieldsOf(packet);
  const own = rules.filter((rule) => rule.direction === undefined || rule.direction === direction);
  const position = firstMatch(own, seen, io.ask);
  const rule = own[position];
  io.note({
    type: 'matched',
    table: 'filter',
    chain: `${name} ${direction}`,
    rule: rule && factOf(rule),
    action: rule?.access ?? 'Deny',
    near: () => nearMisses(rule ? own.slice(0, position) : own, seen, io.ask),
  });
  if (rule?.access === 'Allow') return undefined;
  return {
    do: 'drop',
    reason: rule ? 'filter-denied' : 'filter-default-policy',
    at: rule?.at ?? below(at, 'rules'),
  };
}
