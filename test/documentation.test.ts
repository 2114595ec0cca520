// Runs what README.md and CONTRIBUTING.md show, and makes their tables from what they describe.
// UPDATE=1 rewrites recorded output and tables; CI refuses to.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { LINT_RULES } from '../src/analyze/lint/rules.ts';
import { consoleText, exchangesOf, nettraceIn } from './documentation/console.ts';
import { houseTable } from './documentation/house-table.ts';
import { keyTables, type Schema } from './documentation/keys.ts';
import {
  blocksOf,
  fileOf,
  partOf,
  partsOf,
  patched,
  spansOf,
  withBlock,
  withPart,
  type Block,
} from './documentation/markdown.ts';
import { flagsOf, optionsOf, optionTable } from './documentation/options.ts';
import { hasProgram, openShell } from './documentation/shell.ts';

const PAGES = ['README.md', 'CONTRIBUTING.md'];
const isUpdating = process.env['UPDATE'] === '1';
/** Blocks with jq are neither run nor recorded where it is not installed. */
const hasJq = hasProgram('jq');
const isRunnable = ({ language, text }: Block): boolean =>
  language === 'console' && (hasJq || !/\bjq /.test(text));
const isCi = !['', 'false'].includes(process.env['CI'] ?? '');

const schema = JSON.parse(readFileSync('schema/topology.schema.json', 'utf8')) as Schema;
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

const shell = openShell();
afterAll(() => shell.close());

const helpOf = (command: string): string => shell.run(`nettrace ${command} --help`).output;
const PARTS: Readonly<Record<string, () => string>> = {
  keys: () => keyTables(schema),
  'walk-options': () => optionTable(helpOf('walk')),
  'check-options': () => optionTable(helpOf('check')),
  'compare-options': () => optionTable(helpOf('compare')),
  'lint-rules': lintTable,
  'lint-options': () => optionTable(helpOf('lint')),
  'routes-options': () => optionTable(helpOf('routes')),
  'decode-options': () => optionTable(helpOf('decode')),
  'rules-options': () => optionTable(helpOf('rules')),
  house: houseTable,
};

/** What lint looks for, a row a rule. */
function lintTable(): string {
  const rows = LINT_RULES.map(({ code, severity, summary }) => `| \`${code}\` | ${severity} | ${summary} |`);
  return ['| rule | severity | what it finds |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

/** The files that a page has shown above a line: a later block replaces an earlier one, a diff changes it. */
function writeFiles(blocks: readonly Block[], line: number): void {
  const files = new Map<string, string>();
  for (const block of blocks.filter((one) => one.line < line)) {
    const file = fileOf(block);
    if (file === undefined) continue;
    const text = block.language === 'diff' ? patched(files.get(file) ?? '', block.text) : block.text;
    files.set(file, text);
    shell.write(file, text);
  }
}

/** Types a console block again: the block as it should read, and the commands that failed. */
function replay(
  blocks: readonly Block[],
  { line, text }: Block,
): { readonly text: string; readonly failed: readonly string[] } {
  writeFiles(blocks, line);
  const typed = exchangesOf(text).map(({ command }) => ({ command, ...shell.run(command) }));
  return {
    text: consoleText(typed),
    failed: typed.flatMap(({ command, status }) => (status === 0 ? [] : [`${command} exits with ${status}`])),
  };
}

/** What a block should read; a crash or a command that fails is never recorded. */
function recorded(blocks: readonly Block[], block: Block): string {
  const { text, failed } = replay(blocks, block);
  if (failed.length > 0 || text.includes('this is a bug in nettrace'))
    throw new Error(`line ${block.line} is not recorded:\n${[...failed, text].join('\n')}`);
  return text;
}

function refreshed(markdown: string): string {
  const blocks = blocksOf(markdown);
  let text = markdown;
  // From the last block up, so that line numbers stay true.
  for (const block of blocks.toReversed())
    if (isRunnable(block)) text = withBlock(text, block, recorded(blocks, block));
  for (const name of partsOf(text)) text = withPart(text, name, PARTS[name]?.() ?? '');
  return text;
}

if (isUpdating && !isCi) for (const page of PAGES) writeFileSync(page, refreshed(readFileSync(page, 'utf8')));

/** What a reader of a fragment may leave out: keys that must be there in a whole file. */
const withoutRequired = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'required' ? undefined : inner)));

const ajv = new Ajv({ allErrors: true, strict: false });
const isTopology = ajv.compile(schema);
const isFragment = ajv.compile(withoutRequired(schema) as object);

