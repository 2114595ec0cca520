import { formatAddress } from '../../value/address.ts';
import { strayed } from './public-inbound.ts';
import type { LintRule } from './rule.ts';

export const publicInboundDefaultRoute: LintRule = {
  code: 'public-inbound-default-route',
  severity: 'error',
  summary: 'what comes in by a public address is answered through an appliance',
  condition:
    'A flow from the Internet to a public address of a NIC or load balancer, that groups and rules let in (or that comes to a NIC without any group), reaches a machine whose subnet has a default route to an appliance that the flow did not come by; its answer does not come home.',
  harm: 'The answer takes the user route, since routes know no flows: the appliance drops it, or the client gets it from another address than it asked.',
  bad: `vnets:
  hub: { subnets: { app: { addressPrefix: 10.0.2.0/24, routeTable: default-by-nva } } }
machines:
  web: { nics: { eth0: { subnet: hub/app, privateIPAddress: 10.0.2.4, publicIPAddress: 20.0.0.4 } } }`,
  good: `# the public address at the appliance, which translates both ways; or no default route to it at that subnet
routes:
  - { name: clients, addressPrefix: 203.0.113.0/24, nextHopType: Internet } # or for the clients that are known`,
  source:
    'Microsoft Learn: "Virtual network traffic routing": 0.0.0.0/0 to an appliance breaks inbound from the Internet; Azure Firewall, "asymmetric routing"',
  check: (topology) =>
    strayed(topology).flatMap(({ entry, entryAt, dst, port, receiver, steering, missed }) => {
      if (!steering || missed !== undefined) return [];
      const { route, subnet } = steering;
      const about = {
        entry,
        address: formatAddress(dst),
        port: String(port),
        receiver,
        subnet: subnet.id,
        route: route.name ?? '',
      };
      return [{ at: route.at ?? subnet.at, about, related: [{ what: 'the public address', at: entryAt }] }];
    }),
};
