import { describe, expect, test } from 'vitest';
import { readDocument } from './document.ts';

/** `line:column code`, then a part of the message. */
type Expected = string;

function expectProblems(
  content: string | Uint8Array,
  expected: readonly Expected[],
  file = 'net.yaml',
): void {
  const { diagnostics } = readDocument(file, content);
  const actual = diagnostics.map(({ at, code, message }) => `${at?.line}:${at?.column} ${code} ${message}`);
  expect(actual).toHaveLength(expected.length);
  for (const [index, line] of expected.entries()) {
    const [, head = '', part = ''] = /^(\S+ \S+) (.*)$/.exec(line) ?? [];
    expect(actual[index]?.slice(0, head.length)).toBe(head);
    expect(actual[index]).toContain(part);
  }
}

const SYNTAX: readonly (readonly [when: string, text: string, ...expected: Expected[]])[] = [
  ['a tab indents a key', 'a:\n\tb: 1', '2:1 yaml-syntax a tab is used as indentation'],
  ['the first line starts with a tab', '\ta: 1', '1:1 yaml-syntax a tab'],
  [
    'a key is indented less than its fellows',
    'a:\n  b: 1\n c: 2',
    '3:2 yaml-syntax this key is indented differently',
  ],
  [
    'a key is indented more than its fellows',
    'a:\n  b: 1\n   c: 2',
    '2:6 yaml-syntax the line below is indented deeper',
  ],
  ['an item is indented less', 'a:\n  - b\n - c', '3:2 yaml-syntax this item is indented differently'],
  ['a key of an item does not line up', 'a:\n  - x: 1\n   y: 2', '3:4 yaml-syntax belongs to no item'],
  ['a list goes on as a map', 'a:\n - x\n y: 1', '3:2 yaml-syntax this key is indented differently'],
  ['a value has a colon', 'a: b: c', '1:4 yaml-syntax a second `key: value` on one line'],
  ['a last key has no colon', 'a: 1\nname hub\n', '2:1 yaml-syntax no colon follows "name"'],
  [
    'a key in the middle has no colon',
    'a\nb: 1',
    '1:1 yaml-syntax a key must stand on one line with its colon',
  ],
  ['a dash has no space', 'a:\n- b\n-c\n- d', '3:1 yaml-syntax expected `- item`'],
  [
    'an item stands among keys',
    'a: 1\n- b',
    '2:1 yaml-syntax an item of a list stands where a key is expected',
  ],
  [
    'a list starts on the line of its key',
    'a: - b',
    '1:4 yaml-syntax a list cannot start on the line of a key',
  ],
  [
    'a double quote is not closed',
    'a: "x\nb: 1',
    '1:4 yaml-syntax the " that opens this text is never closed',
  ],
  ['a single quote is not closed', "a: 'x", "1:4 yaml-syntax the ' that opens this text is never closed"],
  ['text follows a quoted text', 'a: "b" c', '1:8 yaml-syntax unexpected "c"'],
  [
    'an escape is none',
    String.raw`a: "C:\qos"`,
    String.raw`1:7 yaml-syntax \q means nothing in double quotes`,
  ],
  ['a list in brackets is not closed', 'a: [1, 2', '1:9 yaml-syntax a closing ] is missing'],
  ['a map in braces is not closed', 'a: {b: 1\nc: 2', '2:1 yaml-syntax a closing } is missing'],
  ['a bracket closes nothing', 'a: ]', '1:4 yaml-syntax unexpected "]"'],
  ['an item in brackets is missing', 'a: [1,, 2]', '1:7 yaml-syntax a comma without an item'],
  ['a list in brackets starts with a comma', 'a: [,1]', '1:5 yaml-syntax a comma without an item'],
  ['a bracketed list lacks its comma', 'a: ["b" "c"]', '1:9 yaml-syntax a comma or a colon is missing'],
  ['an indented list stands in brackets', 'a: [\n  - b\n  ]', '2:3 yaml-syntax'],
  ['a value starts with @', 'a: @x', '1:4 yaml-syntax a value cannot start with @'],
  ['a value starts with a backtick', 'a: `x`', '1:4 yaml-syntax a value cannot start with `'],
  ['a value starts with %', 'a: %x', '1:4 yaml-syntax a value cannot start with %'],
  ['a comment touches a value', 'a: "b"#c', '1:7 yaml-syntax a space is missing before the #'],
  ['a text block is not indented', 'a: |\nb', '2:1 yaml-syntax no colon follows "b"'],
  ['a text block is indented less later', 'a: |\n    x\n  y\nb: 1', '3:3 yaml-syntax'],
  ['text follows the bar of a text block', 'a: |x\n b', '1:5 yaml-syntax nothing but a comment may follow'],
  ['a second document follows', 'a: 1\n---\nb: 2', '2:1 yaml-syntax a second document starts here'],
  ['a third document follows', 'a: 1\n---\nb: 2\n---\nc: 3', '2:1 yaml-syntax a second document'],
  ['a directive is not ended', '%YAML 1.2\na: 1', '2:1 yaml-syntax a line `---` is missing'],
  ['a directive is none', '%FOO\n---\na: 1', '1:1 yaml-syntax the directive "%FOO" means nothing'],
  ['YAML 1.1 is declared', '%YAML 1.1\n---\na: yes', '1:1 yaml-syntax the file says YAML 1.1'],
  ['an alias names nothing', 'a: *x', '1:4 yaml-syntax the alias *x names no anchor'],
  [
    'an anchor comes after its alias',
    'a: *x\nb: &x 1',
    '1:4 yaml-syntax the alias *x names no anchor before it',
  ],
  ['a list contains itself', 'a: &a [*a]', '1:8 yaml-syntax inside of its own anchor &a'],
  ['a map contains itself', 'a: &a\n  b: {c: *a}', '2:10 yaml-syntax it would never end'],
  ['a star has no name', 'a: * 1', '1:4 yaml-syntax a name is missing'],
  ['a value has two anchors', 'a: &x &y 1', '1:7 yaml-syntax only one anchor'],
  ['a tag is not plain YAML', 'a: !vnet b', '1:4 yaml-syntax the tag "!vnet" is not supported'],
  ['a tag asks for code', 'a: !!js/function x', '1:4 yaml-syntax is not supported'],
  [
    'several lines are broken',
    'a:\n  b: [1, 2\nc: 3\nd: 4: 5\ne: "f',
    '3:1 yaml-syntax a closing ] is missing',
    '4:4 yaml-syntax a second `key: value`',
    '5:4 yaml-syntax the " that opens',
  ],
];

