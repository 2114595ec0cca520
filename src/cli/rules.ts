/** `nettrace rules`: iptables-save text, its mistakes, and how iptables-save spells it. */
import { isUtf8 } from 'node:buffer';
import { spellRules, type TableName, type TextProblem } from '../mechanism/netfilter/netfilter.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import { inWords, readInput } from './load.ts';
import { STATUS, UsageError } from './usage.ts';
import { write } from './write.ts';

export interface RulesOptions {
  readonly family: '4' | '6';
  readonly table: TableName;
  readonly output?: string;
  readonly quiet?: boolean;
}

/** Prints nothing when the text cannot be loaded. A text that is not UTF-8 is handed on octet for octet. */
export function rulesCommand(file: string, options: RulesOptions): void {
  const octets = readInput(file, 'rules');
  const name = file === '-' ? '<stdin>' : file;
  if (octets.includes(0)) throw new UsageError(`${name} holds NUL bytes: it is not a text`);
  const encoding = isUtf8(octets) ? 'utf8' : 'latin1';
  const { text, problems } = spellRules(octets.toString(encoding), {
    family: options.family === '6' ? 6 : 4,
    table: options.table,
  });
  const told = problems
    .filter((one) => !(one.isWarning && options.quiet))
    .map((one) => diagnostic(name, one));
  process.stderr.write(inWords(told, `in ${name}`, 'nothing was printed'));
  const isWrong = problems.some((one) => !one.isWarning);
  if (!isWrong) write(options.output, Buffer.from(text, encoding));
  process.exitCode = isWrong ? STATUS.usage : STATUS.good;
}

function diagnostic(file: string, { line, column, message, suggestion, isWarning }: TextProblem): Diagnostic {
  return {
    code: isWarning ? 'text-doubtful' : 'text-syntax',
    severity: isWarning ? 'warning' : 'error',
    message: message.replace(/^[A-Z](?=[a-z]| )/, (letter) => letter.toLowerCase()),
    at: { file, line, column },
    ...(suggestion === undefined
      ? {}
      : { suggestion: / is /.test(suggestion) ? suggestion : `write ${suggestion}` }),
  };
}
