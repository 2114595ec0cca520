/** What the YAML library complains of, in the words of somebody who wants to go home. */
import type { ErrorCode } from 'yaml';
import { printable } from './printable.ts';

interface SyntaxProblem {
  readonly message: string;
  readonly suggestion?: string;
}

/** Why the library objects: its code, its own words, and the offset it points to. */
export interface Objection {
  readonly code: ErrorCode;
  readonly message: string;
  readonly offset: number;
  readonly isWarning: boolean;
}

/**
 * The first entry counts whose pattern fits the library's words, a line end, and the rest of the line it points to.
 * `$1` of a message is the pattern's first group, `@` the word at the place.
 */
type Phrase = readonly [pattern: RegExp, message: string, suggestion?: string];

const QUOTE_IT = 'put the text in quotes if it is meant as text';
const SAME_INDENT = 'indent them alike, with spaces';
const NEXT_LINE = 'start it on the next line';
const OPENED_ABOVE = 'look above for the one that opens it';

const PHRASES: Partial<Record<ErrorCode, readonly Phrase[]>> = {
  TAB_AS_INDENT: [[/^/, 'a tab is used as indentation', 'indent with spaces']],
  BAD_INDENT: [
    [/^All mapping/, 'this key is indented differently from the other keys of its map', SAME_INDENT],
    [/^All sequence/, 'this item is indented differently from the other items of its list', SAME_INDENT],
    [/collections must be indented/, 'a text block must be indented deeper than its key'],
    [/^Block scalar lines/, 'this line of a text block is indented less than the first one', SAME_INDENT],
    [
      /end with a (.)/,
      'a closing $1 is missing, or a line in the brackets is not indented deeper than its key',
    ],
    [/^/, 'the indentation is wrong here', SAME_INDENT],
  ],
  MISSING_CHAR: [
    [
      /^Implicit map keys/,
      'expected `key: value`, but no colon follows @',
      'write a colon and a space behind it',
    ],
    [
      /closing (.)quote/,
      'the $1 that opens this text is never closed',
      'write the same quote behind the text',
    ],
    [/^Missing , between/, 'a comma is missing between two items'],
    [/^Missing , or :/, 'a comma or a colon is missing'],
    [/^Missing space/, 'a space is missing behind the colon'],
    [/^Comments/, 'a space is missing before the # of a comment', QUOTE_IT],
    [/must end with a (.)/, 'a closing $1 is missing', OPENED_ABOVE],
    [
      /without - indicator/,
      'this line belongs to no item of the list above',
      'indent it like the keys of the item, or start it with a dash and a space',
    ],
    [/directives-end marker\n/, 'a map or list cannot start on the line of `---`', NEXT_LINE],
    [/directives-end/, 'a line `---` is missing behind the lines that start with %'],
    [/^Block scalars with/, 'a blank line of a text block is indented deeper than its first line of text'],
    [/^Tags and anchors/, 'a space is missing behind a tag or anchor', QUOTE_IT],
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    [
      /^Nested.*\n(?!.*:(?:\s|$))/,
      'the line below is indented deeper, but this key has its value already',
      SAME_INDENT,
    ],
    [/^Nested/, 'a second `key: value` on one line', 'put the value in quotes if the colon belongs to it'],
    [/^/, 'this item is indented differently from the other items of its list', SAME_INDENT],
  ],
  MULTILINE_IMPLICIT_KEY: [
    [
      /\n-\s/,
      'an item of a list stands where a key is expected',
      'indent it like the other items of its list',
    ],
    [/\n-/, 'expected `- item` or `key: value`', 'write a space behind the dash'],
    [/^/, 'a key must stand on one line with its colon', 'is a colon missing in this line?'],
  ],
  BAD_SCALAR_START: [
    [/a tab character/, 'a tab stands where a value is expected'],
    [/(\S)\n/, 'a value cannot start with $1', 'put it in quotes'],
  ],
  BAD_DQ_ESCAPE: [
    [
      /sequence (.*)/,
      '$1 means nothing in double quotes',
      'use single quotes, or write \\\\ for one backslash',
    ],
  ],
  BLOCK_IN_FLOW: [[/^/, 'a comma is missing behind this, or a closing bracket before it']],
  KEY_OVER_1024_CHARS: [[/^/, 'a key is longer than 1024 characters']],
  MULTIPLE_DOCS: [[/^/, 'a second document starts here', 'keep one document in a file']],
  UNEXPECTED_TOKEN: [
    [/^Unexpected , in|^Unexpected empty item/, 'a comma without an item before it'],
    [/on same line with key/, 'a list cannot start on the line of a key', NEXT_LINE],
    [/^Block scalar header/, 'nothing but a comment may follow the | or > of a text block', NEXT_LINE],
    [/^/, 'unexpected @', QUOTE_IT],
  ],
  BAD_ALIAS: [
    [/empty string/, 'a name is missing behind & or *', QUOTE_IT],
    [/ending in :/, 'the colon belongs to the name of the anchor', 'put a space before it'],
  ],
  ALIAS_PROPS: [[/^/, 'an alias cannot have a tag or an anchor of its own']],
  MULTIPLE_ANCHORS: [[/^/, 'a value can have only one anchor']],
  MULTIPLE_TAGS: [[/^/, 'a value can have only one tag']],
  BAD_PROP_ORDER: [[/^/, 'an anchor or tag must stand behind the dash, question mark or colon']],
  TAG_RESOLVE_FAILED: [[/^/, 'the tag @ is not supported', 'leave it out']],
  BAD_COLLECTION_TYPE: [[/^/, 'the tag @ is not supported here', 'leave it out']],
  BAD_DIRECTIVE: [
    [/version (.*)/, 'YAML version $1 is not known; 1.2 is read'],
    [/^/, 'the directive @ means nothing', 'leave the line out'],
  ],
};

/** The library's objection in our words; `@` of a phrase is what stands at the offset. */
export function syntaxProblem({ code, message, offset }: Objection, text: string): SyntaxProblem {
  const subject = `${message}\n${/.*/.exec(text.slice(offset, offset + 200))?.[0] ?? ''}`;
  for (const [pattern, words, suggestion] of PHRASES[code] ?? []) {
    const match = pattern.exec(subject);
    if (match === null) continue;
    const sentence = words.replace(/\$1|@/, (mark) =>
      mark === '@' ? excerpt(text, offset) : printable(match[1] ?? ''),
    );
    return suggestion === undefined ? { message: sentence } : { message: sentence, suggestion };
  }
  return { message: `this is not well-formed YAML: ${printable(message)}` };
}

/** What stands at an offset, up to the end of its word, in quotes. */
function excerpt(text: string, offset: number): string {
  const word = /^[^\s,[\]{}]+|^[^\s]/u.exec(text.slice(offset, offset + 200))?.[0];
  return word === undefined ? 'the end of the line' : `"${printable(word, 40)}"`;
}
