/** An experiment performed on both sides: what was written down, and what each of them says. */
import type { Experiment } from './experiments/experiment.ts';
import type { Kernel } from './kernel.ts';
import { readModel } from './model.ts';
import { readSighting } from './read-sighting.ts';
import { compared, sightingText } from './sighting.ts';

export interface Performed {
  readonly written: readonly string[];
  readonly kernel: readonly string[];
  readonly model: readonly string[];
}

export async function perform({ machine, transcript }: Experiment, kernel: Kernel): Promise<Performed> {
  await kernel.load(machine);
  const model = readModel(machine);
  const performed = { written: [] as string[], kernel: [] as string[], model: [] as string[] };
  for (const exchange of transcript.split(/^\s*> /m).slice(1)) {
    const [arrives = '', ...sees] = exchange.trimEnd().split(/\n\s*< /);
    const { where, packet } = readSighting(arrives);
    const arrival = { in: where, packet };
    const head = `> ${sightingText({ where, packet })}`;
    performed.written.push(head, ...compared(sees.map(readSighting)));
    performed.kernel.push(head, ...compared(await kernel.inject(arrival)));
    const { sightings, unknown } = model.walk(arrival);
    performed.model.push(
      head,
      ...compared(sightings),
      ...(unknown === undefined ? [] : [`unknown: ${unknown}`]),
    );
  }
  return performed;
}
