/** One setting of a thing that exists: a switch that is off, a kernel's value. */
import { below, type Cite } from '../../walk/cite.ts';
import type { Candidate, Failure } from './failure.ts';

/** Sets `key` of what the pointer leads to; a pointer that ends with the key names it already. */
export function turnOn(at: Cite, key: string, value: boolean | number | string = true): Candidate {
  const isKey = at.endsWith(`/${key}`);
  return {
    change: { type: 'setting', pointer: at, key, value: String(value) },
    settings: [{ pointer: isKey ? at : below(at, key), value }],
  };
}

/** A setting of a machine's kernel: in its map, or as the last line of its text, which the last one decides. */
export function setSysctl(node: string, key: string, value: number, { valueAt }: Failure): Candidate {
  const at = below('', 'machines', node, 'linux', 'sysctl');
  const stated = valueAt(at);
  const candidate = turnOn(below(at, key), key, value);
  return typeof stated === 'string'
    ? { ...candidate, settings: [{ pointer: at, value: `${stated.trimEnd()}\n${key} = ${value}\n` }] }
    : candidate;
}