test('UPDATE=1 is refused in CI', () => expect(isUpdating && isCi).toBe(false));

describe.each(PAGES)('%s', { timeout: 60_000 }, (page) => {
  const markdown = readFileSync(page, 'utf8');
  const blocks = blocksOf(markdown);
  const titled = (language: string): readonly [string, Block][] =>
    blocks
      .filter((block) => block.language === language)
      .map((block) => [`line ${block.line}: ${block.text.split('\n', 1)[0] ?? ''}`, block]);

  for (const [title, block] of titled('console')) {
    const isSkipped = !isRunnable(block);
    test.skipIf(isSkipped)(`${title}${isSkipped ? ' (skipped: jq is not installed)' : ''}`, () => {
      const { text, failed } = replay(blocks, block);
      expect(text).toBe(block.text);
      expect(failed).toEqual([]);
    });
  }

  for (const [title, block] of titled('sh')) {
    test(title, () => {
      writeFiles(blocks, block.line);
      for (const command of nettraceIn(block.text)) {
        const { status, output } = shell.run(command);
        expect(status, `${command}\n${output}`).toBe(0);
      }
    });
  }

  for (const [title, block] of titled('yaml')) {
    test(title, () => {
      const validate = fileOf(block) === undefined ? isFragment : isTopology;
      validate(parse(block.text) ?? {});
      expect(validate.errors ?? []).toEqual([]);
    });
  }

  test('when prose names a command of nettrace then it works', () => {
    writeFiles(blocks, Infinity);
    const isWhole = (span: string): boolean =>
      /^nettrace (explain$|[a-z]+ \S)/.test(span) && !/[A-Z…]{2}/.test(span);
    for (const span of spansOf(markdown).filter(isWhole)) {
      const { status, output } = shell.run(span);
      expect(status, `${span}\n${output}`).toBe(0);
    }
  });

  test('when prose shows a setting then --set takes it', () => {
    writeFiles(blocks, Infinity);
    for (const span of spansOf(markdown).filter((one) => /^\/?[a-z]\w+[./].*=/i.test(one))) {
      const { status, output } = shell.run(
        `nettrace walk -t shop.yaml --src web --dst db --proto icmp --set '${span}'`,
      );
      expect([0, 1], `${span}\n${output}`).toContain(status);
    }
  });

  test('when an option is named then --help has it', () => {
    const known = ['', 'walk', 'check', 'routes', 'decode', 'rules', 'explain', 'schema', 'init'].flatMap(
      (name) => optionsOf(helpOf(name)).flatMap(flagsOf),
    );
    const inProse = spansOf(markdown).filter((span) => /^--?[a-z]/i.test(span));
    const commands = blocks
      .filter(({ language }) => language === 'console' || language === 'sh')
      .flatMap(({ language, text }) =>
        language === 'sh' ? [text] : exchangesOf(text).map(({ command }) => command),
      )
      .flatMap(nettraceIn);
    const named = [...inProse, ...commands].flatMap(flagsIn);
    for (const flag of named) expect(known, flag).toContain(flag === '-vv' ? '-v' : flag);
  });

  test('when an npm script is named then package.json has it', () => {
    for (const [, name] of markdown.matchAll(/npm run ([\w:]+)/g))
      expect(manifest.scripts).toHaveProperty([name!]);
  });

  test('when a path is named then it is there', () => {
    const paths = spansOf(markdown).filter((span) =>
      /^(src|test|topologies|schema|bin|\.ci)\/[\w./-]*$/.test(span),
    );
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });

  test.each(partsOf(markdown))('when what %s are made from changes then the page changes', (name) => {
    expect(partOf(markdown, name)).toBe(PARTS[name]?.());
  });
});

/** Options of a command line, without what stands in quotes. */
const flagsIn = (command: string): readonly string[] =>
  command
    .replaceAll(/'[^']*'|"[^"]*"/g, '')
    .split(/\s+/)
    .filter((word) => /^--?[a-z]/i.test(word))
    .map((word) => word.split(/[=,]/, 1)[0]!);

test.each(['walk', 'compare', 'check', 'lint'])(
  'when %s --help names an option then it has it',
  (command) => {
    const options = optionsOf(helpOf(command));
    const known = options.flatMap(flagsOf);
    const named = options.flatMap(({ text }) => text.match(/(?<![\w-])--[a-z][\w-]*/g) ?? []);
    expect(named.filter((flag) => !known.includes(flag))).toEqual([]);
  },
);
