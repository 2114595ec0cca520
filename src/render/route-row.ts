/** A route lookup as a row: the route, the rule that led to it, and what lost. */
import type { RejectedRow, Step } from '../report/report.ts';
import type { Detail } from './detail.ts';
import { placeText, routeText } from './flow.ts';
import type { Note } from './row.ts';
import { LATENT, PASSED, REJECTED } from './words.ts';

type RouteStep = Extract<Step, { readonly type: 'route' }>;

export function routeStepText(step: RouteStep, detail: Detail = 0): string {
  if (step.prefix === null)
    return step.policy ? `rule ${step.policy.rule}` : `nothing in ${step.table} matches`;
  if (step.table === 'source validation') return `back to the source: ${routeText(step)}`;
  const isNamed = detail > 0 && step.source !== step.table;
  return `${routeText(step)}${isNamed ? `  (${step.table})` : ''}`;
}

/** What led to the route, then what it beats. */
export const routeLines = (step: RouteStep, detail: Detail): readonly Note[] => [
  ...steeredLines(step, detail),
  ...rejectedLines(step, detail),
];

/** The kernel's own rules have no place in the file, and are for those who ask. */
function steeredLines(
  { prefix, policy, passed = [], nextHops, how }: RouteStep,
  detail: Detail,
): readonly Note[] {
  const isTold = policy !== undefined && prefix !== null && (policy.at !== undefined || detail > 0);
  const before = passed.filter(({ why }) => detail === 2 || (detail === 1 && why !== 'selector'));
  return [
    ...before.map(({ rule, why, at }) => ({
      text: `after rule ${rule}: ${PASSED[why]}`,
      right: placeText(at),
    })),
    ...(isTold ? [{ text: `by rule ${policy.rule}`, right: placeText(policy.at) }] : []),
    ...(nextHops
      ? [{ text: `one of ${nextHops.join(', ')}: ${how === 'picked' ? 'picked' : 'by hash'}` }]
      : []),
  ];
}

/** Losers of the same length were a decision; rows that are not in force, and shorter ones, are for those who ask. */
function rejectedLines({ rejected, prefix }: RouteStep, detail: Detail): readonly Note[] {
  const isTold = (row: RejectedRow): boolean =>
    detail === 2 || (row.prefix === prefix && (detail === 1 || !LATENT.has(row.why)));
  return rejected.filter(isTold).map((row) => ({
    text: `${LATENT.has(row.why) ? 'absent' : 'beats'} ${routeText(row)}: ${REJECTED[row.why]}`,
    right: detail > 0 ? placeText(row.at) : undefined,
  }));
}
