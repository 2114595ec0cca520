/** Files beside a document that stands in no folder: there are none. */
import type { TextFiles } from '../kinds/kind.ts';
import { printable } from '../source/printable.ts';

export const noFiles: TextFiles = (name) => ({
  problem: `the file ${printable(name)} cannot be read: the topology is in no folder`,
});
