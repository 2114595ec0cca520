/** Which failures a flow does not survive: every set of at most so many nodes, links and ports on its way. */
import { INTERNET } from '../mechanism/internet.ts';
import type { LinkDeclaration } from '../kinds/premises.ts';
import type { Topology } from '../topology/topology.ts';
import { branchesOf, type Branch } from './branches.ts';
import type { Question } from './trace.ts';

/** What has failed at once, as `--fail` takes it. */
export type Failed = readonly string[];

/** What becomes of the flow with a set of failures; `Broken` is what is told of a branch that fails. */
export interface Outcome<Broken> {
  /** Of the first branch that fails. */
  readonly broken: Broken | undefined;
  /** What packets came by, so that its failure might break the flow. */
  readonly elements: readonly string[];
  /** There are more branches than were asked for. */
  readonly isCut: boolean;
}

export interface Survival<Broken> {
  /** Sets that were tried. */
  readonly tried: number;
  /** Smallest first; none holds another. */
  readonly breaking: readonly { readonly failed: Failed; readonly broken: Broken }[];
  /** There are more sets, or branches of one, than were asked for. */
  readonly isCut: boolean;
}

export interface Bounds {
  /** Failures at once. */
  readonly most: number;
  readonly sets: number;
  readonly branches: number;
}

/** Tries sets one by one; `told` of a branch is undefined while it arrives. */
export function failuresOf<Broken>(
  topology: Topology,
  question: Question,
  bounds: Bounds,
  told: (branch: Branch, failed: Failed) => Broken | undefined,
): Survival<Broken> {
  const search = searchFailures<Broken>(topology, bounds);
  const walk = walkerOf(topology, question, bounds, told);
  for (let step = search.next(); ; step = search.next(walk)) if (step.done) return step.value;
}

/** Walks every branch of the flow with a set of failures. */
export const walkerOf =
  <Broken>(
    topology: Topology,
    question: Question,
    { branches: most }: Bounds,
    told: (branch: Branch, failed: Failed) => Broken | undefined,
  ) =>
  (failed: Failed): Outcome<Broken> => {
    const found = branchesOf(topology.failing(failed), question, most);
    // That it has a beginning was seen before, and what fails takes none away.
    if ('problem' in found) throw new Error(found.problem);
    const { branches, isCut } = found;
    for (const branch of branches) {
      const broken = told(branch, failed);
      if (broken !== undefined) return { broken, elements: [], isCut };
    }
    return { broken: undefined, elements: elementsOf(branches, topology), isCut };
  };

/**
 * Fails what the packets of the flow came by, both ends apart, then what they come by instead, and so on: what no packet
 * comes by can fail without being noticed. A port is tried where its whole node or its link may fail. Yields the sets of a
 * size, and is told how to walk one of them: some need not be.
 */
export function* searchFailures<Broken>(
  topology: Topology,
  bounds: Bounds,
): Generator<readonly Failed[], Survival<Broken>, (failed: Failed) => Outcome<Broken>> {
  const breaking: { readonly failed: Failed; readonly broken: Broken }[] = [];
  const seen = new Set<string>();
  let open: readonly Failed[] = [[]];
  let tried = 0;
  let isCut = false;
  while (open.length > 0) {
    const walk = yield open;
    const next: Failed[] = [];
    for (const failed of open) {
      if (breaking.some((one) => isWithin(one.failed, failed, topology))) continue;
      if (tried > bounds.sets) return { tried: tried - 1, breaking, isCut: true };
      const outcome = walk(failed);
      tried++;
      isCut ||= outcome.isCut;
      if (outcome.broken !== undefined) breaking.push({ failed, broken: outcome.broken });
      else if (failed.length < bounds.most)
        next.push(...withOneMore(failed, outcome.elements, topology, seen));
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
  failed: Failed,
  elements: readonly string[],
  topology: Topology,
  seen: Set<string>,
): readonly Failed[] {
  const sets: Failed[] = [];
  for (const element of elements) {
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