const KEYS: typeof SYNTAX = [
  [
    'a key stands twice',
    'a: 1\nb: 2\na: 3',
    '3:1 key-duplicate the key "a" stands twice in this map (first at line 1, column 1)',
  ],
  ['keys stand twice in braces', 'x: {a: 1, a: 2}', '1:11 key-duplicate (first at line 1, column 5)'],
  ['a number and a text are one key', '1: a\n"1": b', '2:1 key-duplicate the key "1"'],
  [
    'several keys stand twice',
    'a: 1\na: 2\nb:\n  c: 3\n  c: 4\nb: 5',
    '2:1 key-duplicate "a"',
    '5:3 key-duplicate "c"',
    '6:1 key-duplicate "b"',
  ],
  ['a key stands twice below an anchor', 'x: &x 1\na: *x\na: 2', '3:1 key-duplicate line 2, column 1'],
  ['a list is a key', '[a]: b', '1:1 key-invalid a list cannot be a key'],
  ['a map is a key', '? {a: 1}\n: 2', '1:3 key-invalid a map cannot be a key'],
  ['an alias is a key', 'a: &x b\n*x : c', '2:1 key-invalid an alias cannot be a key'],
  ['a key is missing', ': x', '1:1 key-invalid a key is missing before the colon'],
  ['a merge key merges a number', 'a:\n  <<: 1', '2:3 key-invalid the merge key << must have a map'],
  [
    'a key has an escape sequence in it',
    '"a\\u001b[31m": 1',
    String.raw`1:1 name-invalid the key "a\u001b[31m" holds control characters`,
  ],
  ['a key has a raw control character in it', 'a\u0007b: 1', String.raw`1:1 name-invalid a\u0007b`],
  ['a key turns the direction of text', 'x:\n  a\u202eb: 1', String.raw`2:3 name-invalid a\u202eb`],
  ['a key has a line separator in it', 'a\u2028b: 1', String.raw`1:1 name-invalid a\u2028b`],
  ['a key has C1 controls in it', '"\\x9b31m": 1', String.raw`1:1 name-invalid \u009b31m`],
  [
    'keys have names of the JavaScript kind',
    '__proto__: 1\nconstructor: 2',
    '1:1 name-invalid "__proto__" cannot be used',
    '2:1 name-invalid "constructor"',
  ],
];

