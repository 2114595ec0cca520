/** All named experiments. */
import { CHAINS } from './chains.ts';
import { CONNTRACK } from './conntrack.ts';
import type { Experiment } from './experiment.ts';
import { NAT } from './nat.ts';
import { ROUTING } from './routing.ts';

export const EXPERIMENTS: readonly Experiment[] = [...NAT, ...CONNTRACK, ...CHAINS, ...ROUTING];
