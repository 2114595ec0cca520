/** The topology of a check with where its parts stand, what it would be with other values, and the numbers in its texts. */
import type { Placed } from '../../analyze/check.ts';
import type { TextFiles } from '../../kinds/kind.ts';
import type { PlaceFact } from '../../report/check.ts';
import type { Document } from '../../source/document.ts';
import { formatPosition } from '../../source/position.ts';
import { mentioned, type Mentioned } from '../../topology/mentioned.ts';
import { readTopology, type Topology } from '../../topology/topology.ts';
import { below, type Cite } from '../../walk/cite.ts';
import { DOTTED } from '../load.ts';
import type { Report } from './mistake.ts';

/** What an expectation sets, by paths as `--set` takes them. */
export type Settings = Readonly<Record<string, unknown>>;

export interface Network extends Placed {
  readonly mentioned: () => Mentioned;
  /** With other values; undefined when that cannot be, which is then reported at `at`. */
  changed(settings: Settings, at: Cite, report: Report, placeIn: PlaceIn): Network | undefined;
}

/** A place in the document that has the expectation. */
export type PlaceIn = (at: Cite) => PlaceFact;

/** The topology as it stands in its file. */
export function networkOf(topology: Topology, document: Document, files: ReadFiles): Network {
  const variants = new Map<string, Variant>();
  return {
    topology,
    ...placesIn(document),
    mentioned: once(() => mentioned(document.value, files.texts)),
    changed: (settings, at, report, placeIn) => {
      const key = JSON.stringify(settings);
      const variant = variants.get(key) ?? change(document, settings, files);
      variants.set(key, variant);
      for (const { code, message, path, suggestion } of variant.problems)
        report(code, path === undefined ? at : below(at, path), message, suggestion);
      if (!variant.topology || variant.problems.length > 0) return undefined;
      const network = networkOf(variant.topology, variant.document, files);
      return { ...network, placeOf: (place) => settingOf(place, at, placeIn) ?? network.placeOf(place) };
    },
  };
}

export interface ReadFiles {
  readonly read: TextFiles;
  /** Of the files that were read. */
  readonly texts: readonly string[];
  /** Of those that were asked for, there or not. */
  readonly names: readonly string[];
}

export function noting(files: TextFiles): ReadFiles {
  const texts: string[] = [];
  const names: string[] = [];
  const read: TextFiles = (name) => {
    const text = files(name);
    names.push(name);
    if (typeof text === 'string') texts.push(text);
    return text;
  };
  return { read, texts, names };
}

interface Problem {
  readonly code: Parameters<Report>[0];
  readonly message: string;
  /** The setting that cannot be applied; undefined when all can, and the topology is wrong then. */
  readonly path?: string;
  readonly suggestion: string | undefined;
}

interface Variant {
  readonly document: Document;
  readonly topology: Topology | undefined;
  readonly problems: readonly Problem[];
}

function change(original: Document, settings: Settings, files: ReadFiles): Variant {
  let document = original;
  for (const [path, value] of Object.entries(settings)) {
    const changed = document.set(path, JSON.stringify(value), DOTTED);
    if ('problem' in changed) {
      const { code, message, suggestion } = changed.problem;
      return { document, topology: undefined, problems: [{ code, message, path, suggestion }] };
    }
    ({ document } = changed);
  }
  const { topology, diagnostics } = readTopology(document, undefined, files.read);
  const problems = diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message, suggestion }) => ({ code, message: `with this, ${message}`, suggestion }));
  return { document, topology, problems };
}

/** What was set stands in the expectation. */
function settingOf(place: string, at: Cite, placeIn: PlaceIn): PlaceFact | undefined {
  const path = /^--set (.*):\d+:\d+$/s.exec(place)?.[1];
  return path === undefined ? undefined : placeIn(below(at, path));
}

/** Positions are worked out when somebody asks, and once. */
function placesIn(document: Document): Pick<Placed, 'locate' | 'placeOf'> {
  const texts = new Map<Cite, string>();
  const places = new Map<string, PlaceFact>();
  return {
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

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
