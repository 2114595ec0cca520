// A golden case: one readable text file that holds what goes in, the command, and all that must come out.
//
//     When the kernel of the chosen appliance does not forward, then the SYN ends in that guest.
//
//     -- command --
//     nettrace walk -t topologies/hub-spoke-vpn.yaml --src 10.3.0.4 ...
//     -- stdout --
//     DROPPED at hop 5, nva2: guest-forwarding-off
//     -- status --
//     1
//
// Before the command may stand files (`-- file net.yaml --`) and what the command reads (`-- stdin --`).
// With files the command runs in a directory that holds nothing else, without files at the repository's root.
// Without `-- stderr --` nothing may be written there.

export interface Case {
  /** `when X then Y`. */
  readonly title: string;
  readonly files: ReadonlyMap<string, string>;
  readonly stdin: string | undefined;
  /** As a user would type it. */
  readonly command: string;
  readonly outcome: Outcome;
}

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

const MARKER = /^-- (?:(command|stdin|stdout|stderr|status)|file ([\w.-]+)) --$/;

export function readCase(text: string): Case {
  const [title = '', ...rest] = text.split('\n');
  const files = new Map<string, string>();
  const sections = new Map<string, string>();
  let add: (line: string) => void = (line) => {
    if (line !== '') throw new Error(`"${line}" stands before the first section`);
  };
  if (rest.at(-1) === '') rest.pop();
  for (const line of rest) {
    const marker = MARKER.exec(line);
    if (!marker) {
      add(line);
      continue;
    }
    const [, section, file] = marker;
    const [into, name] = file === undefined ? ([sections, section!] as const) : ([files, file] as const);
    if (into.has(name)) throw new Error(`two sections ${line}`);
    into.set(name, '');
    add = (one) => into.set(name, `${into.get(name) ?? ''}${one}\n`);
  }
  const command = sections.get('command')?.trimEnd();
  if (title === '' || command === undefined) throw new Error('a case has a title and a command');
  return {
    title,
    files,
    stdin: sections.get('stdin'),
    command,
    outcome: {
      stdout: sections.get('stdout') ?? '',
      stderr: sections.get('stderr') ?? '',
      status: Number(sections.get('status') ?? Number.NaN),
    },
  };
}

/** The one text of a case: what `readCase` takes. */
export function formatCase({ title, files, stdin, command, outcome }: Case): string {
  const { stdout, stderr, status } = outcome;
  const part = (name: string, text: string): string => `-- ${name} --\n${text}`;
  return [
    `${title}\n\n`,
    ...[...files].map(([name, text]) => part(`file ${name}`, text)),
    ...(stdin === undefined ? [] : [part('stdin', stdin)]),
    part('command', `${command}\n`),
    ...(stdout === '' ? [] : [part('stdout', stdout)]),
    ...(stderr === '' ? [] : [part('stderr', stderr)]),
    part('status', `${status}\n`),
  ].join('');
}

/** The words of a command, as a shell splits them: blanks, a backslash at the end of a line, quotes. */
export function wordsOf(command: string): readonly string[] {
  const [program, ...words] = [
    ...command.replaceAll('\\\n', ' ').matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g),
  ].map(([word]) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
  if (program !== 'nettrace') throw new Error(`not a command of nettrace: ${command}`);
  return words;
}
