/**
 * Rules, and what iptables-restore and iptables-save 1.8.9 make of them:
 *
 *     filter INPUT -s 10/8          table, chain, rule
 *     = -s 10.0.0.0/8               what is saved, a line a rule; `!` when it is refused
 */
export interface Recorded {
  readonly table: string;
  readonly chain: string;
  readonly rule: string;
  /** Undefined when it is refused. */
  readonly saved: readonly string[] | undefined;
}

export function readTranscript(text: string): readonly Recorded[] {
  const recorded: { table: string; chain: string; rule: string; saved: string[] | undefined }[] = [];
  for (const line of text.split('\n')) {
    if (line === '!') recorded.at(-1)!.saved = undefined;
    else if (line.startsWith('= ')) recorded.at(-1)!.saved!.push(line.slice(2));
    else if (line !== '') {
      const [, table, chain, rule] = /^(\S+) (\S+) ?(.*)$/.exec(line)!;
      recorded.push({ table: table!, chain: chain!, rule: rule!, saved: [] });
    }
  }
  return recorded;
}

/** The text that iptables-restore is given for a rule; chain U is there to be jumped to. */
export const restoreText = ({ table, chain, rule }: Recorded): string =>
  `*${table}\n:U - [0:0]\n-A ${chain} ${rule}\nCOMMIT\n`;

/** The rules in a saved text, without their chain. */
export const savedRules = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('-A '))
    .map((line) => line.replace(/^-A \S+ ?/, ''));
