/** Work on many items over threads: the results come in the order of the items, however many threads there are. */
import { Worker } from 'node:worker_threads';
import { printable } from '../../source/printable.ts';
import { UsageError } from '../usage.ts';
import type { TaskName } from './tasks.ts';
import { SERVE } from './command.ts';
import type { Given } from './serve.ts';

export interface Work<Job, Result> {
  /** Does one of them in this thread. */
  readonly here: (job: Job) => Result;
  /** What another thread does them with; jobs, results and `setup` are plain values. */
  readonly task: TaskName;
  readonly setup: unknown;
  /** Fewer jobs are not worth the start of a thread. */
  readonly least: number;
}

/** Into how many chunks the least number of jobs is cut: a thread gets a chunk at once. */
const CHUNKS = 16;
/** Chunks that wait for each thread, or for those before them. */
const AHEAD = 4;
const MOST = 64;

/** The number of threads that `--jobs` asks for. */
export function readJobs(text: string | undefined): number {
  const count = Number(text ?? 1);
  if (/^\d+$/.test(text ?? '1') && count >= 1 && count <= MOST) return count;
  throw new UsageError(
    `--jobs ${printable(text ?? '')} is not a number from 1 to ${MOST}`,
    'such as --jobs 4',
  );
}

/** Results in the order of the jobs. Threads end when all is done, when one fails, and when nobody asks for more. */
export async function* inOrder<Job, Result>(
  jobs: Iterable<Job>,
  work: Work<Job, Result>,
  threads: number,
): AsyncGenerator<Result> {
  const iterator = jobs[Symbol.iterator]();
  const first = threads === 1 ? [] : take(iterator, work.least);
  const rest: Iterable<Job> = { [Symbol.iterator]: () => iterator };
  if (first.length < work.least || threads === 1) {
    for (const job of first) yield work.here(job);
    for (const job of rest) yield work.here(job);
    return;
  }
  const crew = Array.from({ length: threads }, () => start<Job, Result>(work));
  try {
    const waiting: Promise<readonly Result[]>[] = [];
    let next = 0;
    for (const chunk of chunksOf(first, rest, Math.ceil(work.least / CHUNKS))) {
      waiting.push(crew[next++ % threads]!.run(chunk));
      if (waiting.length === threads * AHEAD) yield* await waiting.shift()!;
    }
    for (const results of waiting) yield* await results;
  } finally {
    await Promise.all(crew.map((thread) => thread.end()));
  }
}

function take<Job>(iterator: Iterator<Job>, count: number): readonly Job[] {
  const taken: Job[] = [];
  while (taken.length < count) {
    const { done, value } = iterator.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

function* chunksOf<Job>(first: readonly Job[], rest: Iterable<Job>, size: number): Generator<readonly Job[]> {
  for (let i = 0; i < first.length; i += size) yield first.slice(i, i + size);
  let chunk: Job[] = [];
  for (const job of rest) {
    chunk.push(job);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

interface Thread<Job, Result> {
  /** Chunks are done in the order in which they were given. */
  run(chunk: readonly Job[]): Promise<readonly Result[]>;
  end(): Promise<unknown>;
}

interface Waiting<Result> {
  readonly resolve: (results: readonly Result[]) => void;
  readonly reject: (error: unknown) => void;
}

/** The program itself, in another thread. What it would say was said in this one. */
function start<Job, Result>({ task, setup }: Work<Job, Result>): Thread<Job, Result> {
  const given: Given = { task, setup };
  const worker = new Worker(new URL(import.meta.url), {
    argv: [SERVE],
    workerData: given,
    stdout: true,
    stderr: true,
  });
  const waiting: Waiting<Result>[] = [];
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
    for (const one of waiting.splice(0)) one.reject(failure);
  };
  worker.on('message', (results: readonly Result[]) => waiting.shift()?.resolve(results));
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`a thread ended with ${code}`)));
  return {
    run: (chunk) => {
      const results = new Promise<readonly Result[]>((resolve, reject) => {
        if (failure === undefined) waiting.push({ resolve, reject });
        else reject(failure);
      });
      // It is told of when its turn comes.
      results.catch(() => undefined);
      worker.postMessage(chunk);
      return results;
    },
    end: () => worker.terminate(),
  };
}
