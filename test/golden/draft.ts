/** Topologies of the repository with settings, and flows through them, without the command line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Draft } from '../../src/analyze/suggest/suggest.ts';
import type { Question } from '../../src/analyze/trace.ts';
import { draftOf } from '../../src/cli/draft.ts';
import { DOTTED } from '../../src/cli/load.ts';
import { readDocument, type Document } from '../../src/source/document.ts';
import { noFiles } from '../../src/topology/no-files.ts';
import { readTopology } from '../../src/topology/topology.ts';
import { parseAddress } from '../../src/value/address.ts';
import { ROOT } from './run.ts';

/** A file of the repository with settings as --set takes them. */
export function read(file: string, settings: readonly string[]): Document {
  let document = readDocument(file, readFileSync(join(ROOT, file))).document!;
  for (const setting of settings) {
    const at = setting.indexOf('=');
    const changed = document.set(setting.slice(0, at), setting.slice(at + 1), DOTTED);
    if ('problem' in changed) throw new Error(changed.problem.message);
    ({ document } = changed);
  }
  return document;
}

export function draft(document: Document): Draft {
  const { topology } = readTopology(document);
  if (!topology) throw new Error(`${document.file} cannot be read`);
  return draftOf({ document, topology, failures: new Set(), files: noFiles });
}

export const tcp = (src: string, dst: string, dport = 22): Question => ({
  packet: {
    src: parseAddress(src)!,
    dst: parseAddress(dst)!,
    proto: 6,
    sport: 49_152,
    dport,
    flags: ['SYN'],
    id: 1,
  },
  picks: new Map(),
  noReturn: false,
  handshake: false,
});
