/** The slow, complete reader: the `yaml` library's parser, with our own passage from its tree to values. */
import { Composer, isScalar, Lexer, Parser, type Document, type ErrorCode } from 'yaml';
import type { Root } from './plain-yaml.ts';
import { printable } from './printable.ts';
import { DEEPEST, type Reading } from './reading.ts';
import { syntaxProblem } from './syntax-problem.ts';
import { TreeReader } from './tree-reader.ts';

type Parsed = Document.Parsed;

// Scalars are resolved by plain-scalar.ts, so that both readers do it alike; duplicate keys are found by the tree reader
// (the library's own check is quadratic).
const OPTIONS = { schema: 'failsafe', resolveKnownTags: false, uniqueKeys: false } as const;

/**
 * Reads a YAML document and reports everything that is wrong with it, never throwing. The value is undefined iff the
 * text holds no document or is nested too deeply; a text with syntax errors has a value that is only good for finding
 * more problems.
 */
export function readWithLibrary(text: string, reading: Reading): Root {
  let parsed: Parsed | undefined;
  try {
    parsed = compose(text, reading);
  } catch (error) {
    // A defect of the library must not become a stack trace.
    const reason = printable(error instanceof Error ? error.message : String(error));
    reading.report(0, 'yaml-syntax', `this is not YAML that can be read: ${reason}`);
  }
  if (parsed === undefined) return { value: undefined, offset: 0 };
  const broken = reportSyntax(parsed, text, reading);
  const { contents } = parsed as { readonly contents: Parsed['contents'] | null };
  const isEmpty =
    contents === null || (isScalar(contents) && contents.type === 'PLAIN' && contents.source === '');
  if (isEmpty) return { value: undefined, offset: 0 };
  const known = reading.problems.length;
  const value = new TreeReader(reading).read(contents);
  reading.retract(({ offset }, index) => index >= known && broken.has(lineStart(text, offset)));
  return { value, offset: contents.range[0] };
}

/** The first document of the text; undefined if there is none or its nesting is too deep to go on. */
function compose(text: string, reading: Reading): Parsed | undefined {
  const parser = new Parser();
  const composer = new Composer(OPTIONS);
  const documents: Parsed[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
    // The stack holds the document, the open collections and at most one scalar: no recursion gets far.
    if (parser.stack.length > DEEPEST + 2) {
      reading.tooDeep(parser.offset);
      return undefined;
    }
    if (documents.length > 1) break;
  }
  if (documents.length < 2) {
    for (const token of parser.end()) documents.push(...composer.next(token));
    documents.push(...composer.end(true, text.length));
  }
  const [first, second] = documents;
  if (second !== undefined) reportDocument(second, text, reading);
  return first;
}

function reportDocument({ range }: Parsed, text: string, reading: Reading): void {
  const offset = range[0];
  const { message, suggestion } = syntaxProblem({ code: 'MULTIPLE_DOCS', message: '', offset }, text);
  reading.report(offset, 'yaml-syntax', message, suggestion);
}

/**
 * The library's complaints, of each line the first: the others are mostly its consequences. Gives back where the lines
 * with errors start.
 */
function reportSyntax(
  { errors, warnings, directives }: Parsed,
  text: string,
  reading: Reading,
): ReadonlySet<number> {
  const broken = new Set<number>();
  for (const { code, message, pos } of errors.toSorted((a, b) => a.pos[0] - b.pos[0])) {
    const offset = Math.min(pos[0], text.length);
    const line = lineStart(text, offset);
    // The library misses that a comment behind a bracket starts a line of its own.
    const isFalse = message.startsWith('Comments must be separated') && offset === line;
    if (broken.has(line) || isFalse) continue;
    broken.add(line);
    reportAs(code, message, offset, text, reading);
  }
  for (const { code, message, pos } of warnings) {
    if (broken.has(lineStart(text, pos[0]))) continue;
    if (code === 'TAG_RESOLVE_FAILED' || code === 'BAD_COLLECTION_TYPE')
      reportAs(code, message, pos[0], text, reading);
    else reading.warn(pos[0], 'yaml-syntax', syntaxProblem({ code, message, offset: pos[0] }, text).message);
  }
  if (directives.yaml.explicit === true && directives.yaml.version === '1.1') {
    reading.warn(
      0,
      'yaml-syntax',
      'the file says YAML 1.1, but 1.2 is read: `yes`, `no`, `on` and `off` are texts',
    );
  }
  return broken;
}

const lineStart = (text: string, offset: number): number =>
  offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;

function reportAs(code: ErrorCode, words: string, offset: number, text: string, reading: Reading): void {
  const { message, suggestion } = syntaxProblem({ code, message: words, offset }, text);
  reading.report(offset, 'yaml-syntax', message, suggestion);
}
