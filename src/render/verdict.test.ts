/** The first line, which is the last line as well. */
import { expect, test } from 'vitest';
import type { WalkReport } from '../report/report.ts';
import { DELIVERED } from './delivered.fixture.ts';
import { INVALID } from './invalid.fixture.ts';
import { renderText } from './text.ts';
import { TRANSLATED } from './translated.fixture.ts';
import { verdictText } from './verdict.ts';
import { listText } from './words.ts';

const onlyThere: Partial<WalkReport> = { walks: DELIVERED.walks.slice(0, 1), symmetric: null };
const asymmetric: Partial<WalkReport> = { symmetric: false, through: { forward: [], return: ['nva1'] } };
const stateless: Partial<WalkReport> = { through: { forward: [], return: [] } };

test.each([
  ['both ways', {}, 'DELIVERED both ways, symmetric through nva2'],
  ['nothing stateful between', stateless, 'DELIVERED both ways'],
  ['different ways', asymmetric, 'DELIVERED both ways, ASYMMETRIC: there directly, back through nva1'],
  ['one way', onlyThere, 'DELIVERED one way, through nva2'],
])('when delivered, %s, then the first line says so', (_case, change, wanted) => {
  expect(verdictText({ ...DELIVERED, ...change })).toBe(wanted);
});

test.each<[string, Partial<WalkReport['walks'][number]>, string]>([
  ['dropped', { verdict: 'dropped', reason: 'route-none' }, 'DROPPED at hop 1, nva1: route-none'],
  ['looped', { verdict: 'looped' }, 'LOOPED at hop 1, nva1'],
  ['left', { verdict: 'left', note: 'Internet' }, 'LEFT towards the Internet at hop 1, nva1'],
  ['left for a site', { verdict: 'left', note: 'site on-prem' }, 'LEFT towards site on-prem at hop 1, nva1'],
  [
    'unknown',
    { verdict: 'unknown', note: 'port x' },
    'UNKNOWN at hop 1, nva1: the model does not know port x',
  ],
])('when %s then the first line says so', (_case, change, wanted) => {
  const walks = TRANSLATED.walks.map((walk) => ({ ...walk, ...change }));
  expect(verdictText({ ...TRANSLATED, walks })).toBe(wanted);
});

test('when a later packet of the handshake ends then the first line says which', () => {
  const ack = { ...TRANSLATED.walks[0]!, flow: { ...TRANSLATED.walks[0]!.flow, flags: ['ACK'] } };
  const report: WalkReport = {
    ...DELIVERED,
    walks: [...DELIVERED.walks, ack],
    blame: { walk: 2, hop: 0, step: 0 },
  };
  expect(verdictText(report)).toBe('LEFT towards the Internet with the ACK at hop 11, nva1');
});

test.each(Object.entries({ DELIVERED, INVALID, TRANSLATED }))(
  'when %s is told then it ends as it began',
  (_name, report) => {
    const lines = renderText(report).trimEnd().split('\n');
    expect(lines[0]).toContain(verdictText(report));
    expect(lines.slice(-2)).toContain(verdictText(report));
  },
);

test.each([
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
])('when %j is listed then it reads as English', (names, wanted) => {
  expect(listText(names)).toBe(wanted);
});
