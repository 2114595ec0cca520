// What every kind of thing must keep to, and every report of every golden case.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { grammarFaults } from '../src/analyze/fold-grammar.fixture.ts';
import { KINDS } from '../src/kinds/index.ts';
import type { AssumptionCode, Reason, Step, WalkReport } from '../src/report/report.ts';
import { readDocument } from '../src/source/document.ts';
import { readTopology } from '../src/topology/topology.ts';
import { ASSUMPTIONS } from '../src/walk/assumption.ts';
import { REASON_CODES } from '../src/walk/reason.ts';
import { GOLDEN } from './golden/all.ts';
import { ROOT } from './golden/run.ts';
import { reportsOf } from './golden/report.ts';
import { validateReport } from './validate-report.ts';

describe('kinds', () => {
  test('when two kinds are compared then name and section differ', () => {
    expect(new Set(KINDS.map(({ kind }) => kind)).size).toBe(KINDS.length);
    expect(new Set(KINDS.map(({ section }) => section)).size).toBe(KINDS.length);
  });

  describe.each(KINDS.map((kind) => [kind.section, kind] as const))('%s', (section, kind) => {
    test('when it is listed then it has a one-line summary', () => {
      expect(kind.summary).toMatch(/^[A-Z][^\n]{10,120}\.$/);
      expect(kind.kind).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(section).toMatch(/^[a-z][A-Za-z]*$/);
    });

    test('when an entry has a key that nobody knows, or is no map, then that is reported', () => {
      const text = JSON.stringify({ [section]: { thing: { nonsense: 1 } } });
      const { document } = readDocument('net.json', text);
      const { topology, diagnostics } = readTopology(document!);
      expect(topology).toBeUndefined();
      const codes = diagnostics
        .filter(({ message }) => /nonsense|thing|map/.test(message))
        .map(({ code }) => code);
      expect(codes.some((code) => code === 'key-unknown' || code === 'type-wrong')).toBe(true);
    });

    test('when its schema is searched then every map with fixed keys is closed', () => {
      expect(openMaps(kind.schema, section)).toEqual([]);
    });
  });
});

interface SchemaNode {
  readonly type: string;
  readonly entries?: Readonly<Record<string, SchemaNode>>;
  readonly pipe?: readonly SchemaNode[];
  readonly options?: readonly SchemaNode[];
  readonly wrapped?: SchemaNode;
  readonly item?: SchemaNode;
  readonly value?: SchemaNode;
}

/** Objects of a schema that let unknown keys pass, by where they stand. */
function openMaps(schema: unknown, at: string): string[] {
  const node = schema as SchemaNode;
  const own = node.type === 'object' || node.type === 'loose_object' ? [at] : [];
  const inner = [node.wrapped, node.item, node.value, ...(node.pipe?.slice(1) ?? [])];
  const nested = node.type === 'union' ? (node.options ?? []) : [];
  return [
    ...own,
    ...[...inner, ...nested].flatMap((one) =>
      typeof one === 'object' && 'type' in one ? openMaps(one, at) : [],
    ),
    ...Object.entries(node.entries ?? {}).flatMap(([key, one]) => openMaps(one, `${at}.${key}`)),
  ];
}

/** Reasons that no golden case has. The list may only shrink: one that a case has since produced must leave it. */
const WITHOUT_CASE: Partial<Record<Reason, string>> = {
  'hop-limit': 'its walk is 600 visits long: test/property.test.ts has one',
};

const ASSUMPTIONS_WITHOUT_CASE: Partial<Record<AssumptionCode, string>> = {};

describe('reports of the golden cases', async () => {
  const all = await Promise.all(
    GOLDEN.map(async ({ name, golden }) => [name, golden.outcome.status, await reportsOf(golden)] as const),
  );
  const walked = all.filter(([, , reports]) => reports.length > 0);
  const reports = walked.flatMap(([, , some]) => some);

  test('when cases are counted then most of them walk', () => {
    expect(walked.length).toBeGreaterThan(150);
  });

  test.each(walked)('%s', (_name, status, some) => {
    for (const report of some) {
      expect(validateReport(report)).toEqual([]);
      expect(report.walks.flatMap(grammarFaults)).toEqual([]);
      expect(placesOutside(report)).toEqual([]);
      const ending = report.blockers ? 'block' : ENDING[report.verdict];
      expect(blamed(report)?.type).toBe(report.blame === null ? undefined : ending);
    }
    expect(Math.max(...some.map(statusOf))).toBe(status);
  });

  test('when reasons are gathered then every reason that can be produced is there', () => {
    const produced = new Set(
      reports.flatMap((report) => report.walks.flatMap(({ reason }) => (reason === null ? [] : [reason]))),
    );
    expect(REASON_CODES.filter((code) => !produced.has(code)).toSorted()).toEqual(
      Object.keys(WITHOUT_CASE).toSorted(),
    );
  });

  test('when assumptions are gathered then every assumption is there', () => {
    const made = new Set(reports.flatMap(({ assumptions }) => assumptions.map(({ code }) => code)));
    const codes = Object.keys(ASSUMPTIONS) as AssumptionCode[];
    expect(codes.filter((code) => !made.has(code)).toSorted()).toEqual(
      Object.keys(ASSUMPTIONS_WITHOUT_CASE).toSorted(),
    );
  });
});

const ENDING = {
  delivered: 'deliver',
  dropped: 'drop',
  looped: 'loop',
  left: 'leave',
  unknown: 'unknown',
  mixed: 'drop',
} as const;

const blamed = ({ blame, walks }: WalkReport): Step | undefined =>
  blame === null ? undefined : walks[blame.walk]?.hops[blame.hop]?.steps[blame.step];

const statusOf = ({ verdict }: WalkReport): number =>
  verdict === 'delivered' ? 0 : verdict === 'unknown' ? 3 : 1;

const linesOf = new Map<string, number>();

/** Places in the user's file that a report names and that the file does not have. */
function placesOutside({ topology, walks }: WalkReport): readonly string[] {
  const places = walks.flatMap(({ hops }) =>
    hops.flatMap(({ steps }) => steps.flatMap(({ at }) => (at === undefined ? [] : [at]))),
  );
  return [...new Set(places)].filter((place) => {
    if (place.startsWith('--set ')) return false;
    const [, file, line] = /^(.+):(\d+):\d+$/.exec(place) ?? [];
    // A text may stand in a file of its own, beside the topology.
    if (file === undefined || dirname(file) !== dirname(topology.file)) return true;
    if (!file.startsWith(ROOT)) return false;
    const lines = linesOf.get(file) ?? readFileSync(file, 'utf8').split('\n').length;
    linesOf.set(file, lines);
    return Number(line) < 1 || Number(line) > lines;
  });
}
