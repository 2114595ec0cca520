import { describe, expect, test } from 'vitest';
import { readDocument, type Document } from './document.ts';
import { formatPosition } from './position.ts';

const TEXT = `machines:
  nva1:
    size: 2
    nics:
      eth0: { enableIPForwarding: true, tags: [a, b] }
    linux:
      sysctl: { net.ipv4.ip_forward: 1, net.ipv4.conf.all.rp_filter: 2 }
    empty:
  nva.2:
    size: 1
routes:
  - { name: to-spoke1, to: 10.1.0.0/24 }
  - { name: to.spoke2, to: 10.2.0.0/24 }
  - plain
a/b: 1
`;

const ORIGINAL = documentOf(TEXT);

function documentOf(text: string): Document {
  const { document, diagnostics } = readDocument('net.yaml', text);
  expect(diagnostics).toEqual([]);
  return document!;
}

/** The document after settings written as on the command line. */
function after(...settings: readonly string[]): Document {
  return settings.reduce((document, setting) => {
    const equals = setting.indexOf('=');
    const result = document.set(setting.slice(0, equals), setting.slice(equals + 1), ['sysctl']);
    if ('problem' in result) throw new Error(result.problem.message);
    return result.document;
  }, ORIGINAL);
}

function part(document: Document, pointer: string): unknown {
  let value = document.value as Record<string, unknown> | undefined;
  for (const token of pointer.split('/').slice(1))
    value = value?.[token.replaceAll('~1', '/')] as typeof value;
  return value;
}

describe('set, where', () => {
  test.each([
    ['machines.nva1.size=7', '/machines/nva1/size', 7],
    ['/machines/nva1/size=7', '/machines/nva1/size', 7],
    ['machines["nva1"][size]=7', '/machines/nva1/size', 7],
    ["machines['nva.2'].size=7", '/machines/nva.2/size', 7],
    [String.raw`machines.nva\.2.size=7`, '/machines/nva.2/size', 7],
    ['machines.nva.2.size=7', '/machines/nva.2/size', 7],
    [
      'machines.nva1.nics.eth0.enableIPForwarding=false',
      '/machines/nva1/nics/eth0/enableIPForwarding',
      false,
    ],
    [
      'machines.nva1.linux.sysctl.net.ipv4.ip_forward=0',
      '/machines/nva1/linux/sysctl/net.ipv4.ip_forward',
      0,
    ],
    [
      String.raw`machines.nva1.linux.sysctl.net\.ipv4\.ip_forward=0`,
      '/machines/nva1/linux/sysctl/net.ipv4.ip_forward',
      0,
    ],
    [
      '/machines/nva1/linux/sysctl/net.ipv4.ip_forward=0',
      '/machines/nva1/linux/sysctl/net.ipv4.ip_forward',
      0,
    ],
    [
      'machines.nva1.linux.sysctl["net.ipv4.ip_forward"]=0',
      '/machines/nva1/linux/sysctl/net.ipv4.ip_forward',
      0,
    ],
    [
      'machines.nva1.linux.sysctl.net.ipv4.conf.eth0.rp_filter=0',
      '/machines/nva1/linux/sysctl/net.ipv4.conf.eth0.rp_filter',
      0,
    ],
    ['routes.0.to=x', '/routes/0/to', 'x'],
    ['routes[0].to=x', '/routes/0/to', 'x'],
    ['/routes/0/to=x', '/routes/0/to', 'x'],
    ['routes.to-spoke1.to=x', '/routes/0/to', 'x'],
    ['routes.to.spoke2.to=x', '/routes/1/to', 'x'],
    ['routes[to.spoke2].to=x', '/routes/1/to', 'x'],
    ['routes.-=x', '/routes/3', 'x'],
    ['routes.-.name=x', '/routes/3', { name: 'x' }],
    ['/a~1b=2', '/a~1b', 2],
    ['a/b=2', '/a~1b', 2],
    ['machines.nva1.empty.key=1', '/machines/nva1/empty', { key: 1 }],
    ['machines.nva3.nics.eth0.subnet=v/s', '/machines/nva3', { nics: { eth0: { subnet: 'v/s' } } }],
    [
      'machines.nva3.linux.sysctl.net.ipv4.ip_forward=1',
      '/machines/nva3',
      { linux: { sysctl: { 'net.ipv4.ip_forward': 1 } } },
    ],
    ['new.section=1', '/new', { section: 1 }],
    ['machines.nva1.nics.eth0.tags.1=c', '/machines/nva1/nics/eth0/tags', ['a', 'c']],
  ])('when %s, then %s is it', (setting, pointer, expected) => {
    const document = after(setting);
    expect(part(document, pointer)).toEqual(expected);
    expect(document.locate(pointer).file).toMatch(/^--set |^net\.yaml$/);
    expect(ORIGINAL.value).toEqual(documentOf(TEXT).value);
  });
});

