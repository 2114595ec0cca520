/** The files of a check: those that are named, and in a directory those that are about a network. */
import { closeSync, openSync, readdirSync, readSync, statSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { KINDS } from '../../kinds/index.ts';
import { printable } from '../../source/printable.ts';
import { codeOf, reasonOf } from '../failure.ts';
import { readInput } from '../load.ts';
import { UsageError } from '../usage.ts';

/** Every file once, in the order of the names given, those of a directory by name. */
export function filesOf(names: readonly string[]): readonly string[] {
  return [...new Set((names.length > 0 ? names : ['.']).flatMap(filesAt))];
}

/** The directories that are named, and those in them in which files are looked for. */
export function directoriesOf(names: readonly string[]): readonly string[] {
  const below = (directory: string): readonly string[] => [
    directory,
    ...entriesOf(directory).flatMap((entry) =>
      entry.isDirectory() ? below(join(directory, entry.name)) : [],
    ),
  ];
  return (names.length > 0 ? names : ['.']).flatMap((name) => (isDirectoryThere(name) ? below(name) : []));
}

const isDirectoryThere = (name: string): boolean =>
  statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;

function filesAt(name: string): readonly string[] {
  if (name === '-' || !isDirectory(name)) return [name];
  const files = within(name);
  if (files.length === 0)
    throw new UsageError(
      `there is no topology in ${name === '.' ? 'this directory' : printable(name)}`,
      'of a directory, .yaml, .yml and .json files with a section such as vnets: or machines: are taken; give others by name',
    );
  return files;
}

/** Directories whose names begin with a dot and `node_modules` are left out; links to directories are not followed. */
function entriesOf(directory: string): readonly Dirent[] {
  return inWords(directory, () => readdirSync(directory, { withFileTypes: true }))
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function within(directory: string): readonly string[] {
  return entriesOf(directory).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return within(path);
    return /\.(?:ya?ml|json)$/.test(entry.name) && isRegular(path) && isOfNetwork(path) ? [path] : [];
  });
}

const NAMES = [...KINDS.map(({ section }) => section), 'expect'];
const SECTION = new RegExp(`^["']?(?:${NAMES.join('|')})["']?[ \\t]*:`, 'm');
/** In JSON there need not be lines. */
const JSON_SECTION = new RegExp(`[{,]\\s*"(?:${NAMES.join('|')})"\\s*:`);

/** Octets that are looked at. */
const HEAD = 256 * 1024;

/** Whether a section's key, or `expect`, is at the top: it begins a line, or JSON has it there. */
function isOfNetwork(path: string): boolean {
  const head = headOf(path);
  if (!path.endsWith('.json')) return SECTION.test(head);
  if (!JSON_SECTION.test(head)) return false;
  try {
    const value = JSON.parse(readInput(path, 'file').toString('utf8')) as unknown;
    return NAMES.some((name) => Object.hasOwn(Object(value) as object, name));
  } catch {
    // What is broken is told of, if it may have been meant.
    return true;
  }
}

function headOf(path: string): string {
  const file = inWords(path, () => openSync(path, 'r'));
  try {
    const head = Buffer.alloc(HEAD);
    return head.toString('utf8', 0, readSync(file, head));
  } finally {
    closeSync(file);
  }
}

const isDirectory = (path: string): boolean => inWords(path, () => statSync(path)).isDirectory();
const isRegular = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

function inWords<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (codeOf(error) === '') throw error;
    throw new UsageError(`cannot read ${printable(path) || '""'}: ${reasonOf(error)}`);
  }
}
