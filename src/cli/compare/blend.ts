/** What differs between two topologies, and the first one with some of it changed. */
import { KINDS } from '../../kinds/index.ts';
import type { TextFiles } from '../../kinds/kind.ts';
import type { ChangeFact } from '../../report/compare.ts';
import { differencesOf, withDifferences, type Difference, type Spot } from '../../source/difference.ts';
import type { Document } from '../../source/document.ts';
import { fileOf } from '../../source/file-reference.ts';
import { formatPosition } from '../../source/position.ts';
import { readTopology, type Topology } from '../../topology/topology.ts';
import { below } from '../../walk/cite.ts';
import type { Loaded } from '../load.ts';

export interface Blend {
  readonly changes: readonly ChangeFact[];
  /** The first topology with these of the changes; undefined where that is no topology. */
  readonly topologyOf: (changes: readonly number[]) => Topology | undefined;
}

/** Topologies that are kept: flows that part for the same reason are walked through the same ones. */
const MOST_KEPT = 64;

export function blend(a: Loaded, b: Loaded): Blend {
  const [one, other] = [networkOf(a), networkOf(b)];
  const kept = new Map<string, Topology | undefined>();
  return {
    changes: differencesOf(one, other).map((difference) => changeFact(difference, a.document, b.document)),
    topologyOf: (changes) => {
      const key = changes.join();
      if (kept.has(key)) return kept.get(key);
      const value = withDifferences(one, other, new Set(changes));
      const { document } = a;
      const blended = {
        file: document.file,
        value,
        locate: document.locate.bind(document),
        sourceOf: nothing,
      };
      const { topology } = readTopology(blended, undefined, undefined);
      if (kept.size < MOST_KEPT) kept.set(key, topology);
      return topology;
    },
  };
}

const nothing = (): undefined => undefined;

/** The sections of a document that make the network, with the texts of files in place of their names. */
function networkOf({ document, files }: Loaded): Readonly<Record<string, unknown>> {
  const value = document.value as Readonly<Record<string, unknown>>;
  const sections = KINDS.filter(({ section }) => Object.hasOwn(value, section));
  return Object.fromEntries(sections.map(({ section }) => [section, inlined(value[section], files)]));
}

function inlined(value: unknown, files: TextFiles): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => inlined(one, files));
  const name = fileOf(value);
  const text = name === undefined ? undefined : files(name);
  if (typeof text === 'string') return text;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inlined(one, files)]));
}

function changeFact({ before, after, at }: Difference, a: Document, b: Document): ChangeFact {
  const position = (spot: Spot, document: Document): string =>
    formatPosition(document.locate(pointerOf(spot), 'key'));
  return {
    pointer: pointerOf(after === undefined ? at.a : at.b),
    before: textOf(before),
    after: textOf(after),
    at: {
      ...(before !== undefined && { a: position(at.a, a) }),
      ...(after !== undefined && { b: position(at.b, b) }),
    },
  };
}

const pointerOf = ({ keys, line }: Spot): string =>
  below('', ...keys) + (line === undefined ? '' : `#${line}`);

const textOf = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
