/** Which expectations of a run are walked: `--only`, `--grep` and `--shard`. */
import type { Expectation } from '../../analyze/check.ts';
import type { CheckReport, KnownViolation, ShardFact } from '../../report/check.ts';
import { CLAIMS, type ClaimCode } from '../../report/claim.ts';
import { LINT_CODES } from '../../report/lint.ts';
import { printable } from '../../source/printable.ts';
import { nearest } from '../../source/suggest.ts';
import { UsageError } from '../usage.ts';
import type { Input } from './input.ts';

type Command = CheckReport['command'];

export interface SelectionOptions {
  readonly only?: readonly string[];
  readonly grep?: string;
  readonly shard?: string;
}

export interface Selection {
  /** With the expectations that are walked. */
  readonly inputs: readonly Input[];
  /** Whether a claim of this code is held against them. */
  readonly isJudged: (code: ClaimCode) => boolean;
  /** Whether this run would have seen a violation: it is walked and judged, or the whole has no such expectation. */
  readonly isSettled: (known: KnownViolation) => boolean;
  /** Whether lint is asked: not by a run that is about expectations, and by one of its shards alone. */
  readonly isLinting: boolean;
  readonly isLinted: (code: string) => boolean;
  readonly shard: ShardFact | undefined;
}

export function select(command: Command, inputs: readonly Input[], options: SelectionOptions): Selection {
  const all = inputs.flatMap(({ expectations }) => expectations);
  const { names, codes, rules } = readOnly(command, options.only ?? [], all);
  const isMatch = readGrep(options.grep);
  const isOfRules = rules.size > 0 && names.size + codes.size === 0;
  const isOfExpectations = names.size + codes.size > 0 || options.grep !== undefined;
  const chosen = all.filter(
    ({ name }) => !isOfRules && (names.size === 0 || names.has(name)) && isMatch(name),
  );
  if (chosen.length === 0 && all.length > 0 && !isOfRules)
    throw new UsageError('no expectation is left to check', 'widen --only or --grep');
  const shard = readShard(options.shard);
  const kept = new Set(shard ? chosen.filter((_, i) => i % shard.count === shard.index - 1) : chosen);
  const isJudged = (code: ClaimCode): boolean => codes.size === 0 || codes.has(code);
  const walked = keysOf(inputs, (one) => kept.has(one));
  const there = keysOf(inputs, () => true);
  const files = new Set(inputs.map(({ file }) => file));
  const isWhole = chosen.length === all.length && codes.size === 0;
  return {
    inputs: inputs.map((input) => ({
      ...input,
      expectations: input.expectations.filter((one) => kept.has(one)),
    })),
    isJudged,
    isSettled: ({ file, expectation, code }) => {
      const key = keyOf(file, expectation);
      return isWhole && !there.has(key) ? files.has(file) : isJudged(code) && walked.has(key);
    },
    isLinting: (rules.size > 0 || !isOfExpectations) && (shard === undefined || shard.index === 1),
    isLinted: (code) => rules.size === 0 || rules.has(code),
    shard,
  };
}

const keyOf = (file: string, name: string): string => `${file} ${name}`;

const keysOf = (
  inputs: readonly Input[],
  isCounted: (expectation: Expectation) => boolean,
): ReadonlySet<string> =>
  new Set(
    inputs.flatMap(({ file, expectations }) =>
      expectations.filter(isCounted).map(({ name }) => keyOf(file, name)),
    ),
  );

function readOnly(
  command: Command,
  texts: readonly string[],
  all: readonly Expectation[],
): {
  readonly names: ReadonlySet<string>;
  readonly codes: ReadonlySet<ClaimCode>;
  readonly rules: ReadonlySet<string>;
} {
  const known = new Set(all.map(({ name }) => name));
  const names = new Set<string>();
  const codes = new Set<ClaimCode>();
  const rules = new Set<string>();
  const claims = command === 'check' ? Object.keys(CLAIMS) : [];
  for (const text of texts) {
    if (claims.includes(text)) codes.add(text as ClaimCode);
    else if (LINT_CODES.some((code) => code === text)) rules.add(text);
    else if (known.has(text)) names.add(text);
    else throw unknownOnly(command, text, [...claims, ...LINT_CODES, ...known]);
  }
  return { names, codes, rules };
}

/** What `--only` names when it names nothing. */
const NAMED = {
  check: {
    what: 'expectation and no code',
    example: 'give the whole name of an expectation, or a code such as expect-via',
  },
  lint: { what: 'rule', example: 'such as peering-one-sided' },
} as const;

function unknownOnly(command: Command, text: string, known: readonly string[]): UsageError {
  const { what, example } = NAMED[command];
  const near = nearest(text, known);
  return new UsageError(
    `--only: there is no ${what} "${printable(text)}"`,
    near === undefined ? example : `did you mean "${printable(near)}"?`,
  );
}

function readGrep(text: string | undefined): (name: string) => boolean {
  if (text === undefined) return () => true;
  try {
    const pattern = new RegExp(text, 'u');
    return (name) => pattern.test(name);
  } catch {
    throw new UsageError(`--grep: "${printable(text)}" is no regular expression`);
  }
}

/** Of every nth expectation, so that shards are alike in size whatever the files. */
function readShard(text: string | undefined): ShardFact | undefined {
  if (text === undefined) return undefined;
  const [, index, count] = /^([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(text) ?? [];
  if (index === undefined || count === undefined || Number(index) > Number(count))
    throw new UsageError(`--shard: "${printable(text)}" is not of the form I/N`, 'such as --shard 1/3');
  return { index: Number(index), count: Number(count) };
}
