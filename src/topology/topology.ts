/** A topology document read into a network that can be walked. */
import { KINDS } from '../kinds/index.ts';
import type { TextFiles, Where } from '../kinds/kind.ts';
import { Diagnostics, type Diagnostic } from '../source/diagnostic.ts';
import type { Document } from '../source/document.ts';
import type { Position } from '../source/position.ts';
import { below } from '../walk/cite.ts';
import { declareInternet } from './internet.ts';
import { program, type Failures, type Programming } from './program.ts';
import type { Suppression } from './lint-schema.ts';
import { Declaring } from './reading.ts';
import { shape } from './shape.ts';

export interface Topology extends Programming {
  readonly name: string;
  readonly file: string;
  /** Rules of lint that are off. */
  readonly suppressions: readonly Suppression[];
  /** The same with these nodes, ports and links failed beside those that have failed already. */
  failing(more: readonly string[]): Topology;
}

export interface Read {
  /** Undefined when there are errors. */
  readonly topology: Topology | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** What is read of a document. */
export type Readable = Pick<Document, 'file' | 'value' | 'locate' | 'sourceOf'>;

/** Reads a document: shape, then the meaning of what has the right shape; all problems are reported at once. */
export function readTopology(document: Readable, failures: Failures = new Set(), files?: TextFiles): Read {
  const diagnostics = new Diagnostics();
  const shaped = shape(document.value, (at) => document.sourceOf(at));
  for (const { at, part, keys: _, ...problem } of shaped.problems)
    diagnostics.report({ ...problem, severity: 'error', at: document.locate(at, part) });
  const declaring = new Declaring(
    (code, at, message, suggestion) =>
      diagnostics.report({
        code,
        severity: 'error',
        message,
        at: positionOf(at, document),
        ...(suggestion === undefined ? {} : { suggestion }),
      }),
    shaped.leftOut,
    files,
  );
  for (const kind of KINDS) {
    const section = shaped.value[kind.section] as Readonly<Record<string, unknown>> | undefined;
    for (const [name, config] of Object.entries(section ?? {}))
      kind.declare(name, config, below('', kind.section, name), declaring);
  }
  declaring.finish();
  declareInternet(declaring);
  const name =
    typeof shaped.value['name'] === 'string'
      ? shaped.value['name']
      : document.file.replace(/^.*[/\\]|\.(ya?ml|json)$/g, '');
  const suppressions = (shaped.value['lint'] ?? []) as readonly Suppression[];
  const isGood = diagnostics.errors.length === 0;
  return {
    topology: isGood
      ? programmed({ name, file: document.file, suppressions }, declaring, failures)
      : undefined,
    diagnostics: diagnostics.all,
  };
}

type Titled = Pick<Topology, 'name' | 'file' | 'suppressions'>;

const programmed = (titled: Titled, declaring: Declaring, failures: Failures): Topology => ({
  ...titled,
  ...program(declaring, failures),
  failing: (more) => programmed(titled, declaring, new Set([...failures, ...more])),
});

function positionOf(where: Where, document: Readable): Position {
  if (typeof where === 'string') return document.locate(where);
  if ('key' in where) return document.locate(where.key, 'key');
  const first = document.locate(where.either[0]);
  const second = document.locate(where.either[1]);
  return second.file === document.file && first.file !== document.file ? first : second;
}
