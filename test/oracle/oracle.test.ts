// The kernel of this machine as judge: what nettrace says of a packet is what became of it in a network namespace.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXPERIMENTS } from './experiments/experiments.ts';
import { judge } from './judge.ts';
import { startKernel, type Kernel } from './kernel.ts';
import { readOptions } from './options.ts';
import { perform } from './perform.ts';
import { whyNot } from './possible.ts';
import { printed } from './print.ts';

const reason = whyNot();
const isCi = process.env['CI'] !== undefined;
if (reason !== undefined) process.stderr.write(`the kernel is not asked: ${reason}\n`);

test('when CI runs then the kernel can be asked', () => {
  expect(isCi ? reason : undefined).toBeUndefined();
});

describe.skipIf(reason !== undefined)(
  'when cases are generated then kernel and nettrace agree on every packet',
  () => {
    test.each([
      { family: 4, seed: 1, cases: 300 },
      { family: 6, seed: 819, cases: 200 },
    ] as const)(
      'of IPv$family',
      async ({ family, seed, cases }) => {
        const { failures, refused, packets } = await judge({
          ...readOptions([]),
          seed,
          cases,
          families: [family],
          failures: 2,
        });
        expect(failures.map((one) => printed(one.case, one.disagreement)).join('\n')).toBe('');
        expect(refused).toEqual([]);
        expect(packets).toBeGreaterThan(2000);
      },
      240_000,
    );
  },
);

describe.skipIf(reason !== undefined)(
  'when an experiment is performed then kernel and nettrace see what is written',
  () => {
    let kernel: Kernel;
    beforeAll(() => {
      kernel = startKernel();
    });
    afterAll(() => kernel.stop());

    test.each(EXPERIMENTS.map((one) => [one.name, one] as const))('%s', async (_, experiment) => {
      const { written, kernel: saw, model } = await perform(experiment, kernel);
      expect(saw, 'the kernel').toEqual(written);
      expect(model, 'nettrace').toEqual(written);
    });
  },
);
