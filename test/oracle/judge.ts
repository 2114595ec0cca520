/** Many generated cases on several kernels at once; what fails is shrunk. */
import { deciders, kindOf, Tally } from './coverage.ts';
import { generate } from './generate/generate.ts';
import { Refused } from './agent.ts';
import { startKernel, type Kernel } from './kernel.ts';
import type { Options } from './options.ts';
import { play, type Case, type Disagreement } from './play.ts';
import { shrink } from './shrink.ts';

export interface Failure {
  readonly case: Case;
  readonly disagreement: Disagreement;
}

export interface Judgement {
  readonly cases: number;
  readonly packets: number;
  /** Cases that disagreed, the first of them shrunk. */
  readonly failed: number;
  readonly failures: readonly Failure[];
  /** What the kernel's tools did not load, which is the generator's fault. */
  readonly refused: readonly string[];
  /** Packets by what decided on their way. */
  readonly coverage: Tally;
  /** Failed cases by how they failed. */
  readonly kinds: Tally;
}

/** While one kernel waits for its interfaces to go, the other works. */
const KERNELS = 3;

export async function judge(options: Options): Promise<Judgement> {
  const kernels = Array.from({ length: KERNELS }, () => startKernel(options.backend));
  const found = {
    cases: 0,
    packets: 0,
    failed: 0,
    failures: [] as Failure[],
    refused: [] as string[],
    coverage: new Tally(),
    kinds: new Tally(),
  };
  const seeds = options.families.flatMap((family) =>
    Array.from({ length: options.cases / options.families.length }, (_, i) => ({
      seed: options.seed + i,
      family,
    })),
  );
  const work = async (kernel: Kernel): Promise<void> => {
    for (let next = seeds.shift(); next; next = seeds.shift()) {
      const one = generate(next.seed, {
        family: next.family,
        allowed: (name) => !options.without.includes(name),
        policies: !options.without.includes('rules'),
      });
      await judgeOne(one, kernel, options, found);
    }
  };
  try {
    await Promise.all(kernels.map(work));
  } finally {
    for (const kernel of kernels) kernel.stop();
  }
  return found;
}

type Found = { -readonly [Key in keyof Judgement]: Judgement[Key] } & {
  failures: Failure[];
  refused: string[];
};

async function judgeOne(one: Case, kernel: Kernel, options: Options, found: Found): Promise<void> {
  try {
    const { turns, disagreement } = await play(one, kernel);
    found.cases++;
    found.packets += turns.length;
    for (const turn of turns) found.coverage.count(...deciders(turn));
    if (!disagreement) return;
    found.failed++;
    found.kinds.count(kindOf(disagreement));
    if (found.failures.length >= options.failures) return;
    const place = found.failures.push({ case: one, disagreement }) - 1;
    found.failures[place] = await smallest(one, disagreement, kernel);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    found.refused.push(`${one.name}: ${error.message}`);
  }
}

/** The shrunk case, with how it disagrees now. */
async function smallest(one: Case, first: Disagreement, kernel: Kernel): Promise<Failure> {
  let last = first;
  const fails = async (smaller: Case): Promise<boolean> => {
    const disagreement = await play(smaller, kernel).then(
      (played) => played.disagreement,
      (error: unknown) => {
        if (error instanceof Refused) return undefined;
        throw error;
      },
    );
    if (disagreement?.what !== first.what) return false;
    last = disagreement;
    return true;
  };
  return { case: await shrink(one, fails), disagreement: last };
}
