/** `--baseline FILE`: violations that are known, as `--reporter baseline` writes them. */
import type { KnownViolation } from '../../report/check.ts';
import { LINT_CODES, type KnownFinding } from '../../report/lint.ts';
import { CLAIMS } from '../../report/claim.ts';
import { printable } from '../../source/printable.ts';
import { readInput } from '../load.ts';
import { UsageError } from '../usage.ts';

export interface Baseline {
  readonly isKnown: (violation: KnownViolation) => boolean;
  readonly isKnownFinding: (finding: KnownFinding) => boolean;
  /** What is known and was not seen, where that is settled. */
  readonly stale: (isSettled: (known: KnownViolation) => boolean) => readonly KnownViolation[];
  readonly staleFindings: (isSettled: (known: KnownFinding) => boolean) => readonly KnownFinding[];
}

export function readBaseline(file: string | undefined): Baseline {
  const { known, findings } = file === undefined ? NOTHING : parse(file);
  const violations = ledger(known, keyOf);
  const found = ledger(findings, keyOfFinding);
  return {
    isKnown: violations.isKnown,
    stale: violations.stale,
    isKnownFinding: found.isKnown,
    staleFindings: found.stale,
  };
}

/** What is known, and which of it was seen. */
function ledger<T>(
  entries: readonly T[],
  key: (one: T) => string,
): {
  readonly isKnown: (one: T) => boolean;
  readonly stale: (isSettled: (one: T) => boolean) => readonly T[];
} {
  const known = new Map(entries.map((one) => [key(one), one] as const));
  const seen = new Set<string>();
  return {
    isKnown: (one) => {
      if (!known.has(key(one))) return false;
      seen.add(key(one));
      return true;
    },
    stale: (isSettled) =>
      [...known].flatMap(([name, one]) => (seen.has(name) || !isSettled(one) ? [] : [one])),
  };
}

const keyOf = ({ file, expectation, code, flow }: KnownViolation): string =>
  JSON.stringify([file, expectation, code, flow]);

const keyOfFinding = ({ file, code, pointer }: KnownFinding): string => JSON.stringify([file, code, pointer]);

interface Known {
  readonly known: readonly KnownViolation[];
  readonly findings: readonly KnownFinding[];
}

const NOTHING: Known = { known: [], findings: [] };

function parse(file: string): Known {
  const text = readInput(file, 'baseline').toString('utf8');
  const wrong = (why: string): UsageError =>
    new UsageError(
      `baseline ${printable(file)} ${why}`,
      'write it with: nettrace check --reporter baseline --output-file FILE',
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong('is not JSON');
  }
  const { version, known, findings = [] } = Object(value) as Readonly<Record<string, unknown>>;
  if (version !== 1 || !Array.isArray(known) || !Array.isArray(findings)) throw wrong('is not of version 1');
  const odd = known.findIndex((one) => !isKnownViolation(one));
  if (odd >= 0) throw wrong(`has an entry, known[${odd}], that is no violation`);
  const strange = findings.findIndex((one) => !isKnownFinding(one));
  if (strange >= 0) throw wrong(`has an entry, findings[${strange}], that is no finding`);
  return { known, findings };
}

function isKnownFinding(value: unknown): value is KnownFinding {
  const one = Object(value) as Readonly<Record<string, unknown>>;
  const isText = ['file', 'pointer'].every((key) => typeof one[key] === 'string');
  return isText && LINT_CODES.some((code) => code === one['code']);
}

function isKnownViolation(value: unknown): value is KnownViolation {
  const one = Object(value) as Readonly<Record<string, unknown>>;
  const isText = ['file', 'expectation', 'code', 'flow'].every((key) => typeof one[key] === 'string');
  return isText && Object.hasOwn(CLAIMS, one['code'] as string);
}
