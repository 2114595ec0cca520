/** Findings about routes, peerings and appliances. */
import type { Sentence } from './sentences.ts';

export const ROUTING = {
  'appliance-cannot-forward': {
    message: ({ what, nic, node, route, prefix, subnet, frontend }) => {
      const by = frontend === undefined ? '' : ` by ${frontend}`;
      const led = `route ${route} (${prefix}) of ${subnet} leads to it${by}`;
      return what === 'nic'
        ? `${nic} may not forward, and ${led}`
        : `the kernel of ${node} does not forward, and ${led}`;
    },
    suggestion: ({ what, nic, node }) =>
      what === 'nic' ? `set enableIPForwarding: true on ${nic}` : `set ${what}: 1 in linux.sysctl of ${node}`,
  },
  'gateway-subnet-routes': {
    message: ({ gateway, subnets, nextHop, subnet }) =>
      `${subnets} ${subnets?.includes(', ') ? 'reach' : 'reaches'} what ${gateway} has learned through ${nextHop}, and ${subnet} has no route that takes packets from there the same way`,
    suggestion: ({ prefixes, nextHop, table, subnet }) =>
      table === undefined
        ? `give ${subnet} a route table with ${prefixes} to VirtualAppliance ${nextHop}`
        : `add ${prefixes} to VirtualAppliance ${nextHop} to ${table}`,
  },
  'gateway-transit-half-set': {
    message: ({ vnet, remote, gateway }) =>
      `${remote} lets ${vnet} use ${gateway}, and ${vnet} does not: nothing of it reaches what ${gateway} has learned`,
    suggestion: ({ vnet, remote }) => `set useRemoteGateways: true on vnets.${vnet}.peerings.${remote}`,
  },
  'next-hop-unusable': {
    message: ({ route, prefix, nextHop, subnet, owner, vnet }) =>
      owner === undefined
        ? `route ${route} (${prefix}) at ${subnet} leads to ${nextHop}, which nothing in reach has`
        : `route ${route} (${prefix}) at ${subnet} leads to ${nextHop}; that is ${owner} in ${vnet}, which is out of reach or takes no routed packets`,
    suggestion: ({ owner, vnet, subnet, nextHop }) =>
      owner === undefined
        ? /^[A-Z]/.test(nextHop ?? '')
          ? 'take another next hop type'
          : 'name the address of a NIC or internal frontend in the VNet or one that is peered with it'
        : vnet === subnet?.split('/')[0]
          ? 'name a NIC or an internal frontend'
          : `peer the VNet of ${subnet} with ${vnet}, from both sides`,
  },
  'peering-forwarded-traffic': {
    message: ({ vnet, remote, appliance, subnet, route }) =>
      `${vnet} takes from ${remote} only what begins there, and route ${route} of ${subnet} leads packets through ${appliance} in ${remote}`,
    suggestion: ({ vnet, remote }) => `set allowForwardedTraffic: true on vnets.${vnet}.peerings.${remote}`,
  },
  'peering-one-sided': {
    message: ({ vnet, remote }) =>
      `${vnet} is peered with ${remote}, and ${remote} not with ${vnet}: the peering is not connected`,
    suggestion: ({ vnet, remote }) => `add ${vnet} to vnets.${remote}.peerings`,
  },
} as const satisfies Readonly<Record<string, Sentence>>;
