/** Completion of bash, by its builtins alone (bash(1), Programmable Completion). */
import type { Completed } from './completed.ts';

/** Where nothing is proposed, bash proposes files: `-o default`. */
export function bashCompletion(commands: readonly Completed[]): string {
  return `# bash completion for nettrace:  source <(nettrace completion bash)
_nettrace() {
  local word='' previous='' command='' words='' i
  word=\${COMP_WORDS[COMP_CWORD]}
  previous=\${COMP_WORDS[COMP_CWORD - 1]}
  # --format=json is three words.
  if [[ $word == '=' ]]; then word=''; elif [[ $previous == '=' ]]; then previous=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${commands.map(({ name }) => name).join('|')}) command=\${COMP_WORDS[i]}; break ;;
    esac
  done
  case "$command $previous" in
${commands.flatMap(valueCases).join('\n')}
    *)
      case "$command" in
        '') words='${[...commands.map(({ name }) => name), '--help', '--version'].join(' ')}' ;;
${commands.map(commandCase).join('\n')}
      esac ;;
  esac
  COMPREPLY=()
  while IFS='' read -r i; do COMPREPLY+=("$i"); done < <(compgen -W "$words" -- "$word")
}
complete -o default -F _nettrace nettrace
`;
}

const valueCases = ({ name, options }: Completed): readonly string[] =>
  options.flatMap(({ names, takes }) => {
    const patterns = names.map((option) => `'${name} ${option}'`).join('|');
    return takes ? [`    ${patterns}) words='${takes.join(' ')}' ;;`] : [];
  });

/** Options only where one was begun, so that files and choices are not lost among them. */
const commandCase = ({ name, words, options }: Completed): string => {
  const all = options.flatMap(({ names }) => names).join(' ');
  return `        ${name}) if [[ $word == -* ]]; then words='${all}'; else words='${words.join(' ')}'; fi ;;`;
};
