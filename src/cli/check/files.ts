/** The files of a check: those that are named, and in a directory those that are about a network. */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { KINDS } from '../../kinds/index.ts';
import { printable } from '../../source/printable.ts';
import { codeOf, reasonOf } from '../failure.ts';
import { UsageError } from '../usage.ts';

/** Every file once, in the order of the names given, those of a directory by name. */
export function filesOf(names: readonly string[]): readonly string[] {
  return [...new Set((names.length > 0 ? names : ['.']).flatMap(filesAt))];
}

function filesAt(name: string): readonly string[] {
  if (name === '-' || !isDirectory(name)) return [name];
  const files = within(name);
  if (files.length === 0)
    throw new UsageError(
      `there is no topology in ${name === '.' ? 'this directory' : printable(name)}`,
      'of a directory, .yaml and .yml files with a section such as vnets: or machines: are taken; give others by name',
    );
  return files;
}

/** Directories whose names begin with a dot and `node_modules` are left out; links to directories are not followed. */
function within(directory: string): readonly string[] {
  const entries = inWords(directory, () => readdirSync(directory, { withFileTypes: true }));
  return entries
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return within(path);
      return /\.ya?ml$/.test(entry.name) && isRegular(path) && isOfNetwork(path) ? [path] : [];
    });
}

const SECTIONS = new RegExp(
  `^["']?(?:${[...KINDS.map(({ section }) => section), 'expect'].join('|')})["']?[ \\t]*:`,
  'm',
);

/** Octets that are looked at. */
const HEAD = 256 * 1024;

/** Whether a section's key, or `expect`, begins a line. */
function isOfNetwork(path: string): boolean {
  const file = inWords(path, () => openSync(path, 'r'));
  try {
    const head = Buffer.alloc(HEAD);
    return SECTIONS.test(head.toString('utf8', 0, readSync(file, head)));
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
