/** What two walks are compared by: nodes, what changes the packet there, and the end. */
import { isDenying } from '../report/action.ts';
import type { Answer, Hop, Step, WalkFact } from '../report/report.ts';

/** Of all walks; equal for answers that are the same. */
export const outlineOf = ({ walks }: Pick<Answer, 'walks'>): string =>
  JSON.stringify(walks.map((walk) => [walk.direction, ...walk.hops.map(hopOutline), endOutline(walk)]));

export const hopOutline = ({ node, steps }: Hop): string =>
  JSON.stringify([node, ...steps.map(changeOf).filter((change) => change !== undefined)]);

export const endOutline = ({ verdict, reason, note }: WalkFact): string =>
  JSON.stringify([verdict, reason, note]);

/** What a step does to the packet; undefined where it leaves it as it is. */
function changeOf(step: Step): readonly unknown[] | undefined {
  switch (step.type) {
    case 'nat':
      return [step.field, step.before, step.after];
    case 'ttl':
    case 'dscp':
    case 'ecn':
    case 'mss':
    case 'mark':
    case 'connmark':
      return [step.type, step.after];
    case 'encapsulate':
    case 'decapsulate':
      return [step.type, step.header];
    case 'mtu':
      return [step.type, step.did];
    case 'originate':
    case 'mirror':
    case 'block':
      return [step.type];
    case 'route':
    case 'rule':
    case 'balance':
    case 'session':
    case 'resolve':
    case 'bridge':
    case 'cross':
    case 'layer':
    case 'port':
    case 'assume':
    case 'deliver':
    case 'drop':
    case 'loop':
    case 'leave':
    case 'unknown':
      return undefined;
    default:
      return step satisfies never;
  }
}

/** What a step decides, without places, names and numbers of rules, and what was rejected; undefined where it only tells. */
export function decisionOf(step: Step): string | undefined {
  const decision = decided(step);
  return decision && JSON.stringify([step.type, ...decision]);
}

function decided(step: Step): readonly unknown[] | undefined {
  switch (step.type) {
    case 'route':
      return step.prefix === null ? [] : [step.prefix, step.nextHopType, step.nextHop, step.interface];
    case 'rule':
      return [step.table, step.chain, isDenying(step.action)];
    case 'balance':
      return [step.frontend, step.picked];
    case 'resolve':
      return [step.address, step.to === null, step.owner];
    case 'bridge':
      return [step.bridge, step.out];
    case 'cross':
      return [step.segment, step.to];
    case 'drop':
      return [step.reason];
    case 'session':
      return step.did === 'missing' ? [step.table] : undefined;
    case 'layer':
    case 'port':
    case 'assume':
      return undefined;
    case 'deliver':
    case 'loop':
    case 'leave':
    case 'unknown':
      return [];
    default:
      return changeOf(step);
  }
}
