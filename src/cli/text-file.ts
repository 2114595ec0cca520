/** Files that a topology names, which lie in its folder or below. */
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, resolve, sep } from 'node:path';
import type { TextFiles } from '../kinds/kind.ts';
import { decode } from '../source/decode.ts';
import { besides } from '../source/file-reference.ts';
import { printable } from '../source/printable.ts';
import { reasonOf } from './failure.ts';

/** Octets; larger files are refused unread. */
const LARGEST = 16 * 1024 * 1024;

type Read = ReturnType<TextFiles>;

/** Reads files beside the topology; undefined or `-` is one without a folder. */
export function textFiles(topology: string | undefined): TextFiles {
  const known = new Map<string, Read>();
  return (name) => {
    const read = known.get(name) ?? readBeside(topology, name);
    known.set(name, read);
    return read;
  };
}

function readBeside(topology: string | undefined, name: string): Read {
  const shown = `the file ${printable(name) || '""'}`;
  if (topology === undefined || topology === '-')
    return {
      problem: `${shown} cannot be read: ${topology ? 'standard input' : 'the built-in topology'} has no folder`,
      suggestion: 'give the topology with -t FILE, or write the text itself',
    };
  if (isAbsolute(name) || name.split(/[/\\]/).includes('..') || name.includes('\0')) return outside(shown);
  try {
    const folder = realpathSync(dirname(resolve(topology)));
    const path = realpathSync(besides(resolve(topology), name));
    return path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
      ? readRegular(path, shown)
      : outside(shown);
  } catch (error) {
    return { problem: `cannot read ${shown}: ${reasonOf(error)}` };
  }
}

const outside = (shown: string): Read => ({
  problem: `${shown} is outside the folder of the topology`,
  suggestion: 'put a copy beside the topology',
});

/** A pipe or device would be waited for, so it is opened without and looked at before it is read. */
function readRegular(path: string, shown: string): Read {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { size } = fstatSync(file);
    if (!fstatSync(file).isFile()) return { problem: `${shown} is not a regular file` };
    if (size > LARGEST) return { problem: `${shown} is larger than ${LARGEST / 1024 / 1024} MiB` };
    const text = decode(path, readFileSync(file));
    return typeof text === 'string' ? text : { problem: `${shown}: ${text.message}` };
  } finally {
    closeSync(file);
  }
}
