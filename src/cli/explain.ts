/** `nettrace explain CODE`: what a code of a verdict, an assumption or a diagnostic means. */
import { DIAGNOSTICS } from '../source/diagnostic.ts';
import { LINT_RULES } from '../analyze/lint/rules.ts';
import { CLAIMS } from '../report/claim.ts';
import { printable } from '../source/printable.ts';
import { nearest } from '../source/suggest.ts';
import { ASSUMPTIONS } from '../walk/assumption.ts';
import { REASONS } from '../walk/reason.ts';
import { UsageError } from './usage.ts';
import { write } from './write.ts';
import type { LintRule } from '../analyze/lint/rule.ts';

const SECTIONS: readonly (readonly [title: string, codes: readonly string[]])[] = [
  ['Reasons of a verdict', Object.keys(REASONS)],
  ['Assumptions', Object.keys(ASSUMPTIONS)],
  ['Diagnostics', Object.keys(DIAGNOSTICS)],
  ['Expectations that do not hold', Object.keys(CLAIMS)],
  ['Rules of lint', LINT_RULES.map(({ code }) => code)],
];

/** Everything that has a page. */
export const CODES: readonly string[] = SECTIONS.flatMap(([, codes]) => codes);

/** Without a code: all codes, a line each. */
export function explainCommand(code: string | undefined): void {
  write(undefined, code === undefined ? list() : page(code));
}

function page(code: string): string {
  if (Object.hasOwn(REASONS, code))
    return `${code} - why a packet was dropped\n\n${REASONS[code as keyof typeof REASONS]}\n`;
  if (Object.hasOwn(ASSUMPTIONS, code))
    return `${code} - an assumption of the model\n\n${ASSUMPTIONS[code as keyof typeof ASSUMPTIONS]}\n`;
  if (Object.hasOwn(DIAGNOSTICS, code)) {
    const { summary, condition, fix } = DIAGNOSTICS[code as keyof typeof DIAGNOSTICS];
    return `${code} - ${summary}\n\n${condition}\n\nTo mend it: ${fix}\n`;
  }
  if (Object.hasOwn(CLAIMS, code)) {
    const { summary, key, condition } = CLAIMS[code as keyof typeof CLAIMS];
    return `${code} - ${summary}\n\n\`${key}\` of an expectation holds iff: ${condition}\n`;
  }
  const rule = LINT_RULES.find((one) => one.code === code);
  if (rule) return lintPage(rule);
  const near = nearest(code, CODES);
  throw new UsageError(
    `there is no code "${printable(code)}"`,
    near === undefined ? '`nettrace explain` lists all codes' : `did you mean "${near}"?`,
  );
}

const lintPage = ({ code, severity, summary, condition, harm, bad, good, source }: LintRule): string =>
  [
    `${code} - ${summary}`,
    `A rule of lint, of severity ${severity}. It finds: ${condition}`,
    harm,
    `Not so:\n\n${indented(bad)}`,
    `But so:\n\n${indented(good)}`,
    `To turn it off in a file: lint: [{ off: ${code}, at: NAME, reason: WHY }]`,
    `Source: ${source}\n`,
  ].join('\n\n');

const indented = (text: string): string => text.replaceAll(/^/gm, '  ');

function list(): string {
  return SECTIONS.map(([title, codes]) => `${title}\n${codes.map((code) => `  ${code}\n`).join('')}`).join(
    '\n',
  );
}