describe('set, what', () => {
  test.each([
    ['10', 10],
    ['0x10', 16],
    ['true', true],
    ['yes', 'yes'],
    ['10.0.0.4:80', '10.0.0.4:80'],
    ['tcp: 22', 'tcp: 22'],
    [' padded ', 'padded'],
    ['*nat', '*nat'],
    ['&x', '&x'],
    ['a #b', 'a #b'],
    ['- a', '- a'],
    ['*nat\n  :IN\n', '*nat\n  :IN\n'],
    ['"10"', '10'],
    ["'it''s'", "it's"],
    ['""', ''],
    ['"null"', 'null'],
    ['[a, 1, {b: c}]', ['a', 1, { b: 'c' }]],
    ['{k: v}', { k: 'v' }],
    ['{}', {}],
    ['[]', []],
    ['[&x a, *x]', ['a', 'a']],
  ])('when the value is %j, then %j is set', (value, expected) => {
    expect(part(after(`machines.nva1.size=${value}`), '/machines/nva1/size')).toEqual(expected);
  });

  test.each(['', 'null', '~', ' '])('when the value is %j, then what was there is removed', (value) => {
    const document = after(`machines.nva1.size=${value}`);
    expect(Object.keys(part(document, '/machines/nva1') as object)).toEqual(['nics', 'linux', 'empty']);
    expect(formatPosition(document.locate('/machines/nva1/linux', 'key'))).toBe('net.yaml:6:5');
  });
});

describe('set, and the positions of the rest', () => {
  test('when an element is removed, then those behind it are still found', () => {
    const document = after('routes.to-spoke1=');
    expect(part(document, '/routes/0/to')).toBe('10.2.0.0/24');
    expect(formatPosition(document.locate('/routes/0/to'))).toBe('net.yaml:13:28');
    expect(formatPosition(document.locate('/routes/1'))).toBe('net.yaml:14:5');
    expect(formatPosition(document.locate('/routes/2'))).toBe('net.yaml:12:3');
  });

  test('when a value is set, then its fellows stay where they are and everything in it is at the option', () => {
    const document = after('machines.nva1.size={a: [1, 2], b: "x"}');
    expect(formatPosition(document.locate('/machines/nva1/nics', 'key'))).toBe('net.yaml:4:5');
    for (const pointer of ['', '/a', '/a/1', '/b', '/b#1']) {
      expect(formatPosition(document.locate(`/machines/nva1/size${pointer}`))).toBe(
        '--set machines.nva1.size:1:1',
      );
    }
  });

  test('when a key is added, then its map stays where it is', () => {
    const document = after('machines.nva1.tier=gold');
    expect(formatPosition(document.locate('/machines/nva1', 'key'))).toBe('net.yaml:2:3');
    expect(formatPosition(document.locate('/machines/nva1/tier', 'key'))).toBe(
      '--set machines.nva1.tier:1:1',
    );
  });

  test('when several values are set, then each is at its own option', () => {
    const document = after('x={a: 1}', 'x.b=2', 'x.a=3', 'routes.-=new', 'routes.3=newer', 'x.c.d=4');
    expect(part(document, '/x')).toEqual({ a: 3, b: 2, c: { d: 4 } });
    expect(formatPosition(document.locate('/x'))).toBe('--set x:1:1');
    expect(formatPosition(document.locate('/x/a'))).toBe('--set x.a:1:1');
    expect(formatPosition(document.locate('/x/b'))).toBe('--set x.b:1:1');
    expect(formatPosition(document.locate('/x/c/d'))).toBe('--set x.c.d:1:1');
    expect(formatPosition(document.locate('/routes/3'))).toBe('--set routes.3:1:1');
  });

  test('when a value is set, then its source is what was written', () => {
    expect(after('machines.nva1.size=0.10').sourceOf('/machines/nva1/size')).toBe('0.10');
    expect(after('machines.nva1.size=[0.10]').sourceOf('/machines/nva1/size/0')).toBe('0.1');
  });

  test('when what an alias repeats is changed in one place, then the other stays', () => {
    const result = documentOf('a: &a {x: 1}\nb: *a\n').set('b.x', '2');
    expect('document' in result && result.document.value).toEqual({ a: { x: 1 }, b: { x: 2 } });
  });

  test('when the path has control characters, then they are escaped in the position', () => {
    const result = ORIGINAL.set('a\u001bb.c', '1');
    expect('problem' in result && result.problem.at?.file).toBe(String.raw`--set a\u001bb.c`);
  });
});

