/** From a file name to a topology: finding it, reading it, changing it as --set says, and telling what is wrong with it. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import builtIn from '../../topologies/hub-spoke-vpn.yaml';
import { readDocument, type Document } from '../source/document.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import { formatPosition } from '../source/position.ts';
import { printable } from '../source/printable.ts';
import { readTopology, type Topology } from '../topology/topology.ts';
import { STATUS, UsageError } from './usage.ts';

const BUILT_IN = 'topologies/hub-spoke-vpn.yaml';

/** Octets; larger files are refused unread. */
const LARGEST = 64 * 1024 * 1024;

export interface LoadOptions {
  readonly topology?: string;
  readonly set?: readonly string[];
  readonly fail?: readonly string[];
  readonly quiet?: boolean;
}

export interface Loaded {
  readonly topology: Topology;
  readonly locate: (cite: string) => string | undefined;
}

/** Reads the topology that the options name; undefined when it is wrong, which has then been said on stderr. */
export function load(options: LoadOptions): Loaded | undefined {
  const file = options.topology ?? discover();
  const { document: original, diagnostics: problems } = read(file, options);
  let document = original;
  const diagnostics: Diagnostic[] = [...problems];
  for (const setting of document ? (options.set ?? []) : []) {
    const at = setting.indexOf('=');
    if (at < 1)
      throw new UsageError(
        `--set ${printable(setting)} is not of the form PATH=VALUE`,
        'such as --set machines.nva1.nics.eth0.enableIPForwarding=false',
      );
    const changed = document!.set(setting.slice(0, at), setting.slice(at + 1));
    if ('problem' in changed) diagnostics.push(changed.problem);
    else document = changed.document;
  }
  const isReadable = diagnostics.every((one) => one.severity !== 'error');
  const result =
    document && isReadable
      ? readTopology(document, new Set(options.fail))
      : { topology: undefined, diagnostics: [] };
  const all = [...diagnostics, ...result.diagnostics];
  if (all.length > 0) tell(all);
  if (!document || !result.topology) {
    process.exitCode = STATUS.usage;
    return undefined;
  }
  checkFailures(result.topology, options.fail ?? []);
  return { topology: result.topology, locate: remember(document) };
}

/** Positions are worked out when somebody asks, and once. */
function remember(document: Document): Loaded['locate'] {
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
    return readDocument(BUILT_IN, builtIn);
  }
  if (file !== options.topology && options.quiet !== true) process.stderr.write(`nettrace: using ${file}\n`);
  return readDocument(file === '-' ? '<stdin>' : file, readInput(file, 'topology'));
}

/** The octets of a file, or of standard input for `-`. */
export function readInput(file: string, what: string): Buffer {
  try {
    if (file !== '-' && statSync(file).size > LARGEST)
      throw new UsageError(
        `${what} ${printable(file)} is larger than ${LARGEST / 1024 / 1024} MiB`,
        'split it into several files',
      );
    return readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw error instanceof UsageError
      ? error
      : new UsageError(`cannot read ${what} ${printable(file)}: ${reasonOf(error)}`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  ENOTDIR: 'part of its path is not a directory',
};

export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (code || 'it cannot be read');
}

/** One block a diagnostic: position, severity, code and message, then the suggestion. */
export function tell(diagnostics: readonly Diagnostic[]): void {
  for (const one of diagnostics) {
    const place = one.at ? `${printable(formatPosition(one.at))}: ` : '';
    process.stderr.write(`${place}${one.severity}[${one.code}]: ${one.message}\n`);
    if (one.suggestion !== undefined) process.stderr.write(`    ${one.suggestion}\n`);
  }
  const errors = diagnostics.filter((one) => one.severity === 'error').length;
  if (errors > 0)
    process.stderr.write(
      `nettrace: ${errors} ${errors === 1 ? 'error' : 'errors'} in the topology; nothing was walked\n`,
    );
}

function checkFailures(topology: Topology, failures: readonly string[]): void {
  for (const one of failures) {
    const slash = one.indexOf('/');
    const node = topology.declared.nodes.get(slash < 0 ? one : one.slice(0, slash));
    if (!node) throw unknownName('--fail', one, [...topology.declared.nodes.keys()], 'node');
    if (slash >= 0 && ![...node.ports, 'fabric'].includes(one.slice(slash + 1)))
      throw unknownName(
        '--fail',
        one,
        node.ports.map((port) => `${one.slice(0, slash)}/${port}`),
        'port',
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
  const shown = known.slice(0, 12).join(', ') + (known.length > 12 ? ', …' : '');
  return new UsageError(
    `${option}: there is no ${what} "${printable(name)}"`,
    known.length > 0 ? `known: ${printable(shown, 400)}` : undefined,
  );
}
