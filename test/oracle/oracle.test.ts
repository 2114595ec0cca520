// The kernel of this machine as judge: what nettrace says of a packet is what became of it in a network namespace.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXPERIMENTS } from './experiments/experiments.ts';
import { startKernel, type Kernel } from './kernel.ts';
import { perform } from './perform.ts';
import { whyNot } from './possible.ts';

const reason = whyNot();
const isCi = process.env['CI'] !== undefined;
if (reason !== undefined) process.stderr.write(`the kernel is not asked: ${reason}\n`);

test('when CI runs then the kernel can be asked', () => {
  expect(isCi ? reason : undefined).toBeUndefined();
});

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
