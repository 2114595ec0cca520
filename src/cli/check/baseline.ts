/** `--baseline FILE`: violations that are known, as `--reporter baseline` writes them. */
import type { KnownViolation } from '../../report/check.ts';
import { CLAIMS } from '../../report/claim.ts';
import { printable } from '../../source/printable.ts';
import { readInput } from '../load.ts';
import { UsageError } from '../usage.ts';

export interface Baseline {
  readonly isKnown: (violation: KnownViolation) => boolean;
  /** What is known and was not seen, where that is settled. */
  readonly stale: (isSettled: (known: KnownViolation) => boolean) => readonly KnownViolation[];
}

export function readBaseline(file: string | undefined): Baseline {
  const known = new Map((file === undefined ? [] : parse(file)).map((one) => [keyOf(one), one] as const));
  const seen = new Set<string>();
  return {
    isKnown: (violation) => {
      const key = keyOf(violation);
      if (!known.has(key)) return false;
      seen.add(key);
      return true;
    },
    stale: (isSettled) => [...known].flatMap(([key, one]) => (seen.has(key) || !isSettled(one) ? [] : [one])),
  };
}

const keyOf = ({ file, expectation, code, flow }: KnownViolation): string =>
  JSON.stringify([file, expectation, code, flow]);

function parse(file: string): readonly KnownViolation[] {
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
  const { version, known } = Object(value) as { readonly version?: unknown; readonly known?: unknown };
  if (version !== 1 || !Array.isArray(known)) throw wrong('is not of version 1');
  const odd = known.findIndex((one) => !isKnownViolation(one));
  if (odd >= 0) throw wrong(`has an entry, known[${odd}], that is no violation`);
  return known as readonly KnownViolation[];
}

function isKnownViolation(value: unknown): value is KnownViolation {
  const one = Object(value) as Readonly<Record<string, unknown>>;
  const isText = ['file', 'expectation', 'code', 'flow'].every((key) => typeof one[key] === 'string');
  return isText && Object.hasOwn(CLAIMS, one['code'] as string);
}
