/** Completion of zsh: zshcompsys(1), _arguments and _describe. */
import type { Completed, CompletedOption } from './completed.ts';

export function zshCompletion(commands: readonly Completed[]): string {
  return `#compdef nettrace
# zsh completion for nettrace:  nettrace completion zsh > "\${fpath[1]}/_nettrace"
_nettrace() {
  local -a commands
  commands=(
${commands.map(({ name, about }) => `    ${quoted(`${name}:${about}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(commandCase).join('\n')}
  esac
}
if [[ $funcstack[1] == _nettrace ]]; then _nettrace "$@"; else compdef _nettrace nettrace; fi
`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function commandCase({ name, words, options, takesFiles }: Completed): string {
  const argument =
    words.length > 0
      ? [quoted(`*:${name}:(${words.join(' ')})`)]
      : takesFiles
        ? [quoted('*:file:_files')]
        : [];
  const specs = [...options.flatMap(optionSpecs), ...argument].map((spec) => `      ${spec}`);
  return `    ${name}) _arguments -s \\\n${specs.join(' \\\n')} ;;`;
}

/** \`*\`: it may be given again. In a description brackets and colons have a meaning. */
const optionSpecs = ({ names, about, takes }: CompletedOption): readonly string[] => {
  const text = about.replaceAll(/[[\]:\\]/g, String.raw`\$&`);
  const value = takes === undefined ? '' : `:value:${takes.length > 0 ? `(${takes.join(' ')})` : '_files'}`;
  return names.map((name) => quoted(`*${name}[${text}]${value}`));
};
