/** `nettrace explain CODE`: what a code of a verdict, an assumption or a diagnostic means. */
import { DIAGNOSTICS } from '../source/diagnostic.ts';
import { CLAIMS } from '../report/claim.ts';
import { printable } from '../source/printable.ts';
import { nearest } from '../source/suggest.ts';
import { ASSUMPTIONS } from '../walk/assumption.ts';
import { REASONS } from '../walk/reason.ts';
import { UsageError } from './usage.ts';
import { write } from './write.ts';

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
  const near = nearest(code, [
    ...Object.keys(REASONS),
    ...Object.keys(ASSUMPTIONS),
    ...Object.keys(DIAGNOSTICS),
    ...Object.keys(CLAIMS),
  ]);
  throw new UsageError(
    `there is no code "${printable(code)}"`,
    near === undefined ? '`nettrace explain` lists all codes' : `did you mean "${near}"?`,
  );
}

function list(): string {
  const section = (title: string, codes: readonly string[]): string =>
    `${title}\n${codes.map((code) => `  ${code}\n`).join('')}`;
  return [
    section('Reasons of a verdict', Object.keys(REASONS)),
    section('Assumptions', Object.keys(ASSUMPTIONS)),
    section('Diagnostics', Object.keys(DIAGNOSTICS)),
    section('Expectations that do not hold', Object.keys(CLAIMS)),
  ].join('\n');
}
