/** Every rule of lint: adding one is a file here, a line here, its code in report/lint.ts and its sentence in render/lint. */
import { applianceCannotForward } from './appliance-cannot-forward.ts';
import { applianceRouteLoop } from './appliance-route-loop.ts';
import { asymmetricAppliances } from './asymmetric-appliances.ts';
import { floatingIpAddress } from './floating-ip-address.ts';
import { gatewayLbTunnels } from './gateway-lb-tunnels.ts';
import { gatewaySubnetRoutes } from './gateway-subnet-routes.ts';
import { gatewayTransitHalfSet } from './gateway-transit-half-set.ts';
import { internetThroughAppliance } from './internet-through-appliance.ts';
import { iptablesEmptyChain } from './iptables-empty-chain.ts';
import { iptablesShadowed } from './iptables-shadowed.ts';
import { lintUnused } from './lint-unused.ts';
import { natUntracked } from './nat-untracked.ts';
import { nextHopUnusable } from './next-hop-unusable.ts';
import { ownFrontend } from './own-frontend.ts';
import { peeringForwardedTraffic } from './peering-forwarded-traffic.ts';
import { peeringOneSided } from './peering-one-sided.ts';
import { probeCannotSucceed } from './probe-cannot-succeed.ts';
import { publicInboundDefaultRoute } from './public-inbound-default-route.ts';
import { routePropagation } from './route-propagation.ts';
import { routeTooWide } from './route-too-wide.ts';
import { tunnelMtu } from './tunnel-mtu.ts';
import { virtualNetworkTag } from './virtual-network-tag.ts';
import { vpnPrefixes } from './vpn-prefixes.ts';
import type { LintRule } from './rule.ts';

export const LINT_RULES: readonly LintRule[] = [
  applianceCannotForward,
  applianceRouteLoop,
  asymmetricAppliances,
  floatingIpAddress,
  gatewayLbTunnels,
  gatewaySubnetRoutes,
  gatewayTransitHalfSet,
  internetThroughAppliance,
  iptablesEmptyChain,
  iptablesShadowed,
  lintUnused,
  natUntracked,
  nextHopUnusable,
  ownFrontend,
  peeringForwardedTraffic,
  peeringOneSided,
  probeCannotSucceed,
  publicInboundDefaultRoute,
  routePropagation,
  routeTooWide,
  tunnelMtu,
  virtualNetworkTag,
  vpnPrefixes,
];
