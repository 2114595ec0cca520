/** A console block: lines after `$ ` are commands, the lines under each what it prints. */

export interface Exchange {
  readonly command: string;
  readonly output: string;
}

/** A command goes on after a line that ends in `\`. */
export function exchangesOf(text: string): readonly Exchange[] {
  const exchanges: { command: string; output: string }[] = [];
  let isOpen = false;
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const last = exchanges.at(-1);
    if (line.startsWith('$ ')) exchanges.push({ command: line.slice(2), output: '' });
    else if (last && isOpen) last.command += `\n${line}`;
    else if (last) last.output += `${line}\n`;
    else throw new Error(`a console block begins with "$ ", not with "${line}"`);
    isOpen = (isOpen || line.startsWith('$ ')) && line.endsWith('\\');
  }
  return exchanges;
}

export const consoleText = (exchanges: readonly Exchange[]): string =>
  exchanges.map(({ command, output }) => `$ ${command}\n${output}`).join('');

/** The commands of a line of shell that start nettrace, without what npx and pipes add. */
export const nettraceIn = (line: string): readonly string[] =>
  line
    .replaceAll('\\\n', ' ')
    .split(/&&|\|\||[|;\n]/)
    .map((part) => part.trim().replace(/^npx /, ''))
    .filter((part) => /^nettrace( |$)/.test(part));
