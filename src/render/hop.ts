/** The block of one hop: its number and name, then what happened there, in order. */
import type { Hop, Step, StepType } from '../report/report.ts';
import { detailOf, type Detail } from './detail.ts';
import { hostRows, isOfHost } from './host.ts';
import { after, layerLines, type Layers } from './layers.ts';
import { lay } from './line.ts';
import type { Paint } from './paint.ts';
import { natText, ownerText, rowOf, type Row, type StepOf } from './row.ts';

export interface HopScene {
  /** Counted through all walks, from 1. */
  readonly number: number;
  /** The packet as the walk set out, for the hop that made it. */
  readonly origin: Layers;
  /** The hop before, which may have said to which of the node's ports it sent the packet. */
  readonly before?: Hop | undefined;
  readonly detail: Detail;
  readonly paint: Paint;
}

export function hopLines(hop: Hop, scene: HopScene): readonly string[] {
  return [...titleLines(hop, scene), ...rowsOf(hop, scene).flatMap((row) => rowLines(row, scene))];
}

const NAME_WIDTH = 32;

function titleLines(hop: Hop, { number, before, detail, paint }: HopScene): readonly string[] {
  const { node, where, place } = hop;
  const name = node.length < NAME_WIDTH ? node.padEnd(NAME_WIDTH) : `${node} `;
  const placed = place === undefined ? where : [where, 'at', place].filter(Boolean).join(' ');
  const rest = [placed, portsText(hop, before, detail)].filter(Boolean).join('  ');
  return lay({
    head: `${String(number).padStart(2)}  `,
    text: `${name} ${rest}`,
    paintHead: paint.bold,
    paint: paint.bold,
  });
}

/** The guest's interfaces to its host; those of other nodes are for those who ask. */
function portsText(hop: Hop, before: Hop | undefined, detail: Detail): string {
  const hasHost = hop.steps.some(isOfHost);
  const ports = hop.steps.filter(
    (step): step is Step & StepOf<'port'> =>
      step.type === 'port' &&
      step.phase === undefined &&
      (hasHost || (hop.out === null && step.direction === 'out')),
  );
  const name = (direction: 'in' | 'out'): string | undefined => {
    const own = ports.filter((step) => step.direction === direction);
    return (direction === 'in' ? own[0] : own.at(-1))?.port;
  };
  const isTold = !hasHost && (detail > 0 || isPassing(hop));
  const meant = ports.length === 0 && hop.steps.every(isOfHost) ? portMeant(before, hop) : undefined;
  const arrived = meant ?? name('in') ?? (isTold ? hop.in?.port : undefined);
  const left = name('out') ?? (isTold || hop.steps.at(-1)?.type === 'leave' ? hop.out?.port : undefined);
  if (left === undefined) return arrived ?? '';
  return arrived === undefined ? `> ${left}` : `${arrived} > ${left}`;
}

const FORWARDING: ReadonlySet<string> = new Set(['machine', 'router', 'firewall']);

/** A machine, router or firewall that the packet came to and was not for. */
const isPassing = ({ kind, in: arrived, steps }: Hop): boolean =>
  FORWARDING.has(kind) && arrived !== null && steps.at(-1)?.type !== 'deliver';

/** The port of the node that the hop before found the packet's next address at: of a packet that no guest saw. */
function portMeant(before: Hop | undefined, { node }: Hop): string | undefined {
  const resolved = before?.steps.findLast((step) => step.type === 'resolve');
  return resolved?.owner?.startsWith(`${node}/`) ? resolved.owner.slice(node.length + 1) : undefined;
}

const TEXT_AT = 15;

function rowLines({ verb, text, right, details, tone }: Row, { paint }: HopScene): readonly string[] {
  const tint =
    tone === 'bad' ? paint.red : tone === 'good' ? paint.green : tone === 'weak' ? paint.yellow : undefined;
  return [
    ...lay({
      head: `      ${verb}`.padEnd(TEXT_AT - 1) + ' ',
      text,
      right,
      paintHead: tint ?? paint.cyan,
      ...(tint && { paint: tint }),
      paintRight: paint.dim,
    }),
    ...details.flatMap((note) =>
      lay({ head: ' '.repeat(TEXT_AT + 2), ...note, paint: paint.dim, paintRight: paint.dim }),
    ),
  ];
}

/** A row that may still grow, and the step that it began with. */
interface Open {
  readonly step: Step;
  readonly row: Row;
}

