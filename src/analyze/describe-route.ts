/** A route lookup as the step that the report shows for it. */
import type { PolicyRow, RejectedRow, RouteRow, StepFact } from '../report/report.ts';
import { formatPrefix } from '../value/prefix.ts';
import type { Event, PassedRuleFact, Rejected, RouteFact, RuleFact } from '../walk/event.ts';
import type { Scene } from './describe-event.ts';

type Routed = Extract<Event, { readonly type: 'routed' }>;
type RouteStep = Extract<StepFact, { readonly type: 'route' }>;

/** A report's object while it is made: folding is on the way of every walk, and copies would be half of its cost. */
type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

export function routeStep(event: Routed, scene: Scene): StepFact {
  const { table, route, rejected } = event;
  const losers = rejected ? rejected().map((loser) => rejectedRow(loser, scene)) : [];
  if (!route) return steered({ type: 'route', table, prefix: null, rejected: losers }, event, scene);
  const { prefix, nextHopType, source } = route;
  const step = {
    type: 'route',
    table,
    prefix: formatPrefix(prefix),
    nextHopType,
    source,
    rejected: losers,
  } as const;
  return steered(withHop(step, route), event, scene);
}

/** Adds to a step that was just made what only machines with rules or multipath routes have. */
function steered(step: RouteStep, { rule, passed, nextHops, how }: Routed, scene: Scene): RouteStep {
  const draft: Draft<Pick<RouteStep, 'policy' | 'passed' | 'nextHops' | 'how'>> = step;
  if (rule) draft.policy = policyRow(rule, scene);
  if (passed) draft.passed = passed().map((one) => passedRow(one, scene));
  if (nextHops) draft.nextHops = nextHops;
  if (how) draft.how = how;
  return step;
}

function policyRow({ rule, text, at: cite }: RuleFact, scene: Scene): PolicyRow {
  const at = cite === undefined ? undefined : scene.locate(cite);
  return { rule: `${rule}: ${text ?? ''}`, ...(at !== undefined && { at }) };
}

const passedRow = ({ rule, why }: PassedRuleFact, scene: Scene): PolicyRow & Pick<PassedRuleFact, 'why'> => ({
  ...policyRow(rule, scene),
  why,
});

function rejectedRow({ route, why }: Rejected, scene: Scene): RejectedRow {
  const { prefix, nextHopType, source } = route;
  const row: Draft<RejectedRow> = withHop({ prefix: formatPrefix(prefix), nextHopType, source, why }, route);
  const at = route.at === undefined ? undefined : scene.locate(route.at);
  if (at !== undefined) row.at = at;
  return row;
}

/** Adds to a row that was just made what only some routes have. */
function withHop<Row extends RouteRow>(row: Row, { nextHop, interface: port }: RouteFact): Row {
  const draft: Draft<Pick<RouteRow, 'nextHop' | 'interface'>> = row;
  if (nextHop !== undefined) draft.nextHop = nextHop;
  if (port !== undefined) draft.interface = port;
  return row;
}
