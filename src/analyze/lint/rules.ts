/** Every rule of lint: adding one is a file here, a line here, its code in report/lint.ts and its sentence in render/lint. */
import { applianceCannotForward } from './appliance-cannot-forward.ts';
import { applianceRouteLoop } from './appliance-route-loop.ts';
import { asymmetricAppliances } from './asymmetric-appliances.ts';
import { gatewaySubnetRoutes } from './gateway-subnet-routes.ts';
import { gatewayTransitHalfSet } from './gateway-transit-half-set.ts';
import { internetThroughAppliance } from './internet-through-appliance.ts';
import { lintUnused } from './lint-unused.ts';
import { nextHopUnusable } from './next-hop-unusable.ts';
import { peeringForwardedTraffic } from './peering-forwarded-traffic.ts';
import { peeringOneSided } from './peering-one-sided.ts';
import { probeCannotSucceed } from './probe-cannot-succeed.ts';
import { publicInboundDefaultRoute } from './public-inbound-default-route.ts';
import { routeTooWide } from './route-too-wide.ts';
import type { LintRule } from './rule.ts';

export const LINT_RULES: readonly LintRule[] = [
  applianceCannotForward,
  applianceRouteLoop,
  asymmetricAppliances,
  gatewaySubnetRoutes,
  gatewayTransitHalfSet,
  internetThroughAppliance,
  lintUnused,
  nextHopUnusable,
  peeringForwardedTraffic,
  peeringOneSided,
  probeCannotSucceed,
  publicInboundDefaultRoute,
  routeTooWide,
];
