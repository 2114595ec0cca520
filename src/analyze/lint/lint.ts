/** Runs the rules of lint over a topology, and leaves out what its file says is right. */
import type { FindingFact, KnownFinding } from '../../report/lint.ts';
import type { PlaceFact } from '../../report/place.ts';
import type { Topology } from '../../topology/topology.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Found, LintRule } from './rule.ts';
import { lintUnused } from './lint-unused.ts';
import { LINT_RULES } from './rules.ts';

export interface LintContext {
  readonly placeOf: (cite: Cite) => PlaceFact;
  readonly isKnown: (finding: Omit<KnownFinding, 'file'>) => boolean;
  /** Whether a rule of this code is asked. */
  readonly isAsked: (code: string) => boolean;
}

type Suppression = Topology['suppressions'][number];

/** By place, then by code; of one code at one place only the first. */
export function lint(topology: Topology, context: LintContext): readonly FindingFact[] {
  const used = new Set<Suppression>();
  const rules = LINT_RULES.filter(({ code }) => context.isAsked(code));
  const found = rules.flatMap((rule) =>
    distinct(rule.check(topology)).map((one) => {
      const off = topology.suppressions.filter((entry) => isOff(entry, rule, one));
      for (const entry of off) used.add(entry);
      return factOf(rule, one, off[0], context);
    }),
  );
  return [...found, ...unused(topology, used, context)].toSorted(byPlace);
}

function distinct(found: Iterable<Found>): readonly Found[] {
  const seen = new Map<Cite, Found>();
  for (const one of found) if (!seen.has(one.at)) seen.set(one.at, one);
  return [...seen.values()];
}

const isOff = ({ off, at }: Suppression, { code }: LintRule, found: Found): boolean =>
  off === code && (at === undefined || isAt(at, found.at));

/** Whether a place is at or below a pointer, or in a thing of that name. */
function isAt(at: string, cite: Cite): boolean {
  const path = `${cite.replace('#', '/#')}/`;
  if (at.startsWith('/')) return path.startsWith(`${at}/`);
  const names = at.split('/').map((name) => below('', name));
  return names.every((name) => path.includes(`${name}/`));
}

function factOf(
  { code, severity }: LintRule,
  { at, about, related = [] }: Found,
  off: Suppression | undefined,
  { placeOf, isKnown }: LintContext,
): FindingFact {
  const outcome = off ? 'off' : isKnown({ code, pointer: at }) ? 'known' : 'found';
  return {
    code,
    severity,
    outcome,
    about: Object.entries(about).map(([name, value]) => ({ name, value })),
    at: placeOf(at),
    pointer: at,
    related: related.map((one) => ({ what: one.what, at: placeOf(one.at) })),
    ...(off && { reason: off.reason }),
  };
}

/** Entries that turn nothing off, unless their rule was not asked. */
const unused = (
  { suppressions }: Topology,
  used: ReadonlySet<Suppression>,
  context: LintContext,
): readonly FindingFact[] =>
  suppressions.flatMap((entry, i) => {
    const isKnownRule = LINT_RULES.some(({ code }) => code === entry.off);
    if (used.has(entry) || !context.isAsked(lintUnused.code)) return [];
    if (isKnownRule && !context.isAsked(entry.off)) return [];
    const about = {
      rule: entry.off,
      ...(entry.at !== undefined && { at: entry.at }),
      why: isKnownRule ? 'nothing' : 'no-rule',
    };
    return [factOf(lintUnused, { at: below('', 'lint', i), about }, undefined, context)];
  });

const byPlace = (a: FindingFact, b: FindingFact): number =>
  (a.at.file < b.at.file ? -1 : a.at.file > b.at.file ? 1 : 0) ||
  a.at.line - b.at.line ||
  a.at.column - b.at.column ||
  (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
