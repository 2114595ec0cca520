/** Findings about the rules and tunnels of machines. */
import type { Sentence } from './sentences.ts';

export const MACHINES = {
  'iptables-empty-chain': {
    message: ({ node, table, rule, chain }) => `${table} ${rule} of ${node}: chain ${chain} has no rules`,
    suggestion: ({ chain }) => `give ${chain} rules, or remove the jump`,
  },
  'iptables-shadowed': {
    message: ({ node, table, rule, shadow }) =>
      `${table} ${rule} of ${node} never matches: ${shadow} takes all of it`,
    suggestion: () => 'put it before that rule, or remove it',
  },
  'nat-untracked': {
    message: ({ node, rule, blind }) =>
      `nat ${rule} of ${node} never translates: ${blind} in raw keeps these packets from being tracked`,
    suggestion: () => 'leave them out of the rule in raw',
  },
  'tunnel-mtu': {
    message: ({ node, device, mtu, overhead, under, underMtu }) =>
      `${device} of ${node} takes packets of ${mtu} octets and puts ${overhead} around them, and ${under} takes ${underMtu}`,
    suggestion: ({ mtu, overhead, under, fits }) =>
      `set mtu: ${fits} on it, or mtu: ${Number(mtu) + Number(overhead)} or more on ${under}`,
  },
} as const satisfies Readonly<Record<string, Sentence>>;
