import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FOLDERS, HOUSE } from './architecture/house.ts';
import { violations } from './architecture/judge.ts';
import { readSource } from './architecture/read.ts';

const root = new URL('../', import.meta.url);

const sources = readdirSync(new URL('src', root), { recursive: true, encoding: 'utf8' })
  .map((path) => `src/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.ts'))
  .toSorted()
  .map((path) => readSource(path, readFileSync(new URL(path, root), 'utf8')));

test('when src/ is read then every file keeps the house rules', () => {
  expect(sources.length).toBeGreaterThan(0);
  expect(violations(sources)).toEqual([]);
});

test('when the table of the house is followed then no folder sees itself through another', () => {
  const seen = new Set<string>();
  for (let rest = [...FOLDERS]; rest.length > 0;) {
    const ready = rest.filter((folder) => HOUSE[folder].sees.every((other) => seen.has(other)));
    expect(ready, `a circle among ${rest.join(', ')}`).not.toEqual([]);
    for (const folder of ready) seen.add(folder);
    rest = rest.filter((folder) => !seen.has(folder));
  }
});

describe('when a rule is broken then it is reported with its place and its reason', () => {
  const planted: readonly [title: string, path: string, text: string, report: string | RegExp][] = [
    [
      'upward import',
      'src/value/a.ts',
      "import { b } from '../packet/b.ts';",
      /^src\/value\/a\.ts:1: .*no protocol/,
    ],
    [
      'type import',
      'src/walk/a.ts',
      "\nimport type { B } from '../kinds/b/b.ts';",
      /^src\/walk\/a\.ts:2: .*which devices exist/,
    ],
    ['re-export', 'src/packet/a.ts', "export * from '../walk/b.ts';", /packet must not see walk/],
    ['named re-export', 'src/packet/a.ts', "export { b } from '../source/b.ts';", /a kind reads the file/],
    [
      'dynamic import',
      'src/render/a.ts',
      "await import('../walk/b.ts');",
      /render must not see walk: .*no format may say/,
    ],
    ['import in a type', 'src/report/a.ts', "let b: import('../kinds/b.ts').B;", /report must not see kinds/],
    [
      'import for effects',
      'src/kinds/a/a.ts',
      "import '../../topology/b.ts';",
      /kinds must not see topology/,
    ],
    ['computed import', 'src/cli/a.ts', 'await import(`../${name}.ts`);', /computed path/],
    ['require', 'src/kinds/a/a.ts', "require('node:fs');", /for cli only/],
    ['another kind', 'src/kinds/a/a.ts', "import { b } from '../b/b.ts';", /kind a must not see kind b/],
    ['list of kinds', 'src/kinds/a/a.ts', "import { KINDS } from '../index.ts';", /sees every kind/],
    ['package', 'src/walk/a.ts', "import { IPv4 } from 'ip-num';", /for value only/],
    ['part of a package', 'src/value/a.ts', "import { IPv4 } from 'ip-num/IPv4';", 'none'],
    ['unlisted package', 'src/cli/a.ts', "import _ from 'lodash';", /no entry/],
    ['bare built-in', 'src/cli/a.ts', "import fs from 'fs';", /written node:/],
    ['asset', 'src/topology/a.ts', "import t from '../../topologies/a.yaml';", /only src\/cli/],
    ['fixture as code', 'src/value/a.ts', "import { b } from './b.fixture.ts';", /depend on a test/],
    ['test as code', 'src/value/a.ts', "import { b } from './b.test.ts';", /depend on a test/],
    ['process', 'src/render/a.ts', 'export const a = process.env;', /^src\/render\/a\.ts:1: uses process/],
    ['console', 'src/walk/a.ts', 'console.log(1);', /uses console/],
    ['global object', 'src/walk/a.ts', 'globalThis.process.exit();', /uses globalThis/],
    ['member called process', 'src/walk/a.ts', 'a.process(); interface B { process(): void }', 'none'],
    ['opened term', 'src/kinds/a/a.ts', 'const a = valueOf(b);', /opens a term/],
    ['default export', 'src/value/a.ts', 'export default 1;', /default export/],
    ['renamed default export', 'src/value/a.ts', 'const a = 1; export { a as default };', /default export/],
    ['long file', 'src/value/a.ts', 'export {};\n'.repeat(301), /301 lines/],
    ['vague folder', 'src/cli/utils/a.ts', '', /called utils/],
    ['file outside the house', 'src/a.ts', '', /no folder of the house/],
    ['folder outside the house', 'src/engine/a.ts', '', /no folder of the house/],
    ['spec file', 'src/value/a.spec.ts', '', /ends in \.test\.ts/],
    ['test beside the code', 'src/value/a.test.ts', "import '../cli/main.ts'; console.log(1);", 'none'],
    [
      'downward import',
      'src/cli/a.ts',
      "import '../value/b.ts'; import 'node:fs'; process.exitCode = 1;",
      'none',
    ],
    ['own kind', 'src/kinds/a/a.ts', "import './b.ts'; import '../kind.ts'; import 'valibot';", 'none'],
  ];

  test.each(planted)('%s', (_title, path, text, report) => {
    const found = violations([readSource(path, text)]);
    if (report === 'none') expect(found).toEqual([]);
    else expect(found).toEqual([expect.stringMatching(report)]);
  });

  test('every forbidden edge has a reason', () => {
    for (const from of FOLDERS) {
      for (const to of FOLDERS.filter((other) => other !== from && !HOUSE[from].sees.includes(other))) {
        const found = violations([readSource(`src/${from}/a.ts`, `import '../${to}/b.ts';`)]);
        expect(found).toEqual([expect.stringMatching(new RegExp(`${from} must not see ${to}: .{20,}`))]);
      }
    }
  });
});
