/** Findings about routes, peerings and appliances. */
import type { Sentence } from './sentences.ts';

export const ROUTING = {
  'appliance-cannot-forward': {
    message: ({ what, nic, node, route, prefix, subnet, frontend }) => {
      const by = frontend === undefined ? '' : ` by ${frontend}`;
      const led =
        route === undefined
          ? 'it translates destinations to other machines'
          : `route ${route} (${prefix}) of ${subnet} leads to it${by}`;
      return what === 'nic'
        ? `${nic} may not forward, and ${led}`
        : `the kernel of ${node} does not forward, and ${led}`;
    },
    suggestion: ({ what, nic, node }) =>
      what === 'nic' ? `set enableIPForwarding: true on ${nic}` : `set ${what}: 1 in linux.sysctl of ${node}`,
  },
  'appliance-route-loop': {
    message: ({ route, prefix, subnet, nic, frontend }) =>
      `route ${route} (${prefix}) of ${subnet} leads to ${nic}${frontend === undefined ? '' : ` by ${frontend}`}, which is in ${subnet} itself: what it forwards comes back to it`,
    suggestion: ({ nic }) => `give ${nic} a subnet of its own, without that route`,
  },
  'asymmetric-appliances': {
    message: ({ what, subnet, other, nextHop, otherHop }) =>
      what === 'one-way'
        ? `${subnet} sends to ${other} through ${nextHop}, and ${other} answers straight: the appliance sees one direction alone, and drops what follows`
        : what === 'past'
          ? `flows from ${subnet} reach ${other} through ${nextHop}, which keeps their source, and answers go past it`
          : `flows from ${subnet} go by ${nextHop}, and answers from ${other} by ${otherHop}: an appliance may see one of the two directions alone`,
    suggestion: ({ what, nextHop, other, prefix }) =>
      what === 'one-way'
        ? `give ${other} a user route for ${prefix} to the same next hop`
        : what === 'past'
          ? `let ${nextHop} translate the source too (MASQUERADE), or route the answers through it`
          : `let both directions have the same next hop as ${nextHop}, or let the appliances translate the source`,
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
      `${remote} lets ${vnet} use ${gateway}, and ${vnet} does not: it gets no routes from ${gateway}, nor does ${gateway} announce it`,
    suggestion: ({ vnet, remote }) => `set useRemoteGateways: true on vnets.${vnet}.peerings.${remote}`,
  },
  'internet-through-appliance': {
    message: ({ reason, node, nic, subnet, route }) =>
      reason === 'outbound-missing'
        ? `route ${route} leads ${subnet} to the Internet through ${nic}, and ${node} has no way out: no public address, NAT gateway or outbound rule`
        : `route ${route} leads ${subnet} to the Internet through ${nic}, and ${node} leaves the source as it is, which Azure translates for nobody else`,
    suggestion: ({ reason, node }) =>
      reason === 'outbound-missing'
        ? `give the subnet of ${node} a NAT gateway, or its NIC a public address`
        : `add a MASQUERADE or SNAT rule to linux.iptables of ${node}`,
  },
  'next-hop-unusable': {
    message: ({ what, route, prefix, nextHop, subnet, owner, vnet }) =>
      what === 'no-ha-ports'
        ? `route ${route} (${prefix}) at ${subnet} leads to ${nextHop}, and frontend ${owner} has no HA-ports rule: it drops what is not for itself`
        : owner === undefined
          ? `route ${route} (${prefix}) at ${subnet} leads to ${nextHop}, which nothing in reach has`
          : `route ${route} (${prefix}) at ${subnet} leads to ${nextHop}; that is ${owner} in ${vnet}, which is out of reach or takes no routed packets`,
    suggestion: ({ what, owner, vnet, subnet, nextHop }) =>
      what === 'no-ha-ports'
        ? `add a rule with protocol: All to ${owner}`
        : owner === undefined
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
  'public-inbound-default-route': {
    message: ({ entry, address, port, receiver, subnet, route }) =>
      `${entry} takes in ${address} port ${port}, and ${receiver} answers by route ${route} of ${subnet} to an appliance that has not seen the flow`,
    suggestion: ({ subnet }) =>
      `let the flow come in by the appliance, or give ${subnet} routes to Internet for the clients`,
  },
  'route-propagation': {
    message: ({ what, subnet, gateway, prefixes }) => {
      if (what === 'gateway')
        return `propagation of gateway routes is off at ${subnet}, where ${gateway} lives`;
      return what === 'off'
        ? `propagation of gateway routes is off at ${subnet}, and no other route leads to ${prefixes} behind ${gateway}`
        : `${subnet} has gateway routes to ${prefixes}, and ${gateway} sends what is for it through an appliance: answers go past that`;
    },
    suggestion: ({ what, prefixes, table, subnet }) => {
      if (what !== 'past')
        return `set disableBgpRoutePropagation: false, or add user routes${prefixes === '' ? '' : ` for ${prefixes}`}`;
      return table === undefined
        ? `give ${subnet} a route table with ${prefixes} to the appliance`
        : `add ${prefixes} to the appliance to ${table}, or set disableBgpRoutePropagation: true where a wider route leads there`;
    },
  },
  'route-too-wide': {
    message: ({ route, prefix, subnet, subnets, prefixes, types, why }) =>
      why === 'useless'
        ? `route ${route} (${prefix}) of ${subnet} carries nothing: ${prefixes} (${types}) is longer and wins`
        : `route ${route} (${prefix}) of ${subnet} loses to ${prefixes} (${types}), and ${subnets} ${subnets?.includes(', ') ? 'answer' : 'answers'} through an appliance`,
    suggestion: ({ prefixes }) => `add user routes for ${prefixes}: of the same length they win`,
  },
  'vpn-prefixes': {
    message: ({ what, connection, site, prefixes, other }) => {
      if (what === 'vnet') return `${prefixes} of connection ${connection} is in ${other} already`;
      if (what === 'twice')
        return `${prefixes} of connection ${connection} is that of connection ${other} too`;
      return what === 'unrouted'
        ? `site ${site} has no route into the tunnel for ${prefixes} of ${other}, which uses the gateway`
        : `connection ${connection} does not have ${prefixes} of site ${site}`;
    },
    suggestion: ({ what, prefixes }) =>
      what === 'unrouted' || what === 'unstated' ? `add ${prefixes}` : 'give each side addresses of its own',
  },
} as const satisfies Readonly<Record<string, Sentence>>;
