/** What lint finds: configuration that a network accepts and that does not do what it is for. */
import type { PlaceFact } from './place.ts';

/** Every rule there is. */
export const LINT_CODES = [
  'appliance-cannot-forward',
  'appliance-route-loop',
  'asymmetric-appliances',
  'floating-ip-address',
  'gateway-lb-tunnels',
  'gateway-subnet-routes',
  'gateway-transit-half-set',
  'internet-through-appliance',
  'iptables-empty-chain',
  'iptables-shadowed',
  'lint-unused',
  'nat-untracked',
  'next-hop-unusable',
  'own-frontend',
  'peering-forwarded-traffic',
  'peering-one-sided',
  'probe-cannot-succeed',
  'public-inbound-default-route',
  'route-propagation',
  'route-too-wide',
  'tunnel-mtu',
  'virtual-network-tag',
  'vpn-prefixes',
] as const;

export type LintCode = (typeof LINT_CODES)[number];

export interface FindingFact {
  readonly code: LintCode;
  readonly severity: 'error' | 'warning';
  /** `off`: the file says so. `known`: it is in the baseline. */
  readonly outcome: 'found' | 'known' | 'off';
  /** Names and values that it is about. */
  readonly about: readonly { readonly name: string; readonly value: string }[];
  /** The line to change. */
  readonly at: PlaceFact;
  /** The same as a JSON pointer into the document, which stays when lines move. */
  readonly pointer: string;
  /** Other lines that take part. */
  readonly related: readonly { readonly what: string; readonly at: PlaceFact }[];
  /** Of one that is off: why, in the words of the file. */
  readonly reason?: string;
}

/** A finding as a baseline knows it. */
export interface KnownFinding {
  readonly file: string;
  readonly code: LintCode;
  readonly pointer: string;
}
