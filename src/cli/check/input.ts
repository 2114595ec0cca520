/** A file of a check as it was read: its topology, what it expects, and all that is wrong with it. */
import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Expectation } from '../../analyze/check.ts';
import type { PlaceFact } from '../../report/check.ts';
import { readDocument, type Document } from '../../source/document.ts';
import { Diagnostics, type Diagnostic } from '../../source/diagnostic.ts';
import { isOfExpectations, topologyNamed } from '../../topology/expectations.ts';
import { readTopology } from '../../topology/topology.ts';
import type { Cite } from '../../walk/cite.ts';
import { readInput } from '../load.ts';
import { textFiles } from '../text-file.ts';
import { UsageError } from '../usage.ts';
import { mistakeIn } from './mistake.ts';
import { networkOf, noting, type Network } from './network.ts';
import { readExpectations } from './read-expectations.ts';

export interface Input {
  /** As reports name it. */
  readonly file: string;
  /** Undefined when it is wrong. */
  readonly network: Network | undefined;
  readonly expectations: readonly Expectation[];
  /** A place in the document of the expectations. */
  readonly claimedAt: (cite: Cite) => PlaceFact;
  readonly diagnostics: readonly Diagnostic[];
  /** Everything that was read for it, by its real path. */
  readonly reads: readonly string[];
}

interface Read {
  readonly network: Network | undefined;
  readonly reads: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads files; a topology that several name is read once, and its mistakes are told once. */
export class Inputs {
  readonly #topologies = new Map<string, Omit<Read, 'diagnostics'>>();

  read(file: string): Input {
    const name = file === '-' ? '<stdin>' : file;
    const { document, diagnostics } = readDocument(name, readInput(file, 'file'));
    const found = new Diagnostics();
    found.report(...diagnostics);
    if (!document)
      return {
        file: name,
        network: undefined,
        expectations: [],
        claimedAt: nowhere(name),
        diagnostics,
        reads: [pathOf(file)],
      };
    const {
      network,
      reads,
      diagnostics: ofTopology,
    } = this.#topologyOf(file, document, found.errors.length === 0);
    const expected = readExpectations(document, network);
    found.report(...ofTopology, ...expected.diagnostics);
    return {
      file: name,
      network,
      expectations: expected.expectations,
      claimedAt: (at) => document.locate(at),
      diagnostics: found.all,
      reads: [pathOf(file), ...reads],
    };
  }

  /** The topology that the document is, or that it names. */
  #topologyOf(file: string, document: Document, isSound: boolean): Read {
    if (!isOfExpectations(document)) return this.#once(file, () => ({ document, isSound }));
    const named = topologyNamed(document);
    if (named === undefined) return { network: undefined, reads: [], diagnostics: [] };
    const path = isAbsolute(named) || file === '-' ? named : join(dirname(file), named);
    try {
      return this.#once(path, (found) => {
        const beside = readDocument(path, readInput(path, 'topology'));
        found.report(...beside.diagnostics);
        return { document: beside.document, isSound: found.errors.length === 0 };
      });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return {
        network: undefined,
        reads: [pathOf(path)],
        diagnostics: [mistakeIn(document, 'file-unreadable', '/topology', error)],
      };
    }
  }

  #once(
    file: string,
    open: (found: Diagnostics) => { readonly document: Document | undefined; readonly isSound: boolean },
  ): Read {
    const path = file === '-' ? file : pathOf(file);
    const known = this.#topologies.get(path);
    if (known) return { ...known, diagnostics: [] };
    const found = new Diagnostics();
    const { document, isSound } = open(found);
    const files = noting(textFiles(file));
    const result = document && readTopology(document, undefined, files.read);
    found.report(...(result?.diagnostics ?? []));
    const network =
      document && isSound && result?.topology ? networkOf(result.topology, document, files) : undefined;
    const read = { network, reads: [path, ...files.names.map((name) => pathOf(join(dirname(path), name)))] };
    this.#topologies.set(path, read);
    return { ...read, diagnostics: found.all };
  }
}

const nowhere =
  (file: string): Input['claimedAt'] =>
  () => ({ file, line: 1, column: 1 });

/** The same file by any of its names, and where one that is not there would be. */
export function pathOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return resolve(file);
  }
}
