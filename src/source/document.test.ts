import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDocument, type Document } from './document.ts';
import { formatPosition } from './position.ts';

function documentOf(text: string): Document {
  const { document, diagnostics } = readDocument('net.yaml', text);
  expect(diagnostics).toEqual([]);
  return document!;
}

const at = (document: Document, pointer: string, part?: 'key' | 'value'): string =>
  formatPosition(document.locate(pointer, part));

const PLAIN = `# a comment
name: hub

vnets:
  vnet-hub: # the hub
    addressPrefixes: [10.0.0.0/16, "10.1.0.0/16"]
    subnets: { snet-nva: { addressPrefix: 10.0.1.0/24 } }
list:
- first
- name: second
  vni: 010
empty:
iptables: |
  *nat

    :PREROUTING ACCEPT
  COMMIT
a/b~c: 0.10
`;

// The same positions, with aliases to follow.
const ANCHORED = `${PLAIN}z: &z { deep: { er: 0.50 } }\nzz: *z\n`;

describe('locate', () => {
  test.each([
    ['', 'value', '2:1'],
    ['/name', 'value', '2:7'],
    ['/name', 'key', '2:1'],
    ['/vnets', 'value', '5:3'],
    ['/vnets/vnet-hub', 'key', '5:3'],
    ['/vnets/vnet-hub', 'value', '6:5'],
    ['/vnets/vnet-hub/addressPrefixes/0', 'value', '6:23'],
    ['/vnets/vnet-hub/addressPrefixes/1', 'key', '6:36'],
    ['/vnets/vnet-hub/subnets/snet-nva/addressPrefix', 'key', '7:28'],
    ['/vnets/vnet-hub/subnets/snet-nva/addressPrefix', 'value', '7:43'],
    ['/list', 'value', '9:1'],
    ['/list/0', 'value', '9:3'],
    ['/list/1', 'value', '10:3'],
    ['/list/1/vni', 'value', '11:8'],
    ['/empty', 'value', '12:1'],
    ['/iptables', 'value', '13:11'],
    ['/a~1b~0c', 'key', '18:1'],
    ['/iptables#1', 'value', '14:3'],
    ['/iptables#3', 'value', '16:5'],
    ['/iptables#4', 'value', '17:3'],
    ['/iptables#99', 'value', '17:3'],
    ['/name#1', 'value', '2:7'],
    ['/name#5', 'value', '2:7'],
    ['/nothing', 'value', '2:1'],
    ['/vnets/vnet-spoke', 'value', '5:3'],
    ['/vnets/vnet-spoke', 'key', '4:1'],
    ['/vnets/vnet-hub/addressPrefixes/2', 'value', '6:22'],
    ['/vnets/vnet-hub/addressPrefixes/x', 'value', '6:22'],
    ['/name/deeper', 'value', '2:7'],
    ['/iptables/0#2', 'value', '13:11'],
  ] as const)('when asked for %s (%s), then it is at %s', (pointer, part, expected) => {
    expect(at(documentOf(PLAIN), pointer, part)).toBe(`net.yaml:${expected}`);
    expect(at(documentOf(ANCHORED), pointer, part)).toBe(`net.yaml:${expected}`);
    expect(at(documentOf(PLAIN.replaceAll('\n', '\r\n')), pointer, part)).toBe(`net.yaml:${expected}`);
    expect(at(documentOf(`\ufeff${PLAIN}`), pointer, part)).toBe(`net.yaml:${expected}`);
  });

  test('when a value is behind an alias, then it is where the anchor is, and the alias is where it stands', () => {
    const document = documentOf(ANCHORED);
    expect(at(document, '/zz')).toBe('net.yaml:20:5');
    expect(at(document, '/zz/deep/er')).toBe('net.yaml:19:21');
  });

  test('when a value comes from a merge key, then it is where it is written', () => {
    const document = documentOf('base: &base\n  a: 1\n  b: 2\none:\n  <<: *base\n  b: 3\n');
    expect(document.value).toEqual({ base: { a: 1, b: 2 }, one: { a: 1, b: 3 } });
    expect(at(document, '/one/a', 'key')).toBe('net.yaml:2:3');
    expect(at(document, '/one/b')).toBe('net.yaml:6:6');
  });

  test.each([
    ['a: >\n  one\n  two\n\n  three\n  four\n\n\n  five\n', ['2:3', '5:3', '7:1', '9:3']],
    ['a: |+\n\n  one\n  two\n\n', ['2:1', '3:3', '4:3']],
    ['a: |2\n    one\n  two\n', ['2:5', '3:3']],
    ['a: |-\n  one\n  two', ['2:3', '3:3']],
    ['a: "one\\ntwo"\n', ['1:4', '1:4']],
  ])('when the text is %j, then its lines are at %j', (text, expected) => {
    const document = documentOf(text);
    expect(expected.map((_, index) => at(document, `/a#${index + 1}`))).toEqual(
      expected.map((place) => `net.yaml:${place}`),
    );
  });

  test('when a key ends like a line number, then the key is meant', () => {
    const document = documentOf('a: |\n  one\n"a#1": 2\n');
    expect(at(document, '/a#1')).toBe('net.yaml:3:8');
  });

  test('when a map has thousands of keys, then the last is found', () => {
    const text = Array.from({ length: 5000 }, (_, index) => `k${index}: ${index}\n`).join('');
    expect(at(documentOf(text), '/k4999')).toBe('net.yaml:5000:8');
  });

  test('when keys look like indexes, then their order does not confuse them', () => {
    const document = documentOf('b: 0\n10: a\n2: b\n');
    expect(at(document, '/10')).toBe('net.yaml:2:5');
    expect(at(document, '/2')).toBe('net.yaml:3:4');
  });
});

