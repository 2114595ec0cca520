/** Completion of fish: complete(1) of its manual. */
import type { Completed, CompletedOption } from './completed.ts';

export function fishCompletion(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ name, about, words, options, takesFiles }) => {
    const within = `complete -c nettrace -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c nettrace -n __fish_use_subcommand -f -a ${name} -d ${quoted(about)}`,
      ...(words.length > 0 ? [`${within} -f -a ${quoted(words.join(' '))}`] : []),
      ...(words.length === 0 && !takesFiles ? [`${within} -f`] : []),
      ...options.map((option) => `${within}${optionText(option)}`),
    ];
  });
  return `# fish completion for nettrace:  nettrace completion fish > ~/.config/fish/completions/nettrace.fish\n${lines.join('\n')}\n`;
}

/** `-r`: it takes a value, which may be a file; `-x`: one of these and no file. */
function optionText({ names, about, takes }: CompletedOption): string {
  const words = names.map((name) =>
    name.startsWith('--') ? ` -l ${name.slice(2)}` : ` -s ${name.slice(1)}`,
  );
  const value = takes === undefined ? '' : takes.length > 0 ? ` -x -a ${quoted(takes.join(' '))}` : ' -r';
  return `${words.join('')}${value} -d ${quoted(about)}`;
}

const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
