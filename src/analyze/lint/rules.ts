/** Every rule of lint: adding one is a file here, a line here, its code in report/lint.ts and its sentence in render/lint. */
import { applianceCannotForward } from './appliance-cannot-forward.ts';
import { gatewaySubnetRoutes } from './gateway-subnet-routes.ts';
import { gatewayTransitHalfSet } from './gateway-transit-half-set.ts';
import { lintUnused } from './lint-unused.ts';
import { nextHopUnusable } from './next-hop-unusable.ts';
import { peeringForwardedTraffic } from './peering-forwarded-traffic.ts';
import { peeringOneSided } from './peering-one-sided.ts';
import type { LintRule } from './rule.ts';

export const LINT_RULES: readonly LintRule[] = [
  applianceCannotForward,
  gatewaySubnetRoutes,
  gatewayTransitHalfSet,
  lintUnused,
  nextHopUnusable,
  peeringForwardedTraffic,
  peeringOneSided,
];