describe('set, what cannot be', () => {
  test.each([
    [
      'machines.nva1.size.x=1',
      'machines.nva1.size is the number 2, so nothing can be set inside of it',
      undefined,
    ],
    ['routes.0.to.x=1', 'routes.0.to is a text', undefined],
    ['routes.9=1', 'routes has no element "9": it is a list of 3', 'write an index'],
    ['routes.to-spoke=1', 'routes has no element "to-spoke"', 'did you mean "to-spoke1"?'],
    ['routes.-1=1', 'routes has no element "-1"', 'write an index'],
    ['machines.nva1.sise=', 'there is no machines.nva1.sise to remove', 'did you mean "size"?'],
    ['machines.nva9.size=', 'there is no machines.nva9.size to remove', undefined],
    ['routes.-=', 'there is no routes.- to remove', undefined],
    ['=1', '"" is no path', 'write keys with dots'],
    ['a..b=1', '"a..b" is no path', 'write keys with dots'],
    ['.a=1', '".a" is no path', 'write keys with dots'],
    ['a.=1', '"a." is no path', 'write keys with dots'],
    ['a[=1', '"a[" is no path', 'write keys with dots'],
    ['a[0=1', '"a[0" is no path', 'write keys with dots'],
    ['__proto__.x=1', '"__proto__" cannot be used as a key', undefined],
    ['machines.a\u001bb=1', String.raw`the key "a\u001bb" holds control characters`, undefined],
    ['x=[1, 2', 'the value [1, 2 cannot be read: a closing ] is missing', undefined],
    ['x="a', 'the value "a cannot be read: the " that opens this text', undefined],
    ['x=[1], [2]', 'it is not one value', undefined],
    ['x={a: 1, a: 2}', 'the key "a" stands twice', undefined],
    ['x=12345678901234567890', 'too large to be kept exactly', undefined],
    ['x=[*y]', 'the alias *y names no anchor', undefined],
  ])('when %s, then it says why', (setting, message, suggestion) => {
    const equals = setting.indexOf('=');
    const result = ORIGINAL.set(setting.slice(0, equals), setting.slice(equals + 1), ['sysctl']);
    expect(result).toMatchObject({
      problem: { code: 'setting-invalid', severity: 'error', at: { line: 1, column: 1 } },
    });
    if (!('problem' in result)) return;
    expect(result.problem.message).toContain(message);
    if (suggestion === undefined) expect(result.problem.suggestion).toBeUndefined();
    else expect(result.problem.suggestion).toContain(suggestion);
  });
});
