import type { Nic } from '../../kinds/declarations.ts';
import type { Topology } from '../../topology/topology.ts';
import { formatPrefix } from '../../value/prefix.ts';
import { offsetBy, type Address } from '../../value/address.ts';
import { injected, strangerFor } from './probe-walk.ts';
import type { Found, LintRule } from './rule.ts';
import { nicsBySubnet, steerings, winner, within, type Steering } from './steering.ts';

export const applianceRouteLoop: LintRule = {
  code: 'appliance-route-loop',
  severity: 'error',
  summary: 'an appliance’s own subnet sends what it forwards back to it',
  condition:
    'A user route in force at the subnet of an appliance’s NIC leads to that NIC, or to a frontend that has it as member, and what the appliance forwards leaves by that NIC: it has no other, or a packet injected there loops.',
  harm: 'Routes are those of the NIC that sends, whoever made the packet: it comes back until its TTL is used up.',
  bad: `vnets:
  hub: { subnets: { all: { addressPrefix: 10.0.1.0/24, routeTable: by-nva } } } # the appliance is in it too`,
  good: `vnets:
  hub:
    subnets:
      app: { addressPrefix: 10.0.1.0/25, routeTable: by-nva }
      nva: { addressPrefix: 10.0.1.128/25 }`,
  source:
    'Microsoft Learn: "Virtual network traffic routing": an appliance belongs in another subnet than what is routed through it',
  check: (topology) =>
    steerings(topology).flatMap((steering): readonly Found[] => {
      const nic = steering.nics.find(
        (one) => one.subnet === steering.subnet.id && isLoop(topology, one, steering),
      );
      return nic ? [foundOf(steering, nic)] : [];
    }),
};

function isLoop(topology: Topology, nic: Nic, { subnet, route }: Steering): boolean {
  const dst = route.prefix.length === 0 ? strangerFor(route.prefix.first) : inside(topology, route.prefix);
  if (winner(topology, subnet.id, dst)?.at !== route.at || nic.addresses.includes(dst)) return false;
  const machine = topology.declared.machines.get(nic.node);
  if (machine?.nics.length === 1) return true;
  const src = neighbourOf(topology, nic);
  return injected(topology, nic, { src, dst, port: 443 })?.verdict.outcome === 'looped';
}

/** Somebody else in the NIC's subnet. */
function neighbourOf(topology: Topology, { subnet, node, addresses }: Nic): Address {
  const other = (nicsBySubnet(topology).get(subnet) ?? []).find((one) => one.node !== node);
  return other?.addresses[0] ?? offsetBy(addresses[0]!, 1);
}

/** An address of the prefix that somebody has, where one has. */
function inside(topology: Topology, prefix: Steering['route']['prefix']): Address {
  const { nics } = topology.declared;
  for (const { addresses } of nics.values()) {
    const found = addresses.find((one) => one >= prefix.first && one <= prefix.last);
    if (found !== undefined && typeof found === typeof prefix.first) return found;
  }
  return within(prefix);
}

const foundOf = ({ subnet, route, frontend }: Steering, nic: Nic): Found => ({
  at: route.at ?? subnet.at,
  about: {
    route: route.name ?? '',
    prefix: formatPrefix(route.prefix),
    subnet: subnet.id,
    nic: nic.id,
    ...(frontend !== undefined && { frontend }),
  },
  related: [
    { what: 'the subnet that has the table', at: subnet.at },
    { what: 'the appliance', at: nic.at },
  ],
});
