/** Everything a topology can contain: adding a kind is one folder and one line. */
import type { Kind } from './kind.ts';
import { distributedFirewall } from './distributed-firewall/distributed-firewall.ts';
import { distributedSwitch } from './distributed-switch/distributed-switch.ts';
import { firewall } from './firewall/firewall.ts';
import { interSiteLink } from './inter-site-link/inter-site-link.ts';
import { loadBalancer } from './load-balancer/load-balancer.ts';
import { machine } from './machine/machine.ts';
import { natGateway } from './nat-gateway/nat-gateway.ts';
import { networkSecurityGroup } from './network-security-group/network-security-group.ts';
import { routeTable } from './route-table/route-table.ts';
import { router } from './router/router.ts';
import { segment } from './segment/segment.ts';
import { serviceTag } from './service-tag/service-tag.ts';
import { site } from './site/site.ts';
import { underlay } from './underlay/underlay.ts';
import { virtualNetworkGateway } from './virtual-network-gateway/virtual-network-gateway.ts';
import { virtualNetwork } from './virtual-network/virtual-network.ts';

/** In the order in which a topology is read and addresses are assigned. */
export const KINDS: readonly Kind<unknown>[] = [
  serviceTag,
  virtualNetwork,
  routeTable,
  networkSecurityGroup,
  natGateway,
  site,
  interSiteLink,
  segment,
  distributedSwitch,
  router,
  firewall,
  distributedFirewall,
  virtualNetworkGateway,
  loadBalancer,
  machine,
  underlay,
];
