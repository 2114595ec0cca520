/** The options of a rule, by what they belong to -> the rule: checked, spelt, and built into tests and a target. */
import type { Draft, Given, Part } from './extension.ts';
import type { Hook } from './hook.ts';
import { MATCHES, TRACKING_MATCHES } from './matches/matches.ts';
import type { Loaded } from './options.ts';
import { packetTests } from './packet-tests.ts';
import type { Test } from './predicate.ts';
import { refuse, type Reading } from './rule-reading.ts';
import type { Target } from './ruleset.ts';
import { spellOptions } from './spelling.ts';
import { FOREIGN_TARGETS, TARGETS, TRACKING_TARGETS } from './targets/targets.ts';

/** Something of a rule that only these hooks may lead to. */
export interface Limit {
  readonly what: string;
  readonly hooks: readonly Hook[];
  readonly column: number;
}

/** A rule's options, those of extensions as iptables-save spells them. */
export interface Spelling {
  /** Of the rule itself, as they are written. */
  readonly own: readonly Given[];
  readonly matches: readonly Part[];
  /** Of the target; those of an extension that nobody here knows are as they are written. */
  readonly target: readonly Given[];
}

const NO_LIMITS: readonly Limit[] = [];

/** A rule before chains are joined. */
export interface ReadRule {
  readonly line: number;
  /** The line as it is written. */
  readonly text: string;
  /** It jumps to a chain that was not there yet. */
  readonly jumpsAhead: boolean;
  /** Several where `-s a,b` stands for several rules. */
  readonly tests: readonly (readonly Test[])[];
  readonly unknown: string | undefined;
  readonly target: Target;
  /** It makes the kernel track connections. */
  readonly tracks: boolean;
  /** Words behind a target that is no known extension: it is no chain either. */
  readonly hasTargetOptions: boolean;
  /** What it is printed from; undefined where nobody prints it. */
  readonly spelling: Spelling | undefined;
  /** What may not be reached from every hook. */
  readonly limits: readonly Limit[];
  /** Where the target is written. */
  readonly column: number;
}

/** Undefined when the rule cannot be loaded, which has been reported. */
export function assemble(reading: Reading): ReadRule | undefined {
  const { context, jump, loaded } = reading;
  let unknown: string | undefined;
  let column = 1;
  const parts: Part[] = [];
  const limits: Limit[] = [];
  const draft: Draft = {
    family: context.family,
    table: context.table,
    protocol: reading.protocol,
    parts,
    refuse: (message, suggestion, at) => refuse(reading, at?.column ?? column, message, suggestion),
    isRefused: () => reading.isRefused,
    onlyAt: (hooks, what) => void limits.push({ what, hooks, column }),
    unknown: (name) => void (unknown ??= name),
  };
  const own = packetTests(reading.rule, draft);
  const rest: Test[] = [];
  for (const one of loaded) {
    if (one === jump?.loaded) continue;
    column = one.column;
    rest.push(...matchTests(one, reading, draft, parts));
  }
  const matches = parts.slice();
  column = jump?.column ?? 1;
  const { target, given } = targetOf(reading, draft);
  if (reading.isRefused || !target) return undefined;
  return {
    line: context.line,
    text: context.text,
    jumpsAhead: target.do === 'jump' && !context.hasChain(target.name),
    tests: own.map((tests) => [...tests, ...rest]),
    unknown,
    target,
    tracks: tracks(target, matches),
    hasTargetOptions: given.length > 0,
    spelling: context.isPrinted ? { own: reading.rule, matches, target: given } : undefined,
    limits: limits.length > 0 ? limits : NO_LIMITS,
    column: jump?.column ?? 1,
  };
}

const tracks = (target: Target, matches: readonly Part[]): boolean =>
  target.do === 'template' ||
  (target.do === 'unknown' && target.name === 'CT') ||
  TRACKING_TARGETS.has(target.name) ||
  matches.some(({ name }) => TRACKING_MATCHES.has(name));

function matchTests(loaded: Loaded, reading: Reading, draft: Draft, parts: Part[]): readonly Test[] {
  const match = MATCHES.get(loaded.name);
  const given = match ? spellOptions(`-m ${loaded.name}`, match, loaded.given, draft) : loaded.given;
  parts.push({ name: loaded.name, given });
  if (reading.isRefused) return [];
  if (match?.build) return match.build(given, draft) ?? [];
  draft.unknown(loaded.name);
  return [];
}

function targetOf(
  reading: Reading,
  draft: Draft,
): { readonly target: Target | undefined; readonly given: readonly Given[] } {
  const { jump } = reading;
  if (!jump) return { target: { do: 'continue', name: '' }, given: [] };
  const { name, goto, loaded } = jump;
  const spec = goto ? undefined : TARGETS.get(name);
  if (!spec) {
    const isForeign = FOREIGN_TARGETS.has(name) && !goto;
    return {
      target: isForeign ? { do: 'unknown', name } : { do: 'jump', name, goto },
      given: loaded?.given ?? [],
    };
  }
  const given = spellOptions(`-j ${name}`, spec, loaded!.given, draft);
  if (reading.isRefused) return { target: undefined, given };
  return { target: spec.build ? spec.build(given, draft) : { do: 'unknown', name }, given };
}