const VALUES: typeof SYNTAX = [
  ['an integer is beyond 2^53', 'a: 12345678901234567890', '1:4 value-invalid too large to be kept exactly'],
  ['a hexadecimal number is beyond 2^53', 'a: [0xfffffffffffffffff]', '1:5 value-invalid too large'],
  ['the top level is a list', '- a', '1:1 type-wrong must be a map of sections, not a list'],
  ['the top level is a text', '\n  just text', '2:3 type-wrong not a text'],
  ['the top level is a number', '42', '1:1 type-wrong not a number'],
  ['the top level is null', '~', '1:1 type-wrong not null'],
  [
    'the top level is a list with a fault in it',
    '- a: 1\n  a: 2',
    '1:1 type-wrong not a list',
    '2:3 key-duplicate "a"',
  ],
  ['the file is empty', '', '1:1 document-empty holds nothing'],
  ['the file is blank', ' \n\n', '1:1 document-empty holds nothing'],
  ['the file holds only comments', '# a\n# b\n', '1:1 document-empty holds nothing'],
  ['the file holds only a marker', '---\n', '1:1 document-empty holds nothing'],
  ['the file holds a NUL', 'a: 1\nb: \0', '2:4 document-encoding a NUL byte'],
];

describe('readDocument, text that is wrong', () => {
  test.each([...SYNTAX, ...KEYS, ...VALUES])(
    'when %s, then it says so and where',
    (_when, text, ...expected) => {
      expectProblems(text, expected);
    },
  );

  test.each(SYNTAX)(
    'when %s, then the same text with CRLF has its faults in the same places',
    (_when, text, ...expected) => {
      expectProblems(text.replaceAll('\n', '\r\n'), expected);
    },
  );
});

const JSON_FAULTS: readonly (readonly [when: string, text: string, ...expected: Expected[]])[] = [
  ['a brace is not closed', '{"a": 1', '1:8 yaml-syntax a closing } is missing'],
  ['a comma is missing', '{"a": 1\n "b": 2}', '1:7 yaml-syntax a comma is missing behind this'],
  ['a key stands twice', '{"a": 1,\n "a": 2}', '2:2 key-duplicate first at line 1, column 2'],
  ['a key stands twice by way of an escape', '{"a": 1,\n "\\u0061": 2}', '2:2 key-duplicate "a"'],
  ['the top level is a list', '[1]', '1:1 type-wrong not a list'],
  ['an integer loses digits', '{"a": 9007199254740993}', '1:7 value-invalid 9007199254740993'],
  ['a key is __proto__', '{"__proto__": {"a": 1}}', '1:2 name-invalid "__proto__"'],
];

describe('readDocument, JSON that is wrong', () => {
  test.each(JSON_FAULTS)('when %s, then it says so and where', (_when, text, ...expected) => {
    expectProblems(text, expected, 'net.json');
  });
});

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

const ENCODINGS: readonly (readonly [when: string, content: Uint8Array, expected: Expected])[] = [
  ['it is UTF-16 (little endian)', bytes([0xff, 0xfe], [0x61, 0, 0x3a, 0]), '1:1 document-encoding UTF-16'],
  ['it is UTF-16 (big endian)', bytes([0xfe, 0xff], [0, 0x61, 0, 0x3a]), '1:1 document-encoding UTF-16'],
  ['it is Latin-1', bytes('a: 1\nb: gr', [0xfc], 'n'), '2:6 document-encoding a byte here means nothing'],
  [
    'a real replacement character precedes the wrong byte',
    bytes('a: \ufffd\nb: ', [0x80]),
    '2:4 document-encoding not UTF-8',
  ],
  ['a last character is cut', bytes('a: ', [0xe2, 0x82]), '1:4 document-encoding not UTF-8'],
  ['it is compressed', bytes([0x1f, 0x8b, 0x08, 0x00, 0x00]), '1:2 document-encoding binary'],
  ['it holds a NUL', bytes('a: ', [0]), '1:4 document-encoding binary'],
];

describe('readDocument, bytes that are no text', () => {
  test.each(ENCODINGS)('when %s, then it says so', (_when, content, expected) => {
    expectProblems(content, [expected]);
  });

  test('when a replacement character is written, then it is text like any other', () => {
    expectProblems(bytes('a: \ufffd'), []);
  });
});

describe('readDocument, suggestions', () => {
  test.each([
    ['the alias is misspelt', 'a: &defaults {x: 1}\nb: *defualts', 'did you mean *defaults?'],
    ['a tab indents', 'a:\n\tb: 1', 'indent with spaces'],
    ['a colon belongs to the text', 'a: b: c', 'put the value in quotes if the colon belongs to it'],
    ['a number is too long', 'a: 12345678901234567890', 'put it in quotes if it is a text'],
  ])('when %s, then the suggestion says what to write', (_when, text, suggestion) => {
    expect(readDocument('net.yaml', text).diagnostics[0]?.suggestion).toBe(suggestion);
  });
});
