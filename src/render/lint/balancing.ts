/** Findings about load balancers. */
import type { Sentence } from './sentences.ts';

export const BALANCING = {
  'probe-cannot-succeed': {
    message: ({ balancer, rule, probe, members }) =>
      `the probe ${probe} of rule ${rule} of ${balancer} fails at ${members}`,
    suggestion: ({ reason }) => PROBE_ADVICE[reason ?? ''] ?? 'walk it: `nettrace explain` tells the reason',
  },
} as const satisfies Readonly<Record<string, Sentence>>;

const PROBE_ADVICE: Readonly<Record<string, string>> = {
  'listener-missing': 'probe a port that the members listen on',
  'filter-denied': 'let 168.63.129.16 (AzureLoadBalancer) reach that port before the rule that denies',
  'filter-default-policy': 'let 168.63.129.16 (AzureLoadBalancer) reach that port',
};
