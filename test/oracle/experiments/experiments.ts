/** All named experiments. */
import { ANSWERS } from './answers.ts';
import { CHAINS } from './chains.ts';
import { CONNTRACK } from './conntrack.ts';
import type { Experiment } from './experiment.ts';
import { NAT } from './nat.ts';
import { OUTPUT } from './output.ts';
import { OWN } from './own.ts';
import { POLICY } from './policy.ts';
import { ROUTING } from './routing.ts';

export const EXPERIMENTS: readonly Experiment[] = [
  ...NAT,
  ...CONNTRACK,
  ...CHAINS,
  ...ROUTING,
  ...OWN,
  ...OUTPUT,
  ...POLICY,
  ...ANSWERS,
];
