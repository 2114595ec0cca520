// What a golden case's walk shows, in the words of the JSON contract.
import type { Hop, Step, StepType, WalkReport } from '../../src/report/report.ts';
import { GOLDEN } from './all.ts';
import { reportsOf } from './report.ts';

/** The report of a case, such as `hub-spoke/ssh`. */
export async function reportOf(name: string): Promise<WalkReport> {
  const found = GOLDEN.find((one) => one.name === `${name}.case`);
  const [report] = found ? await reportsOf(found.golden) : [];
  if (!report) throw new Error(`${name} does not walk`);
  return report;
}

export const nodes = (report: WalkReport, walk: number): readonly string[] =>
  report.walks[walk]?.hops.map(({ node }) => node) ?? [];

export function hopOf(report: WalkReport, walk: number, node: string): Hop {
  const hop = report.walks[walk]?.hops.find((one) => one.node === node);
  if (!hop) throw new Error(`no hop ${node} in walk ${walk}`);
  return hop;
}

export const stepsOf = <Type extends StepType>(
  hop: Hop | undefined,
  type: Type,
): (Step & { readonly type: Type })[] =>
  hop?.steps.filter((step): step is Step & { readonly type: Type } => step.type === type) ?? [];
