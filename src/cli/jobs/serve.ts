/** The other end of a thread: does what it is sent, chunk by chunk. */
import { parentPort, workerData } from 'node:worker_threads';
import { UsageError } from '../usage.ts';
import { SERVE } from './command.ts';
import { TASKS, type TaskName } from './tasks.ts';

/** What a thread is started with. */
export interface Given {
  readonly task: TaskName;
  readonly setup: unknown;
}

export async function serve(): Promise<void> {
  const port = parentPort;
  if (!port)
    throw new UsageError(`${SERVE} is for threads of nettrace`, 'nettrace --help lists the commands');
  const { task, setup } = workerData as Given;
  const perform = await TASKS[task](setup as never);
  port.on('message', (chunk: readonly never[]) => port.postMessage(chunk.map((job) => perform(job))));
}
