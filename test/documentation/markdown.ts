/** What a Markdown file holds that can be checked: fenced blocks, spans of code, generated parts. */

export interface Block {
  /** `console`, `yaml`: the first word after the fence. */
  readonly language: string;
  /** The words after it: `file=flows.jsonl`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly text: string;
}

const FENCE = /^```(\w*) *(.*)$/;

export function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { readonly language: string; readonly words: string; readonly line: number } | undefined;
  let text: string[] = [];
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = FENCE.exec(line);
    if (open === undefined) {
      if (fence) open = { language: fence[1]!, words: fence[2]!, line: index + 1 };
    } else if (line === '```') {
      const { language, words, line: first } = open;
      blocks.push({ language, attributes: attributesOf(words), line: first, text: `${text.join('\n')}\n` });
      [open, text] = [undefined, []];
    } else text.push(line);
  }
  return blocks;
}

const attributesOf = (words: string): Record<string, string> =>
  Object.fromEntries(
    words
      .split(' ')
      .filter(Boolean)
      .map((word) => word.split('=', 2) as [string, string]),
  );

/** The file that a block is, by its first line `# file: shop.yaml` or its attribute; undefined when it is none. */
export const fileOf = ({ text, attributes }: Block): string | undefined =>
  attributes['file'] ?? /^# file: (\S+)\n/.exec(text)?.[1];

/** A file after a diff: its lines with a space or `-` before them stand together in the file, once. */
export function patched(file: string, diff: string): string {
  const lines = diff.replace(/\n$/, '').split('\n');
  const side = (sign: string): string =>
    lines.flatMap((line) => (' '.concat(sign).includes(line[0] ?? ' ') ? `${line.slice(1)}\n` : [])).join('');
  const before = side('-');
  const parts = file.split(before);
  if (parts.length !== 2)
    throw new Error(`the diff is for ${parts.length - 1} places of the file, not for one`);
  return parts.join(side('+'));
}

/** Spans of code outside of blocks. */
export function spansOf(markdown: string): readonly string[] {
  const prose = markdown.replaceAll(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
}

/** The same file with another text in a block. */
export function withBlock(markdown: string, { line }: Block, text: string): string {
  const lines = markdown.split('\n');
  const end = lines.indexOf('```', line);
  lines.splice(line, end - line, ...text.replace(/\n$/, '').split('\n'));
  return lines.join('\n');
}

/** Names of the parts between `<!-- begin: NAME -->` and `<!-- end: NAME -->`. */
export const partsOf = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^<!-- begin: (\S+) -->$/gm)].map((match) => match[1]!);

const partPattern = (name: string): RegExp =>
  new RegExp(`(^<!-- begin: ${name} -->\n)([\\s\\S]*?)(^<!-- end: ${name} -->$)`, 'm');

export const partOf = (markdown: string, name: string): string => partPattern(name).exec(markdown)?.[2] ?? '';

export const withPart = (markdown: string, name: string, text: string): string =>
  markdown.replace(partPattern(name), (_all, begin: string, _old, end: string) => `${begin}${text}${end}`);
