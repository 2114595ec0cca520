/** The expectations of a document, read against the topology that they are about. */
import type { Expectation } from '../../analyze/check.ts';
import { Diagnostics, type Diagnostic } from '../../source/diagnostic.ts';
import type { Document } from '../../source/document.ts';
import { readExpected } from '../../topology/expectations.ts';
import { below } from '../../walk/cite.ts';
import { mistakeIn, type Report } from './mistake.ts';
import type { Network } from './network.ts';
import { readExpectation } from './read-expectation.ts';

export interface ReadExpectations {
  /** Those without mistakes. */
  readonly expectations: readonly Expectation[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Without a topology, which is wrong then, only the shape of expectations can be looked at. */
export function readExpectations(document: Document, network: Network | undefined): ReadExpectations {
  const { entries, diagnostics } = readExpected(document);
  const found = new Diagnostics();
  found.report(...diagnostics);
  const report: Report = (code, at, message, suggestion) =>
    found.report(mistakeIn(document, code, at, { message, suggestion }));
  const names = new Set<string>();
  const expectations: Expectation[] = [];
  for (const [i, { text, isWhole }] of network ? entries : []) {
    const at = below('', 'expect', i);
    if (names.has(text.name))
      report('name-duplicate', below(at, 'name'), 'two expectations have this name', 'give each its own');
    names.add(text.name);
    const expectation = readExpectation(text, at, network!, report, (place) => document.locate(place));
    if (expectation && isWhole) expectations.push(expectation);
  }
  return { expectations, diagnostics: found.all };
}
