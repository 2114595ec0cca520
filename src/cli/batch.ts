/** `--batch FILE.jsonl`: one flow a line, with the keys that the command line has as options. */
import { printable } from '../source/printable.ts';
import { nearest } from '../source/suggest.ts';
import type { FlowText } from './flow.ts';
import { readInput } from './load.ts';
import { UsageError } from './usage.ts';

const KEYS = [
  'in',
  'src',
  'dst',
  'proto',
  'sport',
  'dport',
  'flags',
  'type',
  'code',
  'id',
  'seq',
  'ttl',
  'size',
  'df',
  'dscp',
  'tos',
  'quoted',
] as const;

const SHAPE = 'write {"src": "10.3.0.4", "dst": "10.1.0.4", "proto": "tcp/22"}';

type Line = FlowText & { readonly in?: string };

/** Lines that are shown of those that are wrong; the others are counted. */
const MOST_TOLD = 20;

/** What is asked of a flow, and of where it is injected. */
type Ask<Asked> = (place: string | undefined, flow: FlowText) => Asked;

/** The question of one line; throws a usage error where it is wrong. */
export function readLine<Asked>(line: string, ask: Ask<Asked>): Asked {
  const flow = parse(line);
  return ask(flow.in, flow);
}

/**
 * The lines of a file, of which `ask` can read every one. Lines are read again rather than kept as questions: a million flows
 * are a million lines, not a million packets.
 */
export function flowLines(file: string, ask: Ask<unknown>): readonly string[] {
  const name = file === '-' ? '<stdin>' : printable(file);
  const text = readInput(file, 'batch')
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  const lines = [...text.split('\n').entries()].filter(([, line]) => line.trim() !== '');
  const problems = lines.flatMap(([i, line]) => {
    try {
      readLine(line, ask);
      return [];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const said = [error.message, error.suggestion ?? []].flat().map(inFile);
      return [`${name}:${i + 1}: ${said.join('\n    ')}`];
    }
  });
  if (problems.length > 0) {
    const more = problems.length > MOST_TOLD ? [`… and ${problems.length - MOST_TOLD} more`] : [];
    const count = `${problems.length} of ${lines.length} flows cannot be walked`;
    throw new UsageError([count, ...problems.slice(0, MOST_TOLD), ...more].join('\n'));
  }
  return lines.map(([, line]) => line);
}

/** What is an option on the command line is a key in the file. */
const inFile = (text: string): string =>
  text.replaceAll(/--(src|dst|proto|sport|flags|ttl|size|df|dscp|in)\b/g, '$1');

function parse(text: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError('the line is not JSON', SHAPE);
  }
  if (!isObject(value)) throw new UsageError('the line is not a JSON object', SHAPE);
  return checked(value, KEYS);
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The keys that say something; null says nothing. */
function checked(value: object, keys: readonly string[]): Line {
  const line = Object.entries(value).filter(([, one]) => one !== null);
  for (const [key, one] of line) checkKey(key, one, keys);
  return Object.fromEntries(
    line.map(([key, one]) => [
      key,
      key === 'quoted' && isObject(one) ? checked(one, QUOTED) : key === 'df' ? Boolean(one) : one,
    ]),
  );
}

/** Of the packet that an error is about. */
const QUOTED = KEYS.filter((key) => key !== 'in' && key !== 'quoted');

const TEXTS = ['in', 'src', 'dst'];

function checkKey(key: string, value: unknown, keys: readonly string[]): void {
  if (!keys.includes(key)) {
    const near = nearest(key, keys);
    throw new UsageError(
      `there is no key "${printable(key)}"`,
      near === undefined ? `known: ${keys.join(', ')}` : `did you mean "${near}"?`,
    );
  }
  if (key === 'df' && ![true, false, 0, 1].includes(value as number | boolean))
    throw new UsageError('df is neither true nor false');
  if (key === 'quoted' && !isObject(value))
    throw new UsageError(
      'quoted is not an object',
      'write the src, dst and proto of the packet that the error is about',
    );
  if (key === 'df' || key === 'quoted') return;
  const isList = key === 'flags' && Array.isArray(value) && value.every((flag) => typeof flag === 'string');
  if (typeof value !== 'string' && typeof value !== 'number' && !isList)
    throw new UsageError(`${key} is neither text nor a ${key === 'flags' ? 'list of texts' : 'number'}`);
  if (TEXTS.includes(key) && typeof value !== 'string') throw new UsageError(`${key} is not text`);
}