function rowsOf(hop: Hop, { origin, detail }: HopScene): readonly Row[] {
  const done: Open[] = [];
  const merged = detail === 2 ? NOTHING : ttlByRoute(hop.steps);
  let layers = hop.in?.packet.layers ?? origin;
  let owner: string | undefined;
  let host: Step[] = [];
  const flush = (): void => {
    const [first] = host;
    if (first) done.push(...hostRows(host).map((row) => ({ step: first, row })));
    host = [];
  };
  let before = layers;
  let last: Step | undefined;
  for (const step of hop.steps) {
    if (!isSameTranslation(last, step)) before = layers;
    last = step;
    layers = after(step, layers);
    if (step.type === 'resolve') owner = ownerText(step);
    if (detail === 0 && isOfHost(step) && !isEnd(step)) {
      host.push(step);
      continue;
    }
    flush();
    if (detailOf(step) > detail || (step.type === 'ttl' && merged.ttls.has(step))) continue;
    if (detail < 2 && isToldByNat(step, hop.steps)) continue;
    const row = withLayers(rowOf(step, { detail, owner }), step, { before, layers, detail });
    add(done, step, forwarding(row, step, merged));
  }
  flush();
  return done.map(({ row }) => row);
}

/** A rule that translates is told with its translation, if there is one. */
const isToldByNat = (step: Step, steps: readonly Step[]): boolean =>
  step.type === 'rule' &&
  steps.some(
    (one) =>
      one.type === 'nat' &&
      one.rule === step.rule &&
      one.chain === step.chain &&
      one.table === step.table &&
      one.phase === step.phase,
  );

/** Adds a row, or lengthens the last one: the fields of one translation, and the layers of one pass, belong together. */
function add(done: Open[], step: Step, row: Row): void {
  const last = done.at(-1);
  if (last && step.type === 'nat' && isSameTranslation(last.step, step)) {
    const text = `${last.row.text}, ${natText(step)}`;
    done[done.length - 1] = { ...last, row: { ...last.row, text, details: row.details } };
    return;
  }
  if (last?.step.type === 'layer' && step.type === 'layer' && last.step.direction === step.direction) {
    done[done.length - 1] = { ...last, row: { ...last.row, text: `${last.row.text}, ${step.layer}` } };
    return;
  }
  const isRepeated = (step.type === 'drop' || step.type === 'block') && row.right === last?.row.right;
  const shown =
    isOfHost(step) && !isEnd(step) ? { ...row, verb: 'host', text: `${row.verb.padEnd(9)}${row.text}` } : row;
  done.push({ step, row: isRepeated ? { ...shown, right: undefined } : shown });
}

/** Whether two steps are the fields of one translation. */
const isSameTranslation = (a: Step | undefined, b: Step): boolean =>
  a?.type === 'nat' &&
  b.type === 'nat' &&
  a.kind === b.kind &&
  a.rule === b.rule &&
  a.chain === b.chain &&
  a.phase === b.phase;

function withLayers(
  row: Row,
  step: Step,
  { before, layers, detail }: { readonly before: Layers; readonly layers: Layers; readonly detail: Detail },
): Row {
  const isDrawn = detail === 2 && layers !== before && step.type !== 'port';
  const isTunnel = step.type === 'encapsulate' && step.at !== undefined;
  return isDrawn || isTunnel
    ? { ...row, details: [...row.details, ...layerLines(layers, before).map((text) => ({ text }))] }
    : row;
}

/** The TTL that a router takes off belongs to its routing decision: together they are `forward`. */
interface Forwarding {
  readonly ttls: ReadonlySet<Step>;
  readonly routes: ReadonlyMap<Step, StepOf<'ttl'>>;
}

const NOTHING: Forwarding = { ttls: new Set(), routes: new Map() };

function ttlByRoute(steps: readonly Step[]): Forwarding {
  const ttls = new Set<Step>();
  const routes = new Map<Step, StepOf<'ttl'>>();
  let route: Step | undefined;
  let ttl: (Step & StepOf<'ttl'>) | undefined;
  for (const step of steps) {
    if (BETWEEN_ROUTERS.has(step.type)) [route, ttl] = [undefined, undefined];
    else if (isOfHost(step)) continue;
    else if (step.type === 'route') route = step;
    else if (step.type === 'ttl') ttl = step;
    if (!route || !ttl || ttls.has(ttl)) continue;
    ttls.add(ttl);
    routes.set(route, ttl);
  }
  return { ttls, routes };
}

const BETWEEN_ROUTERS: ReadonlySet<StepType> = new Set(['port', 'encapsulate', 'decapsulate']);

function forwarding(row: Row, step: Step, { routes }: Forwarding): Row {
  const ttl = routes.get(step);
  return ttl ? { ...row, verb: 'forward', text: `${row.text}; ttl ${ttl.before} -> ${ttl.after}` } : row;
}

const ENDS: ReadonlySet<StepType> = new Set([
  'block',
  'deliver',
  'drop',
  'loop',
  'leave',
  'unknown',
  'originate',
  'mirror',
]);

/** Steps that are never condensed, wherever in the node they happen. */
const isEnd = (step: Step): boolean => ENDS.has(step.type);
