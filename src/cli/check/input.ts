/** A file of a check as it was read: its topology, what it expects, and all that is wrong with it. */
import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Expectation } from '../../analyze/check.ts';
import type { PlaceFact } from '../../report/check.ts';
import { readDocument, type Document } from '../../source/document.ts';
import { Diagnostics, type Diagnostic } from '../../source/diagnostic.ts';
import { formatPosition } from '../../source/position.ts';
import { isOfExpectations, topologyNamed } from '../../topology/expectations.ts';
import { readTopology, type Topology } from '../../topology/topology.ts';
import type { Cite } from '../../walk/cite.ts';
import { readInput } from '../load.ts';
import { textFiles } from '../text-file.ts';
import { UsageError } from '../usage.ts';
import { mistakeIn } from './mistake.ts';
import { readExpectations } from './read-expectations.ts';

/** A topology, and where the parts of its document stand. */
export interface Placed {
  readonly topology: Topology;
  readonly locate: (cite: Cite) => string;
  readonly placeOf: (at: string) => PlaceFact | undefined;
}

export interface Input {
  /** As reports name it. */
  readonly file: string;
  /** Undefined when it is wrong. */
  readonly placed: Placed | undefined;
  readonly expectations: readonly Expectation[];
  /** A place in the document of the expectations. */
  readonly claimedAt: (cite: Cite) => PlaceFact;
  readonly diagnostics: readonly Diagnostic[];
}

interface Read {
  readonly placed: Placed | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads files; a topology that several name is read once, and its mistakes are told once. */
export class Inputs {
  readonly #topologies = new Map<string, Placed | undefined>();

  read(file: string): Input {
    const name = file === '-' ? '<stdin>' : file;
    const { document, diagnostics } = readDocument(name, readInput(file, 'file'));
    const found = new Diagnostics();
    found.report(...diagnostics);
    if (!document)
      return { file: name, placed: undefined, expectations: [], claimedAt: nowhere(name), diagnostics };
    const { placed, diagnostics: ofTopology } = this.#topologyOf(file, document, found.errors.length === 0);
    const expected = readExpectations(document, placed?.topology);
    found.report(...ofTopology, ...expected.diagnostics);
    return {
      file: name,
      placed,
      expectations: expected.expectations,
      claimedAt: (at) => document.locate(at),
      diagnostics: found.all,
    };
  }

  /** The topology that the document is, or that it names. */
  #topologyOf(file: string, document: Document, isSound: boolean): Read {
    if (!isOfExpectations(document)) return this.#once(file, () => ({ document, isSound }));
    const named = topologyNamed(document);
    if (named === undefined) return { placed: undefined, diagnostics: [] };
    const path = isAbsolute(named) || file === '-' ? named : join(dirname(file), named);
    try {
      return this.#once(path, (found) => {
        const beside = readDocument(path, readInput(path, 'topology'));
        found.report(...beside.diagnostics);
        return { document: beside.document, isSound: found.errors.length === 0 };
      });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return { placed: undefined, diagnostics: [mistakeIn(document, 'file-unreadable', '/topology', error)] };
    }
  }

  #once(
    file: string,
    open: (found: Diagnostics) => { readonly document: Document | undefined; readonly isSound: boolean },
  ): Read {
    const path = file === '-' ? file : pathOf(file);
    if (this.#topologies.has(path)) return { placed: this.#topologies.get(path), diagnostics: [] };
    const found = new Diagnostics();
    const { document, isSound } = open(found);
    const result = document && readTopology(document, undefined, textFiles(file));
    found.report(...(result?.diagnostics ?? []));
    const placed = document && isSound && result?.topology ? place(result.topology, document) : undefined;
    this.#topologies.set(path, placed);
    return { placed, diagnostics: found.all };
  }
}

const nowhere =
  (file: string): Input['claimedAt'] =>
  () => ({ file, line: 1, column: 1 });

/** The same file by any of its names; one that is not there has no other. */
function pathOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** Positions are worked out when somebody asks, and once. */
function place(topology: Topology, document: Document): Placed {
  const texts = new Map<Cite, string>();
  const places = new Map<string, PlaceFact>();
  return {
    topology,
    locate: (cite) => {
      const known = texts.get(cite);
      if (known !== undefined) return known;
      const position = document.locate(cite);
      const text = formatPosition(position);
      texts.set(cite, text);
      places.set(text, position);
      return text;
    },
    placeOf: (at) => places.get(at),
  };
}
