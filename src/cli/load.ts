/** From a file name to a topology: finding it, reading it, changing it as --set says, and telling what is wrong with it. */
import { existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import builtIn from '../../topologies/hub-spoke-vpn.yaml';
import { readDocument, type Document } from '../source/document.ts';
import { Diagnostics, type Diagnostic } from '../source/diagnostic.ts';
import { formatPosition } from '../source/position.ts';
import { printable } from '../source/printable.ts';
import { nearest } from '../source/suggest.ts';
import { KINDS } from '../kinds/index.ts';
import type { TextFiles } from '../kinds/kind.ts';
import { readTopology, type Topology } from '../topology/topology.ts';
import { codeOf, reasonOf } from './failure.ts';
import { textFiles } from './text-file.ts';
import { STATUS, UsageError } from './usage.ts';

/** Maps whose keys have dots. */
export const DOTTED = KINDS.flatMap((kind) => kind.dotted ?? []);
const BUILT_IN = 'topologies/hub-spoke-vpn.yaml';

/** What a command asks about: its expectations stand last, and reading them would slow every start. */
const NETWORK = builtIn.split(/^expect:/m, 1)[0]!;

/** Octets; larger files are refused unread. */
const LARGEST = 64 * 1024 * 1024;

export interface LoadOptions {
  readonly topology?: string;
  readonly set?: readonly string[];
  readonly fail?: readonly string[];
  /** Failures, and what is set then, come when the flow is established. */
  readonly midFlow?: boolean;
  readonly thenSet?: readonly string[];
  readonly quiet?: boolean;
}

export interface Loaded {
  readonly topology: Topology;
  readonly locate: (cite: string) => string | undefined;
  readonly document: Document;
  /** The files that the topology names. */
  readonly files: TextFiles;
  /** Nodes and ports that are taken to have failed. */
  readonly failures: ReadonlySet<string>;
  /** The topology in which the flow is established, where that is another. */
  readonly before?: { readonly topology: Topology; readonly locate: Loaded['locate'] };
}

/** Reads the topology that the options name; undefined when it is wrong, which has then been said on stderr. */
export function load(options: LoadOptions): Loaded | undefined {
  const file = options.topology ?? discover();
  const original = read(file, options);
  const files = textFiles(file);
  const { thenSet = [], fail = [] } = options;
  const isMidFlow = options.midFlow === true || thenSet.length > 0;
  const set: Settings = { '--set': options.set ?? [] };
  const before = readAs({ original, settings: set, failures: isMidFlow ? [] : fail, files });
  const settings = { ...set, '--then-set': thenSet };
  const after = before.loaded && isMidFlow ? readAs({ original, settings, failures: fail, files }) : before;
  // What is wrong with both is told once.
  process.stderr.write(before.said + (after.said === before.said ? '' : after.said));
  if (!before.loaded || !after.loaded) {
    process.exitCode = STATUS.usage;
    return undefined;
  }
  checkFailures(after.loaded.topology, fail);
  return isMidFlow ? { ...after.loaded, before: before.loaded } : after.loaded;
}

/** By the options that give them, in the order in which they are made. */
type Settings = Readonly<Record<string, readonly string[]>>;

interface Wanted {
  readonly original: ReturnType<typeof readDocument>;
  readonly settings: Settings;
  readonly failures: readonly string[];
  readonly files: TextFiles;
}

function readAs({ original, settings, failures, files }: Wanted): {
  readonly loaded?: Loaded;
  readonly said: string;
} {
  const found = new Diagnostics();
  found.report(...original.diagnostics);
  const document = original.document && change(original.document, settings, found);
  const failed = new Set(failures);
  const result = document && readTopology(document, failed, files);
  found.report(...(result?.diagnostics ?? []));
  const where = `in the topology${culprits(original.document, settings, found.errors, files)}`;
  const said = found.all.length > 0 ? inWords(found.all, where) : '';
  if (!document || !result?.topology || found.errors.length > 0) return { said };
  const { topology } = result;
  return { loaded: { topology, locate: remember(document), document, files, failures: failed }, said };
}

/** The document as --set changes it; what cannot be applied is reported and left out. */
function change(original: Document, settings: Settings, found: Diagnostics): Document {
  let document = original;
  for (const [option, setting] of given(settings)) {
    const at = setting.indexOf('=');
    if (at < 1)
      throw new UsageError(
        `${option} ${printable(setting)} is not of the form PATH=VALUE`,
        `such as ${option} machines.nva1.nics.eth0.enableIPForwarding=false`,
      );
    const changed = document.set(setting.slice(0, at), setting.slice(at + 1), DOTTED);
    if ('problem' in changed) found.report(changed.problem);
    else document = changed.document;
  }
  return document;
}

const given = (settings: Settings): readonly (readonly [option: string, setting: string])[] =>
  Object.entries(settings).flatMap(([option, texts]) => texts.map((text) => [option, text] as const));

/** What --set did to a file that is right without it, where the errors do not show it themselves. */
function culprits(
  original: Document | undefined,
  settings: Settings,
  errors: readonly Diagnostic[],
  files: TextFiles,
): string {
  const isShown = errors.every(({ at }) => at?.file.startsWith('--set ') === true);
  const isFault =
    original !== undefined &&
    given(settings).length > 0 &&
    !isShown &&
    readTopology(original, undefined, files).diagnostics.every((one) => one.severity !== 'error');
  return isFault
    ? `, which is right without ${given(settings)
        .map(([option, one]) => `${option} ${printable(one)}`)
        .join(' ')}`
    : '';
}

/** Positions are worked out when somebody asks, and once. */
export function remember(document: Document): Loaded['locate'] {
  const known = new Map<string, string>();
  return (cite) => {
    const place = known.get(cite) ?? formatPosition(document.locate(cite));
    known.set(cite, place);
    return place;
  };
}

/** The current directory's topology; undefined means the one that is built in. */
const discover = (): string | undefined => ['nettrace.yaml', 'nettrace.yml'].find((name) => existsSync(name));

function read(file: string | undefined, options: LoadOptions): ReturnType<typeof readDocument> {
  if (file === undefined) {
    if (options.quiet !== true)
      process.stderr.write(
        `nettrace: no topology given and no nettrace.yaml here; using the built-in ${BUILT_IN}\n`,
      );
    return readDocument(BUILT_IN, NETWORK);
  }
  if (file !== options.topology && options.quiet !== true) process.stderr.write(`nettrace: using ${file}\n`);
  return readDocument(file === '-' ? '<stdin>' : file, readInput(file, 'topology'));
}

/** The octets of a file, or of standard input for `-`. */
export function readInput(file: string, what: string): Buffer {
  const name = file === '-' ? 'standard input' : printable(file) || '""';
  try {
    const octets =
      file !== '-' && statSync(file).isFile() ? readWhole(file) : readStream(file === '-' ? 0 : file);
    if (octets) return octets;
  } catch (error) {
    throw new UsageError(`cannot read ${what} ${name}: ${reasonOf(error)}`);
  }
  throw new UsageError(
    `${what} ${name} is larger than ${LARGEST / 1024 / 1024} MiB`,
    'split it into several files',
  );
}

const readWhole = (file: string): Buffer | undefined =>
  statSync(file).size > LARGEST ? undefined : readFileSync(file);

/** What a pipe or device gives; undefined once it is too much, for a device may never end. */
function readStream(from: string | 0): Buffer | undefined {
  const file = from === 0 ? 0 : openSync(from, 'r');
  const parts: Buffer[] = [];
  for (let total = 0; total <= LARGEST;) {
    const part = Buffer.allocUnsafe(65_536);
    const length = readSome(file, part);
    if (length === 0) return Buffer.concat(parts);
    parts.push(part.subarray(0, length));
    total += length;
  }
  return undefined;
}

/** A pipe that somebody else made non-blocking says EAGAIN while it is empty. */
export function readSome(file: number, into: Buffer): number {
  for (;;) {
    try {
      return readSync(file, into);
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** Diagnostics that are shown of one file; the others are counted. */
const MOST_TOLD = 100;

/** One block a diagnostic: position, severity, code and message, then the suggestion; last, how many errors there are. */
export function inWords(
  diagnostics: readonly Diagnostic[],
  where = 'in the topology',
  outcome = 'nothing was walked',
): string {
  const blocks = diagnostics.slice(0, MOST_TOLD).map((one) => {
    const place = one.at ? `${printable(formatPosition(one.at), 200)}: ` : '';
    const suggestion = one.suggestion === undefined ? '' : `    ${one.suggestion}\n`;
    return `${place}${one.severity}[${one.code}]: ${one.message}\n${suggestion}`;
  });
  if (diagnostics.length > MOST_TOLD) blocks.push(`… and ${diagnostics.length - MOST_TOLD} more\n`);
  const errors = diagnostics.filter((one) => one.severity === 'error').length;
  if (errors > 0)
    blocks.push(`nettrace: ${errors} ${errors === 1 ? 'error' : 'errors'} ${where}; ${outcome}\n`);
  return blocks.join('');
}

/** Throws a usage error for a name that is no node, port or link. */
export function checkFailures({ declared: { nodes }, links }: Topology, failures: readonly string[]): void {
  for (const one of failures) {
    const [name = '', ...rest] = one.split('/');
    const node = nodes.get(name);
    if (links().has(one)) continue;
    if (!node) throw unknownName('--fail', one, [...nodes.keys(), ...links().keys()], 'node or link');
    const ports = [...node.ports, ...(node.innerPorts ?? [])];
    if (rest.length > 0 && ![...ports, 'fabric'].includes(rest.join('/')))
      throw unknownName(
        '--fail',
        one,
        [
          ...ports.map((port) => `${name}/${port}`),
          ...[...links().keys()].filter((link) => link.startsWith(`${name}/`)),
        ],
        'port or link',
      );
  }
}

/** The error for a name that the topology does not have. */
export function unknownName(
  option: string,
  name: string,
  known: readonly string[],
  what: string,
): UsageError {
  const near = nearest(name, known);
  const shown = known.slice(0, 12).join(', ') + (known.length > 12 ? ', …' : '');
  return new UsageError(
    `${option}: there is no ${what} "${printable(name)}"`,
    near !== undefined
      ? `did you mean "${printable(near)}"?`
      : known.length > 0
        ? `known: ${printable(shown, 400)}`
        : `the topology has none`,
  );
}
