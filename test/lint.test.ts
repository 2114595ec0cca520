// The rules of lint. test/lint/CODE/bad.yaml has the mistake alone, at the line that ends with "# found", or at the one
// below "# found below"; good.yaml is the same network without it. A folder may be called CODE.VARIANT.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lint } from '../src/analyze/lint/lint.ts';
import { LINT_RULES } from '../src/analyze/lint/rules.ts';
import { findingAdvice, findingText } from '../src/render/lint/sentences.ts';
import { LINT_CODES, type FindingFact } from '../src/report/lint.ts';
import { readDocument } from '../src/source/document.ts';
import { readTopology } from '../src/topology/topology.ts';

function findingsOf(file: string, text = readFileSync(file, 'utf8')): readonly FindingFact[] {
  const { document, diagnostics } = readDocument(file, text);
  const { topology, diagnostics: ofTopology } = readTopology(document!);
  expect([...diagnostics, ...ofTopology]).toEqual([]);
  return lint(topology!, {
    placeOf: (cite) => document!.locate(cite),
    isKnown: () => false,
    isAsked: () => true,
  });
}

const told = (findings: readonly FindingFact[]): readonly string[] =>
  findings.filter(({ outcome }) => outcome === 'found').map(({ code, at }) => `${at.line} ${code}`);

const ROOT = 'test/lint';
const FOLDERS = readdirSync(ROOT).toSorted();
const codeOf = (folder: string): string => folder.split('.')[0]!;

describe('lint', () => {
  test.each(FOLDERS)(
    'when %s is in a network then its rule finds it, at its line, and nothing else',
    (folder) => {
      const file = join(ROOT, folder, 'bad.yaml');
      const marked = readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line, i) =>
          line.endsWith('# found') ? [i + 1] : line.endsWith('# found below') ? [i + 2] : [],
        );
      const findings = findingsOf(file);
      expect(told(findings)).toEqual(marked.map((line) => `${line} ${codeOf(folder)}`));
      expect(marked).toHaveLength(1);
      for (const one of findings)
        expect(`${findingText(one)} ${findingAdvice(one)}`).not.toMatch(/undefined|null|\bNaN\b|  |\/\//);
    },
  );

  test.each(FOLDERS)('when %s is put right then nothing is found', (folder) => {
    const file = join(ROOT, folder, 'good.yaml');
    expect(readFileSync(file, 'utf8')).not.toContain('# found');
    expect(told(findingsOf(file))).toEqual([]);
  });

  test('when a rule is written then it has a code, a page and fixtures', () => {
    expect(LINT_RULES.map(({ code }) => code)).toEqual([...LINT_CODES]);
    expect([...new Set(FOLDERS.map(codeOf))]).toEqual([...LINT_CODES]);
    expect(LINT_CODES.toSorted()).toEqual([...LINT_CODES]);
    for (const { code, summary, condition, harm, bad, good, source } of LINT_RULES)
      expect([summary, condition, harm, bad, good, source].map(Boolean), code).not.toContain(false);
    expect(FOLDERS.filter((folder) => !existsSync(join(ROOT, folder, 'bad.yaml')))).toEqual([]);
  });
});

/** Networks of other tests that are meant to be right, or are wrong in the way that is said. */
const TWINS: Readonly<Record<string, readonly string[]>> = {
  // A route to a frontend without HA ports, as it is drawn there.
  'test/topologies/balancer.yaml': ['23 next-hop-unusable'],
  'test/topologies/bridges.yaml': [],
  'test/topologies/chained.yaml': [],
  'test/topologies/dual-stack.yaml': [],
  'test/topologies/kernel-vxlan.yaml': [],
  // The site has a second prefix, to which one spoke has no route.
  'test/topologies/other-names.yaml': ['52 route-propagation'],
  'test/topologies/outbound.yaml': ['23 public-inbound-default-route'],
  'test/topologies/peerings.yaml': [],
  'test/topologies/public-twin.yaml': [],
  'test/topologies/routers.yaml': [],
  'test/topologies/security-groups.yaml': ['67 probe-cannot-succeed'],
  'test/topologies/site-and-frontend.yaml': [],
  'test/topologies/tunnels.yaml': [],
  'test/topologies/two-frontends.yaml': ['32 asymmetric-appliances'],
  // Microsoft's worked example of routes says nothing of the way back from on-premises.
  'test/topologies/user-routes.yaml': ['28 gateway-subnet-routes'],
};

describe('when a network is as it is meant then lint finds nothing', () => {
  test.each(readdirSync('topologies').filter((name) => name.endsWith('.yaml')))('topologies/%s', (name) => {
    expect(findingsOf(join('topologies', name))).toEqual([]);
  });

  test.each(Object.entries(TWINS))('%s', (file, wanted) => {
    expect(told(findingsOf(file))).toEqual(wanted);
  });
});
