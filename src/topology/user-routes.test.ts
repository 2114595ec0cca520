import { describe, expect, test } from 'vitest';
import type { RouteSketch, Sketch } from './declarations.fixture.ts';
import { losers, nextHop, printed, route, tableOf } from './routes.fixture.ts';

const sketch = (routes: readonly RouteSketch[], more: Partial<Sketch> = {}): Sketch => ({
  vnets: {
    own: {
      ranges: '10.0.0.0/16',
      subnets: { a: { routeTable: 'rt' }, b: {} },
      peerings: { peer: {}, near: {} },
    },
    peer: { ranges: '10.1.0.0/16', subnets: { a: {} }, peerings: { own: {}, beyond: {} } },
    near: { ranges: '10.2.0.0/16', subnets: { a: {} } },
    beyond: { ranges: '10.3.0.0/16', subnets: { a: {} }, peerings: { peer: {} } },
    far: { ranges: '10.4.0.0/16', subnets: { a: {} }, peerings: { own: {} } },
  },
  routeTables: { rt: routes },
  nics: {
    'nva/eth0': ['own/b', '10.0.1.4'],
    'off/eth0': ['own/b', '10.0.1.5', { deallocated: true }],
    'remote/eth0': ['peer/a', '10.1.0.4'],
    'near/eth0': ['near/a', '10.2.0.4'],
    'beyond/eth0': ['beyond/a', '10.3.0.4'],
    'far/eth0': ['far/a', '10.4.0.4'],
  },
  frontends: {
    ilb: ['own/b', '10.0.1.6'],
    vgw: ['own/b', '10.0.1.7', { isNextHop: false }],
  },
  ...more,
});

const default0 = (via: string): ReturnType<typeof tableOf> =>
  tableOf('own/a', sketch([['0.0.0.0/0', 'VirtualAppliance', via]]));

describe('a route to an appliance', () => {
  test.each([
    ['a NIC of the VNet', '10.0.1.4', 'own'],
    ['a load balancer’s frontend', '10.0.1.6', 'own'],
    ['a NIC of a connected peer', '10.1.0.4', 'peer'],
  ])('when the address is of %s then the row names the VNet that owns it', (_, via, vnet) => {
    expect(nextHop(default0(via), '8.8.8.8')).toBe(`VirtualAppliance ${via}`);
    expect(route(default0(via), '8.8.8.8')).toMatchObject({
      vnet,
      name: 'route-1',
      at: '/routeTables/rt/routes/0',
    });
  });

  test.each([
    ['a deallocated machine', '10.0.1.5', 'route-next-hop-unknown'],
    ['nobody', '10.0.1.99', 'route-next-hop-unknown'],
    ['a service that is no next hop', '10.0.1.7', 'route-next-hop-unknown'],
    ['a VNet beyond the peer', '10.3.0.4', 'route-next-hop-unknown'],
    ['a peer without a link back', '10.2.0.4', 'peering-not-connected'],
    ['a VNet that alone has a link', '10.4.0.4', 'peering-not-connected'],
  ])(
    'when the address is of %s then the row is in force with type None and keeps the address',
    (_, via, broken) => {
      const table = default0(via);
      expect(printed(table)).toContain(`User Active 0.0.0.0/0 None ${via}`);
      expect(printed(table)).toContain('Default Invalid 0.0.0.0/0 Internet');
      expect(route(table, '8.8.8.8')).toMatchObject({ nextHopType: 'None', broken });
    },
  );

  test('when the appliance of a default route is dead then private space is still taken from the None rows', () => {
    expect(route(default0('10.0.1.5'), '10.200.0.1')).toMatchObject({
      source: 'User',
      broken: 'route-next-hop-unknown',
    });
    expect(losers(default0('10.0.1.5'), '10.200.0.1')[0]).toBe('10.0.0.0/8 None none-route-removed');
  });

  test('when neighbours are steered by the subnet’s prefix then only the exempt one is local', () => {
    const table = tableOf(
      'own/a',
      sketch([
        ['10.0.0.0/24', 'VirtualAppliance', '10.0.1.4'],
        ['10.0.0.8/32', 'VnetLocal'],
      ]),
    );
    expect(nextHop(table, '10.0.0.7')).toBe('VirtualAppliance 10.0.1.4');
    expect(nextHop(table, '10.0.0.8')).toBe('VnetLocal');
    expect(nextHop(table, '10.0.5.1')).toBe('VnetLocal');
  });
});

