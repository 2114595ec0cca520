/** Why a machine has no way to the Internet. */
import type { Facts } from './facts.ts';
import type { StepOf } from './row.ts';

type Near = StepOf<'rule'>['near'][number];

/** By what a way to the Internet lacks. */
const LACKS: Readonly<Record<string, (near: Near) => string>> = {
  natGateway: () => 'its subnet has no NAT gateway',
  publicIPAddress: () => 'its NIC has no public address',
  'outbound rule': () => 'no load balancer lets it send',
  disableOutboundSnat: ({ rule }) => `${rule} has disableOutboundSnat`,
  members: ({ rule }) => `${rule} has its members by address, not by NIC`,
  source: ({ rule }) => `${rule} does not serve this address`,
  protocol: ({ rule, wanted }) => `${rule} carries ${wanted} only`,
  defaultOutboundAccess: () => 'its subnet has defaultOutboundAccess off',
  membership: ({ had }) => `default outbound access is lost ${had} of a Standard load balancer`,
};

/** Each way to the Internet, and why it does not serve. */
export const outboundText = ({ rule, node, service }: Facts): string | undefined =>
  rule &&
  `${node} has no way to the Internet for ${service}: ${rule.near.flatMap((near) => LACKS[near.failed]?.(near) ?? []).join('; ')}`;
