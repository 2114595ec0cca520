/** Counts of what cases have tried, and of how they failed. */
import type { Disagreement, Turn } from './play.ts';

export class Tally {
  readonly #times = new Map<string, number>();

  count(...names: readonly string[]): void {
    for (const name of new Set(names)) this.#times.set(name, (this.#times.get(name) ?? 0) + 1);
  }

  /** Lines of a count and a name, the most frequent first. */
  text(): string {
    const rows = [...this.#times].toSorted(([a, m], [b, n]) => n - m || a.localeCompare(b));
    return rows.map(([name, times]) => `${String(times).padStart(8)}  ${name}\n`).join('');
  }
}

/** What decided something on the way of a packet: matches and targets, kinds of routes, verdicts. */
export function deciders({ walked }: Turn): readonly string[] {
  return walked.report.walks.flatMap(({ direction, verdict, reason, hops }) => [
    `${direction}: ${reason ?? verdict}`,
    ...hops.flatMap(({ steps }) => steps).flatMap(decider),
  ]);
}

type Step = Turn['walked']['report']['walks'][number]['hops'][number]['steps'][number];

function decider(step: Step): readonly string[] {
  switch (step.type) {
    case 'rule':
      return [...(step.text ?? '').matchAll(/(?:^| )(-[mjg] \S+)/g)].map(([, option]) => option!);
    case 'nat':
      return [`nat ${step.kind} ${step.field}`, ...(step.text?.match(/-j \S+/) ?? [])];
    case 'route':
      return [`table ${step.table}`, `route ${step.prefix === null ? 'none' : step.nextHopType}`];
    default:
      return [step.type];
  }
}

/** How a case failed, in a few words. */
export function kindOf({ what, detail }: Disagreement): string {
  if (what === 'differs') return what;
  const line = detail.split('\n').find((one) => /\b(unknown|error)\b/.test(one)) ?? detail;
  return `${what}: ${line.trim().replace(/^oracle.json:\d+:\d+: /, '')}`;
}
