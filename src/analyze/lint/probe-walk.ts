/** Packets that rules send to see what happens: a SYN, from where nobody in the topology need be. */
import type { Nic } from '../../kinds/declarations.ts';
import type { Topology } from '../../topology/topology.ts';
import { prefix } from '../../value/prefix.ts';
import { familyOf, type Address } from '../../value/address.ts';
import { SessionStore } from '../../walk/session.ts';
import type { Walk } from '../../walk/walk.ts';
import { branchesOf } from '../branches.ts';
import { trace, type Question, type Trace } from '../trace.ts';

/** A host on the Internet that is nobody's. */
const STRANGER: Readonly<Record<4 | 6, Address>> = {
  4: prefix('203.0.113.217/32').first,
  6: prefix('2001:db8:ffff::217/128').first,
};

export const strangerFor = (address: Address): Address => STRANGER[familyOf(address)];

const TCP = 6;

interface Flow {
  readonly src: Address;
  readonly dst: Address;
  readonly port: number;
  readonly proto?: number;
}

const questionOf = ({ src, dst, port, proto = TCP }: Flow): Question => ({
  packet: { src, dst, proto, sport: 49_152, dport: port, flags: proto === TCP ? ['SYN'] : [], id: 0 },
  picks: new Map(),
  noReturn: false,
  handshake: false,
});

/** The three packets that open a connection, as far as they come. */
export function begun(topology: Topology, flow: Flow): readonly Walk[] | undefined {
  const traced = trace(topology, { ...questionOf(flow), handshake: true }, new SessionStore());
  return 'problem' in traced ? undefined : traced.walks.map(({ walk }) => walk);
}

/** Branches of one flow that are looked at. */
const MOST = 16;

/** Every way that load balancers can take it. */
export function everyWay(topology: Topology, flow: Flow): readonly Trace[] {
  const found = branchesOf(topology, questionOf(flow), MOST);
  return 'problem' in found ? [] : found.branches.map((one) => one.trace);
}

/**
 * Whether a flow, or one the other way, comes back by other appliances of these than it went, down some way; undefined where
 * neither can be walked, or filters, which may let others through, end them.
 */
export function partsAmong(
  topology: Topology,
  flow: Flow,
  appliances: ReadonlySet<string>,
): boolean | undefined {
  const passed = (walk: Walk): string =>
    [...nodesOf(walk)]
      .filter((one) => appliances.has(one))
      .toSorted()
      .join(' ');
  const traces = [flow, { ...flow, src: flow.dst, dst: flow.src }].map((one) => everyWay(topology, one));
  for (const ways of traces) {
    const both = ways.flatMap(({ walks: [there, back] }) =>
      there && back && !isCut(back.walk) ? [[there.walk, back.walk] as const] : [],
    );
    if (both.length > 0) return both.some(([there, back]) => passed(there) !== passed(back));
  }
  return traces.flat().some(({ walks }) => walks.some(({ walk }) => isCut(walk))) ? false : undefined;
}

/** Whether it ended for what neither a filter nor an appliance without the state did. */
const isCut = ({ verdict }: Walk): boolean =>
  verdict.outcome === 'dropped' && !/^(?:filter|session)-/.test(verdict.reason);

/** The way of a packet that comes in by a NIC. */
export function injected(topology: Topology, { node, port }: Nic, flow: Flow): Walk | undefined {
  const question = { ...questionOf(flow), in: { node, port }, noReturn: true };
  const traced = trace(topology, question, new SessionStore());
  return 'problem' in traced ? undefined : traced.walks[0]?.walk;
}

/** The nodes that a walk came by. */
export const nodesOf = (walk: Walk): ReadonlySet<string> =>
  new Set(walk.events.flatMap((event) => (event.type === 'entered' ? [event.device.node] : [])));
