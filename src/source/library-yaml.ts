/** YAML: the `yaml` library's parser, with our own passage from its tree to values. */
import { Composer, isScalar, Lexer, Parser, type CST, type Document, type ErrorCode } from 'yaml';
import { printable } from './printable.ts';
import { DEEPEST, type Reading, type Root } from './reading.ts';
import { syntaxProblem, type Objection } from './syntax-problem.ts';
import { TreeReader } from './tree-reader.ts';

type Parsed = Document.Parsed;

// Every scalar is a text to the library, and plain-scalar.ts says what it means; duplicate keys are found by the tree
// reader (the library's own check is quadratic, and blind to `1` and `"1"`).
const OPTIONS = { schema: 'failsafe', resolveKnownTags: false, uniqueKeys: false } as const;

/** Objections after which a text is not read on. */
const MOST_OBJECTIONS = 1000;

/** Thrown to leave the library early; it reaches nobody. */
const ENOUGH = new Error('enough objections');

/**
 * Reads a YAML document and reports everything that is wrong with it, never throwing. The value is undefined if the text
 * holds no document, is nested too deeply or broken all over; a text with syntax errors has a value that is only good for
 * finding more problems.
 */
export function readWithLibrary(reading: Reading): Root {
  const objections: Objection[] = [];
  let parsed: Parsed | undefined;
  try {
    parsed = compose(reading, objections);
  } catch (error) {
    // A defect of the library must not become a stack trace.
    const reason = printable(error instanceof Error ? error.message : String(error));
    if (error !== ENOUGH) reading.report(0, 'yaml-syntax', `this is not YAML that can be read: ${reason}`);
  }
  const broken = reportObjections(objections, reading);
  const contents: Parsed['contents'] | null | undefined = parsed?.contents;
  if (parsed === undefined || contents === null || contents === undefined || isNothing(contents)) {
    return { value: undefined, offset: 0 };
  }
  reportVersion(parsed, reading);
  const known = reading.problems.length;
  const value = new TreeReader(reading).read(contents);
  reading.retract(({ offset }, index) => index >= known && broken.has(reading.lines.position(offset).line));
  return { value, offset: contents.range[0] };
}

const isNothing = (node: Parsed['contents']): boolean =>
  isScalar(node) && node.type === 'PLAIN' && node.source === '' && node.anchor === undefined;

/** The first document of the text; undefined if there is none or its nesting is too deep to go on. */
function compose(reading: Reading, objections: Objection[]): Parsed | undefined {
  const { text } = reading.lines;
  const parser = new Parser();
  const composer = boundedComposer(objections);
  const documents: Parsed[] = [];
  const take = (token: CST.Token): void => {
    if (token.type === 'error') object(objections, 'UNEXPECTED_TOKEN', token.message, token.offset);
    else documents.push(...composer.next(token));
  };
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) take(token);
    // The stack holds the document, the open collections and at most one scalar: no recursion gets far.
    if (parser.stack.length > DEEPEST + 2) {
      reading.tooDeep(parser.offset);
      return undefined;
    }
    if (documents.length > 1) break;
  }
  if (documents.length < 2) {
    for (const token of parser.end()) take(token);
    documents.push(...composer.end(true, text.length));
  }
  const [first, second] = documents;
  if (second !== undefined) object(objections, 'MULTIPLE_DOCS', '', second.range[0]);
  // The few that do not come by way of `onError`.
  for (const { code, message, pos } of first?.errors ?? []) object(objections, code, message, pos[0]);
  return first;
}

function object(
  objections: Objection[],
  code: ErrorCode,
  message: string,
  offset: number,
  isWarning = false,
): void {
  if (objections.length >= MOST_OBJECTIONS) throw ENOUGH;
  objections.push({ code, message, offset, isWarning });
}

type ErrorSource = number | readonly number[] | { readonly offset: number };

/**
 * A composer that hands over its objections. Its own way, an error with a stack for each, takes minutes and gigabytes on
 * a hostile file; the library has no public way to stop it.
 */
function boundedComposer(objections: Objection[]): Composer {
  const onError = (source: ErrorSource, code: ErrorCode, message: string, isWarning?: boolean): void => {
    if (objections.length >= MOST_OBJECTIONS) throw ENOUGH;
    const offset =
      typeof source === 'number' ? source : 'offset' in source ? source.offset : (source[0] ?? 0);
    objections.push({ code, message, offset, isWarning: isWarning === true });
  };
  return Object.assign(new Composer(OPTIONS), { onError });
}

/**
 * Reports the library's objections, of each line the first: the others are mostly its consequences. Gives back the
 * numbers of the lines with errors.
 */
function reportObjections(objections: readonly Objection[], reading: Reading): ReadonlySet<number> {
  const { lines } = reading;
  const broken = new Set<number>();
  for (const objection of objections.toSorted((a, b) => rank(a) - rank(b))) {
    const offset = placeOf(objection, lines.text);
    const { line, column } = lines.position(offset);
    // The library misses that a comment behind a bracket starts a line of its own.
    const isFalse = column === 1 && objection.message.startsWith('Comments must be separated');
    if (broken.has(line) || isFalse) continue;
    const { message, suggestion } = syntaxProblem({ ...objection, offset }, lines.text);
    if (objection.isWarning && !REFUSED.has(objection.code)) reading.warn(offset, 'yaml-syntax', message);
    else {
      broken.add(line);
      reading.report(offset, 'yaml-syntax', message, suggestion);
    }
  }
  return broken;
}

/** By offset; of several at one offset the one that says most comes first. */
const rank = ({ isWarning, code, offset }: Objection): number =>
  offset + (isWarning ? 0.5 : code === 'BLOCK_IN_FLOW' ? -0.5 : 0);

/** Where the fault is, which is not always where the library noticed it. */
function placeOf({ code, message, offset }: Objection, text: string): number {
  let at = Math.min(offset, text.length);
  const quote = code === 'MISSING_CHAR' ? /closing (.)quote/.exec(message)?.[1] : undefined;
  if (quote !== undefined) return openingQuote(text, at, quote);
  if (at === 0 || text[at - 1] === '\n') while (text[at] === ' ') at++;
  return at;
}

/** The quote that a text starts with which lasts up to `end` without being closed. */
function openingQuote(text: string, end: number, quote: string): number {
  const inner = quote === '"' ? '\\' : "'";
  let at = text.lastIndexOf(quote, end - 1);
  for (;;) {
    let escapes = 0;
    while (text[at - 1 - escapes] === inner) escapes++;
    if (escapes % 2 === 0 || at - escapes <= 0) return Math.max(at - (inner === "'" ? escapes : 0), 0);
    at = text.lastIndexOf(quote, at - escapes - 1);
  }
}

/** What the library only warns of: a tag that it does not know leaves the value without its meaning. */
const REFUSED: ReadonlySet<ErrorCode> = new Set(['TAG_RESOLVE_FAILED', 'BAD_COLLECTION_TYPE']);

function reportVersion({ directives: { yaml } }: Parsed, reading: Reading): void {
  if (yaml.explicit !== true || yaml.version !== '1.1') return;
  const message = 'the file says YAML 1.1, but 1.2 is read: `yes`, `no`, `on` and `off` are texts';
  reading.warn(0, 'yaml-syntax', message);
}
