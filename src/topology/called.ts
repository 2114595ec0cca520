/** Names of what the entries of a topology can refer to. */
import type { Referable } from '../kinds/kind.ts';

/** How a reference is called in a message. */
export const CALLED: Readonly<Record<Referable, string>> = {
  vnet: 'VNet',
  subnet: 'subnet',
  routeTable: 'route table',
  securityGroup: 'network security group',
  nic: 'NIC',
  natGateway: 'NAT gateway',
  gatewayLoadBalancer: 'frontend of a gateway load balancer',
  gateway: 'gateway',
  site: 'site',
  segment: 'segment',
  serviceTag: 'service tag',
  connection: 'connection',
};