describe('sourceOf', () => {
  test.each([
    ['/a~1b~0c', '0.10'],
    ['/list/1/vni', '010'],
    ['/name', 'hub'],
    ['/vnets/vnet-hub/addressPrefixes/1', '10.1.0.0/16'],
    ['/empty', ''],
    ['/vnets', undefined],
    ['/nothing', undefined],
  ])('when asked for %s, then it is %j', (pointer, expected) => {
    expect(documentOf(PLAIN).sourceOf(pointer)).toBe(expected);
    expect(documentOf(ANCHORED).sourceOf(pointer)).toBe(expected);
  });

  test.each([
    ['a: 0x1F', '0x1F'],
    ['a: [+1.50]', '+1.50'],
    ['a: {b: TRUE}', 'TRUE'],
    ['{"a": -1e3}', '-1e3'],
    ['a: ~', '~'],
  ])('when the document is %j, then its scalar was %s', (text, expected) => {
    const document = documentOf(text);
    const pointer = ['/a', '/a/0', '/a/b'].find((candidate) => document.sourceOf(candidate) === expected);
    expect(pointer).toBeDefined();
  });

  test('when a number stands behind an alias, then its value is given', () => {
    expect(documentOf('a: &a 7\nb: *a').sourceOf('/b')).toBe('7');
  });
});

describe('value', () => {
  test.each([
    [
      'a: yes\nb: on\nc: 010\nd: 0o17\ne: 0x1f\nf: 1_000',
      { a: 'yes', b: 'on', c: 10, d: 15, e: 31, f: '1_000' },
    ],
    [
      'a: 12:30:45\nb: 00:0d:3a:00:00:01\nc: ::1\nd: ::/0',
      { a: '12:30:45', b: '00:0d:3a:00:00:01', c: '::1', d: '::/0' },
    ],
    ['a: .inf\nb: .nan\nc: 1e999\nd: 2026-11-21', { a: '.inf', b: '.nan', c: '1e999', d: '2026-11-21' }],
    ['a: ~\nb: null\nc:\nd: "null"', { a: null, b: null, c: null, d: 'null' }],
    ['a: !!str 10\nb: ! 10\nc: &x !!str true', { a: '10', b: '10', c: 'true' }],
    ['a: \'it\'\'s\'\nb: "\\x41\\u00e9\\t"\nc: "two\n  lines"', { a: "it's", b: 'Aé\t', c: 'two lines' }],
    ['? a\n: b', { a: 'b' }],
    ['1: a\n2.50: b\ntrue: c\n~: d', { 1: 'a', '2.50': 'b', true: 'c', '~': 'd' }],
    ['"<<": 1', { '<<': 1 }],
    ['a: &x {k: 1}\nb: &y {l: 2}\nc: {<<: [*x, *y], k: 3}', { a: { k: 1 }, b: { l: 2 }, c: { k: 3, l: 2 } }],
    ['a: &x [1]\nb: [*x, *x]', { a: [1], b: [[1], [1]] }],
    ['a: &x 1\nb: &x 2\nc: *x', { a: 1, b: 2, c: 2 }],
    ['---\na: 1\n...\n', { a: 1 }],
    ['{}', {}],
    ['{a: 1, # comment\n "b":2,}', { a: 1, b: 2 }],
    ['a: |\n  \tx\n  y\u001b', { a: '\tx\ny\u001b\n' }],
    ['toString: 1\nhasOwnProperty: 2', { toString: 1, hasOwnProperty: 2 }],
  ])('when the text is %j, then the value is what YAML 1.2 says', (text, expected) => {
    expect(documentOf(text).value).toEqual(expected);
  });

  test('when a map is read, then it inherits no names', () => {
    for (const text of ['a: {}', 'a: &a {}', '{"a":{}}']) {
      const value = documentOf(text).value as Record<string, Record<string, unknown>>;
      expect(value['toString']).toBeUndefined();
      expect(value['a']?.['constructor']).toBeUndefined();
    }
  });

  test('when a key stands twice, then the document is still there for the next checks', () => {
    expect(readDocument('net.yaml', 'a: 1\na: 2').document?.value).toEqual({ a: 1 });
  });

  test('when the syntax is broken, then there is no document', () => {
    expect(readDocument('net.yaml', 'a: "b').document).toBeUndefined();
  });

  const json = fc
    .jsonValue()
    .filter((value) => !/__proto__|constructor|prototype/.test(JSON.stringify(value)));
  const readable = json.filter((value) => !/(?<![.\d])\d{17,}/.test(JSON.stringify(value)));

  test.each([
    ['compact', undefined],
    ['indented', 2],
    ['indented with tabs', '\t'],
  ])('when any JSON value is printed %s, then it reads back the same', (_how, indent) => {
    fc.assert(
      fc.property(readable, (value) => {
        const { document, diagnostics } = readDocument('net.json', JSON.stringify({ value }, null, indent));
        const isRefused = diagnostics.some(({ code }) => code === 'name-invalid');
        if (isRefused) return;
        expect(diagnostics).toEqual([]);
        // As JSON has it: -0 is 0.
        expect(document?.value).toEqual(JSON.parse(JSON.stringify({ value })));
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
