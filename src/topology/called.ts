/** Names of what the entries of a topology can refer to. */
import type { Declared, Referable } from '../kinds/kind.ts';

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

/** What a reference of this sort can name, by name. */
export function referables(of: Referable, declared: Declared): ReadonlyMap<string, unknown> {
  switch (of) {
    case 'vnet':
      return declared.vnets;
    case 'subnet':
      return declared.subnets;
    case 'routeTable':
      return declared.routeTables;
    case 'securityGroup':
      return declared.securityGroups;
    case 'nic':
      return declared.nics;
    case 'natGateway':
      return declared.natGateways;
    case 'gatewayLoadBalancer':
      return new Map(declared.serviceAddresses.flatMap((one) => (one.isChainable ? [[one.id, one]] : [])));
    case 'gateway':
      return declared.gateways;
    case 'site':
      return declared.sites;
    case 'segment':
      return declared.segments;
    case 'serviceTag':
      return declared.serviceTags;
    case 'connection':
      return declared.connections;
    default:
      return of satisfies never;
  }
}
