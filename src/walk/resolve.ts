/** The MAC address of a next hop: known, or asked for in a walk of its own. */
import { constant, type Term } from '../value/term.ts';
import type { Action, Known } from './device.ts';
import { ended, ioOf, type End, type Position, type Run } from './run.ts';
import type { Walk } from './walk.ts';

type Send = Extract<Action, { readonly do: 'send' }>;

/** Walks that may wait for one another: a tunnel's packet waits for its own next hop. */
const MOST_WAITING = 16;

/** Whom nobody in the topology is and the open segment may have: a locally administered address. */
const PRESUMED = constant(0x02_00_00_ff_ff_ff);

/** Whom a frame is for. */
export interface Receiver {
  readonly mac: Term;
}

/** `walk` walks a question. The MAC address, or the end of the packet that waits for it. */
export function resolve(
  run: Run,
  at: Position,
  { port, nextHop, packet, unresolved }: Send & { readonly nextHop: Term },
  walk: (run: Run, question: Position) => Walk,
): Receiver | End {
  const { network, ask, depth } = run.world;
  const { device } = at;
  const { neighbours } = device;
  const waiting: Position = { ...at, packet };
  const io = ioOf(run, device);
  const answered = ({ mac, at: stated }: Known, owner: string | undefined, asked?: Walk): Receiver => {
    run.events.push({
      type: 'resolved',
      address: nextHop,
      to: mac,
      form: 'mac',
      owner,
      walk: asked,
      at: stated,
    });
    return { mac };
  };
  if (!neighbours)
    return ended(waiting, {
      outcome: 'unknown',
      missing: `how ${device.node} asks for neighbours`,
      at: undefined,
    });
  const known = neighbours.known(port, nextHop, io);
  if (known) return answered(known, ask.lookup(known.mac, network.stations, undefined));
  if (depth === MOST_WAITING)
    return ended(waiting, { outcome: 'dropped', reason: 'hop-limit', at: undefined });
  const asked = walk(run, { device, ...neighbours.question(port, nextHop, packet, io) });
  const { verdict } = asked;
  if (verdict.outcome === 'left') return answered({ mac: PRESUMED }, verdict.towards, asked);
  const to = verdict.outcome === 'delivered' ? neighbours.known(port, nextHop, io) : undefined;
  if (to) return answered(to, ask.lookup(to.mac, network.stations, undefined), asked);
  run.events.push({
    type: 'resolved',
    address: nextHop,
    to: undefined,
    form: 'mac',
    owner: undefined,
    walk: asked,
  });
  unresolved?.();
  return ended(
    waiting,
    verdict.outcome === 'delivered'
      ? { outcome: 'dropped', reason: 'neighbour-missing', at: undefined }
      : verdict.outcome === 'dropped'
        ? { ...verdict, at: undefined }
        : verdict,
  );
}
