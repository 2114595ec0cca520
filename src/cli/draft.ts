/** A topology on which changes are tried: each on a copy of its document, as --set makes them. */
import { valueText, type Setting } from '../analyze/suggest/failure.ts';
import type { Draft } from '../analyze/suggest/suggest.ts';
import type { Document } from '../source/document.ts';
import { fileOf } from '../source/file-reference.ts';
import { readTopology } from '../topology/topology.ts';
import { DOTTED, remember, type Loaded } from './load.ts';

/** What was loaded, to be changed; what failed fails in every copy too. */
export const draftOf = ({ document, topology, failures, files }: Omit<Loaded, 'locate'>): Draft => ({
  topology,
  locate: remember(document),
  valueAt: (pointer) => {
    const value = document.valueAt(pointer);
    const name = fileOf(value);
    const text = name === undefined ? undefined : files(name);
    return typeof text === 'string' ? text : value;
  },
  changed: (settings) => {
    const changed = changedBy(settings, document);
    const read = changed && readTopology(changed, failures, files);
    return (
      changed && read?.topology && draftOf({ document: changed, topology: read.topology, failures, files })
    );
  },
});

/** Undefined when one of them cannot be set. */
function changedBy(settings: readonly Setting[], original: Document): Document | undefined {
  let document = original;
  for (const { pointer, value } of settings) {
    const changed = document.set(pointer, valueText(value), DOTTED);
    if ('problem' in changed) return undefined;
    ({ document } = changed);
  }
  return document;
}
