/** `nettrace completion SHELL`: what a shell needs to complete commands, options and their values. */
import type { Argument, Command, Option } from 'commander';
import { REPORTER_NAMES } from './check/reporters.ts';
import { bashCompletion } from './completion/bash.ts';
import { fishCompletion } from './completion/fish.ts';
import { zshCompletion } from './completion/zsh.ts';
import type { Completed } from './completion/completed.ts';
import { CODES } from './explain.ts';
import { unknownName } from './load.ts';
import { SCHEMA_NAMES } from './schema.ts';
import { write } from './write.ts';

const SHELLS: Readonly<Record<string, (commands: readonly Completed[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export function completionCommand(shell: string, top: Command): void {
  if (!Object.hasOwn(SHELLS, shell)) throw unknownName('completion', shell, Object.keys(SHELLS), 'shell');
  write(undefined, SHELLS[shell]!(top.commands.map(completed)));
}

/** Of arguments and options whose values commander does not check. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  completion: Object.keys(SHELLS),
  schema: SCHEMA_NAMES,
  explain: CODES,
};
const VALUES: Readonly<Record<string, readonly string[]>> = { '--reporter': REPORTER_NAMES };

function completed(command: Command): Completed {
  const { options, registeredArguments } = command;
  const help = command.createHelp().visibleOptions(command);
  return {
    name: command.name(),
    about: command.description(),
    words: ARGUMENTS[command.name()] ?? [],
    takesFiles: registeredArguments.some(isOfFiles),
    options: [...new Set([...options, ...help])].map(optionOf),
  };
}

const isOfFiles = (argument: Argument): boolean => /^files?$/.test(argument.name());

const optionOf = ({
  long,
  short,
  description,
  required,
  optional,
  argChoices,
}: Option): Completed['options'][number] => ({
  names: [short, long].filter((name) => name !== undefined),
  about: description,
  takes: !required && !optional ? undefined : (argChoices ?? VALUES[long ?? ''] ?? []),
});
