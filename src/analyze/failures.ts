/** Which failures a flow does not survive: every set of at most so many nodes, links and ports on its way. */
import { INTERNET } from '../mechanism/internet.ts';
import type { LinkDeclaration } from '../kinds/premises.ts';
import type { Topology } from '../topology/topology.ts';
import { branchesOf, type Branch } from './branches.ts';
import type { NoOrigin, Question } from './trace.ts';

/** A set of failures, and the first branch that fails with it. */
export interface Breaking {
  readonly failed: readonly string[];
  readonly branch: Branch;
}

export interface Survival {
  /** Sets that were tried. */
  readonly tried: number;
  /** Smallest first; none holds another. */
  readonly breaking: readonly Breaking[];
  /** There are more sets, or branches of one, than were asked for. */
  readonly isCut: boolean;
}

export interface Bounds {
  /** Failures at once. */
  readonly most: number;
  readonly sets: number;
  readonly branches: number;
}

/**
 * Fails what the packets of the flow came by, both ends apart, then what they come by instead, and so on: what no packet
 * comes by can fail without being noticed. A port is tried where its whole node or its link may fail.
 */
export function failuresOf(
  topology: Topology,
  question: Question,
  bounds: Bounds,
  hasArrived: (branch: Branch) => boolean,
): Survival | NoOrigin {
  const breaking: Breaking[] = [];
  const seen = new Set<string>();
  let open: readonly (readonly string[])[] = [[]];
  let tried = 0;
  let isCut = false;
  while (open.length > 0) {
    const next: (readonly string[])[] = [];
    for (const failed of open) {
      if (breaking.some((one) => isWithin(one.failed, failed, topology))) continue;
      if (tried > bounds.sets) return { tried: tried - 1, breaking, isCut: true };
      const found = branchesOf(topology.failing(failed), question, bounds.branches);
      if ('problem' in found) return found;
      tried++;
      isCut ||= found.isCut;
      const broken = found.branches.find((branch) => !hasArrived(branch));
      if (broken) breaking.push({ failed, branch: broken });
      else if (failed.length < bounds.most) next.push(...withOneMore(failed, found.branches, topology, seen));
    }
    open = next;
  }
  return { tried: tried - 1, breaking, isCut };
}

/** Whether the smaller set of failures is in the larger one, where a port is in its node and in its link. */
const isWithin = (smaller: readonly string[], larger: readonly string[], { links }: Topology): boolean =>
  smaller.every((one) =>
    larger.some(
      (other) =>
        other === one || other.startsWith(`${one}/`) || links().get(one)?.ends?.().includes(other) === true,
    ),
  );

function withOneMore(
  failed: readonly string[],
  branches: readonly Branch[],
  topology: Topology,
  seen: Set<string>,
): readonly (readonly string[])[] {
  const sets: (readonly string[])[] = [];
  for (const element of elementsOf(branches, topology)) {
    const set = [...failed, element].toSorted();
    const key = set.join('\n');
    if (seen.has(key) || isWithin([element], failed, topology)) continue;
    seen.add(key);
    sets.push(set);
  }
  return sets;
}

/** Nodes between the ends, in the order in which packets came by, then the links between all nodes, then ports. */
function elementsOf(branches: readonly Branch[], topology: Topology): readonly string[] {
  const nodes = new Set<string>();
  const ports = new Set<string>();
  const passed = new Set<string>();
  for (const { trace } of branches) {
    const ends = new Set(endsOf(trace.walks));
    for (const { node, port } of trace.walks.flatMap(({ walk }) => visitsOf(walk.events))) {
      passed.add(node).add(`${node}/${port ?? ''}`);
      if (ends.has(node) || node === INTERNET || !topology.declared.nodes.has(node)) continue;
      nodes.add(node);
      if (port !== undefined && isPort(node, port, topology)) ports.add(`${node}/${port}`);
    }
  }
  return [...nodes, ...linksAt(passed, topology), ...ports];
}

/** Links that packets crossed at these nodes and ports, or may have crossed where no port shows it. */
function linksAt(passed: ReadonlySet<string>, { links, declared }: Topology): readonly string[] {
  const { nics, serviceAddresses } = declared;
  const vnets = new Set(
    [...nics.values(), ...serviceAddresses].flatMap(({ node, subnet }) =>
      passed.has(node) ? [declared.subnets.get(subnet)?.vnet] : [],
    ),
  );
  const isPassed = ({ ends, joins }: LinkDeclaration): boolean =>
    ends ? ends().some((end) => passed.has(end)) : (joins ?? []).every((vnet) => vnets.has(vnet));
  const names = new Map([...links()].toReversed().map(([name, link]) => [link, name]));
  return [...names].toReversed().flatMap(([link, name]) => (isPassed(link) ? [name] : []));
}

type Walks = Branch['trace']['walks'];
type Events = Walks[number]['walk']['events'];

const endsOf = (walks: Walks): readonly string[] =>
  walks
    .filter(({ direction }) => direction !== 'follow-up')
    .flatMap(({ walk: { events, device } }) => [
      ...events.slice(0, 1).flatMap((event) => (event.type === 'entered' ? [event.device.node] : [])),
      device.node,
    ]);

interface Visit {
  readonly node: string;
  readonly port: string | undefined;
}

function visitsOf(events: Events): readonly Visit[] {
  let node = '';
  return events.flatMap((event): readonly Visit[] => {
    if (event.type === 'entered') {
      ({ node } = event.device);
      return [
        { node, port: event.port },
        { node, port: event.device.part },
      ];
    }
    return event.type === 'sent' ? [{ node, port: event.port }] : [];
  });
}

function isPort(name: string, port: string, { declared }: Topology): boolean {
  const node = declared.nodes.get(name);
  return node !== undefined && [...node.ports, ...(node.innerPorts ?? [])].includes(port);
}
