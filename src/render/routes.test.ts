/** Effective routes in the words of Azure's tool. */
import { expect, test } from 'vitest';
import { validateRoutes } from '../../test/validate-report.ts';
import type { EffectiveRouteFact, RoutesReport } from '../report/routes.ts';
import { renderRoutes } from './routes.ts';

const row = (rest: Partial<EffectiveRouteFact>): EffectiveRouteFact => ({
  name: null,
  source: 'Default',
  state: 'Active',
  addressPrefix: ['10.0.0.0/16'],
  nextHopType: 'VnetLocal',
  nextHopIpAddress: [],
  disableBgpRoutePropagation: false,
  ...rest,
});

const user = row({
  name: 'to-spoke1',
  source: 'User',
  addressPrefix: ['10.1.0.0/24'],
  nextHopType: 'VirtualAppliance',
  nextHopIpAddress: ['10.0.1.6'],
  at: 'topologies/hub.yaml:66:9',
});
const peering = row({ state: 'Invalid', addressPrefix: ['10.1.0.0/24'], nextHopType: 'VNetPeering' });
const service = row({
  addressPrefix: Array.from({ length: 40 }, (_, i) => `20.0.${i}.0/24`),
  nextHopType: 'VirtualNetworkServiceEndpoint',
});

const REPORT: RoutesReport = {
  version: 1,
  command: 'routes',
  topology: { name: 'hub', file: 'topologies/hub.yaml' },
  of: 'vgw-hub',
  subnet: 'vnet-hub/GatewaySubnet',
  value: [row({}), peering, user, service],
};

test('when routes are printed then the table has the columns and words of the tool', () => {
  expect(validateRoutes(REPORT)).toEqual([]);
  expect(`\n${renderRoutes(REPORT)}`).toMatchInlineSnapshot(`
    "
    Source   State    Address Prefix  Next Hop Type                  Next Hop IP
    -------  -------  --------------  -----------------------------  -----------
    Default  Active   10.0.0.0/16     VnetLocal
    Default  Invalid  10.1.0.0/24     VNetPeering
    User     Active   10.1.0.0/24     VirtualAppliance               10.0.1.6
    Default  Active   20.0.0.0/24     VirtualNetworkServiceEndpoint
                      20.0.1.0/24
                      20.0.2.0/24
                      20.0.3.0/24
                      20.0.4.0/24
                      20.0.5.0/24
                      20.0.6.0/24
                      20.0.7.0/24
                      and 32 more
    "
  `);
});

test('when a destination is asked for then the winner and each loser are told, with the reason', () => {
  const report: RoutesReport = {
    ...REPORT,
    value: [user],
    destination: {
      address: '10.1.0.4',
      winner: user,
      rejected: [
        { ...peering, why: 'user-route-wins' },
        { ...row({ addressPrefix: ['0.0.0.0/0'], nextHopType: 'Internet' }), why: 'shorter-prefix' },
      ],
    },
  };
  expect(validateRoutes(report)).toEqual([]);
  expect(`\n${renderRoutes(report)}`).toMatchInlineSnapshot(`
    "
    Source  State   Address Prefix  Next Hop Type     Next Hop IP
    ------  ------  --------------  ----------------  -----------
    User    Active  10.1.0.0/24     VirtualAppliance  10.0.1.6

    10.1.0.4 from vgw-hub
    takes   10.1.0.0/24 -> VirtualAppliance 10.0.1.6  User to-spoke1                         hub.yaml:66
            not 10.1.0.0/24 -> VNetPeering  Default: a user route wins on equal prefix
            not 0.0.0.0/0 -> Internet  Default: a longer prefix wins
    "
  `);
});

test('when no route holds the destination then that is said', () => {
  const report: RoutesReport = {
    ...REPORT,
    destination: { address: '10.9.9.9', winner: null, rejected: [] },
  };
  expect(renderRoutes(report)).toContain('takes   nothing');
});
