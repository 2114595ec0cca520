/** The options of a command, as its `--help` lists them. */

export interface OptionRow {
  /** `-t, --topology <file>`. */
  readonly flags: string;
  readonly text: string;
}

export function optionsOf(help: string): readonly OptionRow[] {
  const lines = help.slice(help.indexOf('\nOptions:\n') + '\nOptions:\n'.length).split('\n');
  const rows: { flags: string; text: string }[] = [];
  for (const line of lines.slice(0, lines.indexOf(''))) {
    const [, flags, text] = /^ {2}(-.*?)(?: {2,}(.*))?$/.exec(line) ?? [];
    if (flags === undefined) rows.at(-1)!.text += ` ${line.trim()}`;
    else rows.push({ flags, text: text ?? '' });
  }
  return rows;
}

/** `-t` and `--topology`. */
export const flagsOf = ({ flags }: OptionRow): readonly string[] => flags.match(/(?<![\w-])--?[\w-]+/g) ?? [];

export const optionTable = (help: string): string =>
  [
    '| option | what |',
    '| --- | --- |',
    ...optionsOf(help).map(({ flags, text }) => `| \`${flags}\` | ${text.replaceAll(/[<>|]/g, '\\$&')} |`),
    '',
  ].join('\n');
