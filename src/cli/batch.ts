/** `--batch FILE.jsonl`: one flow a line, with the keys that the command line has as options. */
import { printable } from '../source/printable.ts';
import { nearest } from '../source/suggest.ts';
import type { FlowText } from './flow.ts';
import { readInput, unknownName } from './load.ts';
import { UsageError } from './usage.ts';

const KEYS = ['in', 'src', 'dst', 'proto', 'sport', 'dport', 'flags', 'ttl', 'type', 'id'] as const;

type Line = FlowText & { readonly in?: string };

export interface BatchLine<T> {
  /** `flows.jsonl:3`. */
  readonly at: string;
  readonly ask: T;
}

/** Reads all lines before the first is walked; every wrong line is named, none is skipped. */
export function readBatch<T>(
  file: string,
  read: (place: string | undefined, flow: FlowText) => T,
): readonly BatchLine<T>[] {
  const name = file === '-' ? '<stdin>' : file;
  const problems: string[] = [];
  const lines: BatchLine<T>[] = [];
  for (const [i, text] of readInput(file, 'batch').toString('utf8').split('\n').entries()) {
    if (text.trim() === '') continue;
    const at = `${printable(name)}:${i + 1}`;
    try {
      const line = parse(text);
      lines.push({ at, ask: read(line.in, line) });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(
        `${at}: ${error.message}${error.suggestion === undefined ? '' : `\n    ${error.suggestion}`}`,
      );
    }
  }
  if (problems.length > 0)
    throw new UsageError(
      [
        ...problems.slice(0, 20),
        ...(problems.length > 20 ? [`… and ${problems.length - 20} more`] : []),
      ].join('\n'),
    );
  return lines;
}

function parse(text: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError('the line is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError('the line is not a JSON object');
  for (const [key, one] of Object.entries(value)) {
    if (!(KEYS as readonly string[]).includes(key)) {
      const near = nearest(key, KEYS);
      throw near === undefined
        ? unknownName('flow', key, KEYS, 'key')
        : new UsageError(`there is no key "${printable(key)}"`, `did you mean "${near}"?`);
    }
    const isList = key === 'flags' && Array.isArray(one) && one.every((flag) => typeof flag === 'string');
    if (typeof one !== 'string' && typeof one !== 'number' && !isList)
      throw new UsageError(`${key} is neither text nor a number`);
  }
  const line = value as Record<string, unknown>;
  for (const key of ['in', 'src', 'dst'])
    if (line[key] !== undefined && typeof line[key] !== 'string') throw new UsageError(`${key} is not text`);
  return value;
}
