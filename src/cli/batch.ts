/** `--batch FILE.jsonl`: one flow a line, with the keys that the command line has as options. */
import { printable } from '../source/printable.ts';
import { nearest } from '../source/suggest.ts';
import type { FlowText } from './flow.ts';
import { readInput } from './load.ts';
import { UsageError } from './usage.ts';

const KEYS = ['in', 'src', 'dst', 'proto', 'sport', 'dport', 'flags', 'ttl', 'type', 'id'] as const;

const SHAPE = 'write {"src": "10.3.0.4", "dst": "10.1.0.4", "proto": "tcp/22"}';

type Line = FlowText & { readonly in?: string };

/** Lines that are shown of those that are wrong; the others are counted. */
const MOST_TOLD = 20;

/** What becomes of each flow of a file; the lines that are wrong are told in one error. */
export function eachFlow<T>(
  file: string,
  answer: (place: string | undefined, flow: FlowText) => T,
): readonly T[] {
  const name = file === '-' ? '<stdin>' : printable(file);
  const text = readInput(file, 'batch')
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  const lines = [...text.split('\n').entries()].filter(([, line]) => line.trim() !== '');
  const problems: string[] = [];
  const answers = lines.flatMap(([i, line]) => {
    try {
      const flow = parse(line);
      return [answer(flow.in, flow)];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const said = [error.message, error.suggestion ?? []].flat().map(inFile);
      problems.push(`${name}:${i + 1}: ${said.join('\n    ')}`);
      return [];
    }
  });
  if (problems.length === 0) return answers;
  const more = problems.length > MOST_TOLD ? [`… and ${problems.length - MOST_TOLD} more`] : [];
  const count = `${problems.length} of ${lines.length} flows cannot be walked`;
  throw new UsageError([count, ...problems.slice(0, MOST_TOLD), ...more].join('\n'));
}

/** What is an option on the command line is a key in the file. */
const inFile = (text: string): string => text.replaceAll(/--(src|dst|proto|sport|flags|ttl|in)\b/g, '$1');

function parse(text: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError('the line is not JSON', SHAPE);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError('the line is not a JSON object', SHAPE);
  for (const [key, one] of Object.entries(value)) {
    if (!(KEYS as readonly string[]).includes(key)) {
      const near = nearest(key, KEYS);
      throw new UsageError(
        `there is no key "${printable(key)}"`,
        near === undefined ? `known: ${KEYS.join(', ')}` : `did you mean "${near}"?`,
      );
    }
    const isList = key === 'flags' && Array.isArray(one) && one.every((flag) => typeof flag === 'string');
    if (typeof one !== 'string' && typeof one !== 'number' && !isList)
      throw new UsageError(`${key} is neither text nor a ${key === 'flags' ? 'list of texts' : 'number'}`);
  }
  const line = value as Record<string, unknown>;
  for (const key of ['in', 'src', 'dst'])
    if (line[key] !== undefined && typeof line[key] !== 'string') throw new UsageError(`${key} is not text`);
  return value;
}
