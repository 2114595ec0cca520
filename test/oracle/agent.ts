/** The process that holds a network namespace (agent.py), asked one question at a time. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** What was asked for cannot be done. */
export class Refused extends Error {}

export type Answer = Readonly<Record<string, unknown>>;

export interface Agent {
  readonly ask: (question: object) => Promise<Answer>;
  readonly stop: () => void;
}

/** npm and vitest both start in the project's folder. */
const AGENT = resolve('test/oracle/agent.py');

export function startAgent(): Agent {
  const child = spawn('python3', ['-u', AGENT], {
    stdio: 'pipe',
    env: { ...process.env, XTABLES_LOCKFILE: '/dev/null' },
  });
  return { ask: exchange(child), stop: () => child.stdin.end() };
}

/** Answers come in the order of the questions. */
function exchange(child: ChildProcessWithoutNullStreams): Agent['ask'] {
  const waiting: { readonly done: (answer: Answer) => void; readonly failed: (error: Error) => void }[] = [];
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
  child.on('close', () => {
    for (const one of waiting.splice(0)) one.failed(new Error(`the kernel's side ended: ${complaint}`));
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = JSON.parse(line) as Answer;
    const next = waiting.shift();
    if (typeof answer['error'] === 'string') next?.failed(new Refused(answer['error']));
    else next?.done(answer);
  });
  return (question) =>
    new Promise((done, failed) => {
      waiting.push({ done, failed });
      child.stdin.write(`${JSON.stringify(question)}\n`);
    });
}