describe('a route of type VnetLocal', () => {
  test.each([
    ['the VNet’s range', '10.0.0.0/16', 'VnetLocal', undefined],
    ['a part of it', '10.0.9.0/24', 'VnetLocal', undefined],
    ['a peer’s range', '10.1.0.0/16', 'None', 'route-next-hop-unknown'],
    ['an address outside', '172.16.0.1/32', 'None', 'route-next-hop-unknown'],
    ['more than the VNet’s range', '10.0.0.0/15', 'None', 'route-next-hop-unknown'],
  ])('when the prefix is %s then the effective type is right', (_, to, type, broken) => {
    const row = tableOf('own/a', sketch([[to, 'VnetLocal']])).active.find(({ source }) => source === 'User');
    expect(row?.nextHopType).toBe(type);
    expect(row?.broken).toBe(broken);
  });
});

describe('a route of type VirtualNetworkGateway', () => {
  const toGateway: readonly RouteSketch[] = [['10.9.0.0/16', 'VirtualNetworkGateway']];
  const remote = (link: object, back: object | undefined): Sketch => ({
    vnets: {
      own: { ranges: '10.0.0.0/16', subnets: { a: { routeTable: 'rt' } }, peerings: { hub: link } },
      hub: { ranges: '10.8.0.0/16', ...(back ? { peerings: { own: back } } : {}) },
    },
    routeTables: { rt: toGateway },
    gateways: { vgw: ['hub', '10.9.0.0/16'] },
  });

  test('when the VNet has a gateway then it takes the packets', () => {
    const table = tableOf('own/a', sketch(toGateway, { gateways: { vgw: ['own', '10.7.0.0/16'] } }));
    expect(route(table, '10.9.0.1')).toMatchObject({
      nextHopType: 'VirtualNetworkGateway',
      gateway: 'vgw',
      vnet: 'own',
    });
  });

  test('when the VNet uses a peer’s gateway then that takes the packets', () => {
    const table = tableOf('own/a', remote({ useRemoteGateways: true }, { allowGatewayTransit: true }));
    expect(route(table, '10.9.0.1')).toMatchObject({
      nextHopType: 'VirtualNetworkGateway',
      gateway: 'vgw',
      vnet: 'hub',
    });
  });

  test.each([
    ['there is none', sketch(toGateway), 'route-next-hop-unknown'],
    ['the peer’s is not used', remote({}, { allowGatewayTransit: true }), 'route-next-hop-unknown'],
    ['the peer does not allow transit', remote({ useRemoteGateways: true }, {}), 'route-next-hop-unknown'],
    ['the peer has no link back', remote({ useRemoteGateways: true }, undefined), 'peering-not-connected'],
  ])('when %s then the effective type is None', (_, topology, broken) => {
    expect(route(tableOf('own/a', topology), '10.9.0.1')).toMatchObject({
      nextHopType: 'None',
      source: 'User',
      broken,
    });
  });
});

test('when both sides route through an appliance in the hub then each spoke’s table sends to it', () => {
  const spoke = (range: string) => ({
    ranges: range,
    subnets: { a: { routeTable: range } },
    peerings: { hub: { allowForwardedTraffic: true } },
  });
  const topology: Sketch = {
    vnets: {
      hub: { ranges: '10.4.0.0/16', subnets: { a: {} }, peerings: { one: {}, two: {} } },
      one: spoke('10.1.0.0/16'),
      two: spoke('10.2.0.0/16'),
    },
    routeTables: {
      '10.1.0.0/16': [['10.2.0.0/16', 'VirtualAppliance', '10.4.2.100']],
      '10.2.0.0/16': [['10.1.0.0/16', 'VirtualAppliance', '10.4.2.100']],
    },
    frontends: { ilb: ['hub/a', '10.4.2.100'] },
  };
  expect(nextHop(tableOf('one/a', topology), '10.2.1.4')).toBe('VirtualAppliance 10.4.2.100');
  expect(nextHop(tableOf('two/a', topology), '10.1.1.4')).toBe('VirtualAppliance 10.4.2.100');
  expect(losers(tableOf('one/a', topology), '10.2.1.4')[0]).toBe('10.0.0.0/8 None shorter-prefix');
});
