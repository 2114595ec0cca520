import { describe, expect, test } from 'vitest';
import type { Sketch } from './declarations.fixture.ts';
import { losers, nextHop, printed, tableOf } from './routes.fixture.ts';

/** The worked example of Microsoft's "Virtual network traffic routing". */
const workedExample: Sketch = {
  vnets: {
    'vnet-1': {
      ranges: '10.0.0.0/16',
      subnets: {
        subnet1: { range: '10.0.0.0/24', routeTable: 'rt', endpoints: ['Storage'] },
        subnet2: { range: '10.0.1.0/24' },
        dmz: { range: '10.0.100.0/24' },
      },
      peerings: { 'vnet-2': {} },
    },
    'vnet-2': { ranges: '10.1.0.0/16 10.2.0.0/16', peerings: { 'vnet-1': {} } },
  },
  routeTables: {
    rt: [
      ['10.0.0.0/16', 'VirtualAppliance', '10.0.100.4'],
      ['10.0.0.0/24', 'VnetLocal'],
      ['10.1.0.0/16', 'None'],
      ['10.2.0.0/16', 'None'],
      ['10.10.0.0/16', 'VirtualAppliance', '10.0.100.4'],
      ['0.0.0.0/0', 'VirtualAppliance', '10.0.100.4'],
    ],
  },
  nics: { 'nva/eth0': ['vnet-1/dmz', '10.0.100.4'] },
  gateways: { vgw: ['vnet-1', '10.10.0.0/16'] },
  serviceTags: { Storage: '20.38.98.0/24 52.239.0.0/16' },
};

describe('the worked example of the user-defined routes overview', () => {
  const subnet1 = tableOf('vnet-1/subnet1', workedExample);
  const subnet2 = tableOf('vnet-1/subnet2', workedExample);

  test('when Subnet1 has user routes then its table is the documented one', () => {
    expect(printed(subnet1)).toEqual([
      'Default Invalid 10.0.0.0/16 VnetLocal',
      'Default Invalid 10.1.0.0/16 VNetPeering',
      'Default Invalid 10.2.0.0/16 VNetPeering',
      'Default Invalid 0.0.0.0/0 Internet',
      'Default Active 20.38.98.0/24 VirtualNetworkServiceEndpoint',
      'Default Active 52.239.0.0/16 VirtualNetworkServiceEndpoint',
      'VirtualNetworkGateway Invalid 10.10.0.0/16 VirtualNetworkGateway 198.51.100.20',
      'User Active 10.0.0.0/16 VirtualAppliance 10.0.100.4',
      'User Active 10.0.0.0/24 VnetLocal',
      'User Active 10.1.0.0/16 None',
      'User Active 10.2.0.0/16 None',
      'User Active 10.10.0.0/16 VirtualAppliance 10.0.100.4',
      'User Active 0.0.0.0/0 VirtualAppliance 10.0.100.4',
    ]);
  });

  test('when Subnet2 has none then its table is the documented one', () => {
    expect(printed(subnet2)).toEqual([
      'Default Active 10.0.0.0/16 VnetLocal',
      'Default Active 10.1.0.0/16 VNetPeering',
      'Default Active 10.2.0.0/16 VNetPeering',
      'Default Active 0.0.0.0/0 Internet',
      'Default Active 10.0.0.0/8 None',
      'Default Active 172.16.0.0/12 None',
      'Default Active 192.168.0.0/16 None',
      'Default Active 100.64.0.0/10 None',
      'VirtualNetworkGateway Active 10.10.0.0/16 VirtualNetworkGateway 198.51.100.20',
    ]);
  });

  test.each([
    ['10.0.0.5', 'VnetLocal'],
    ['10.0.1.5', 'VirtualAppliance 10.0.100.4'],
    ['10.1.0.10', 'None'],
    ['10.2.3.4', 'None'],
    ['10.10.1.1', 'VirtualAppliance 10.0.100.4'],
    ['52.239.1.2', 'VirtualNetworkServiceEndpoint'],
    ['8.8.8.8', 'VirtualAppliance 10.0.100.4'],
    ['10.200.0.1', 'VirtualAppliance 10.0.100.4'],
    ['192.168.1.1', 'VirtualAppliance 10.0.100.4'],
    ['100.64.0.1', 'VirtualAppliance 10.0.100.4'],
  ])('when Subnet1 sends to %s then the next hop is %s', (destination, expected) => {
    expect(nextHop(subnet1, destination)).toBe(expected);
  });

  test.each([
    ['10.0.0.5', 'VnetLocal'],
    ['10.2.3.4', 'VNetPeering'],
    ['10.10.1.1', 'VirtualNetworkGateway 198.51.100.20'],
    ['8.8.8.8', 'Internet'],
    ['10.200.0.1', 'None'],
  ])('when Subnet2 sends to %s then the next hop is %s', (destination, expected) => {
    expect(nextHop(subnet2, destination)).toBe(expected);
  });

  test.each([
    ['10.0.0.5', ['10.0.0.0/16 VirtualAppliance shorter-prefix', '10.0.0.0/16 VnetLocal user-route-wins']],
    ['10.10.1.1', ['10.10.0.0/16 VirtualNetworkGateway user-route-wins']],
  ])('when Subnet1 sends to %s then the losers are named, the nearest first', (destination, nearest) => {
    expect(losers(subnet1, destination)).toEqual([
      ...nearest,
      '10.0.0.0/8 None none-route-removed',
      '0.0.0.0/0 VirtualAppliance shorter-prefix',
      '0.0.0.0/0 Internet user-route-wins',
    ]);
  });
});

/** One VNet with a route table. */
const alone = (
  ranges: string,
  routes: NonNullable<Sketch['routeTables']>[string],
  more: Partial<Sketch> = {},
) =>
  tableOf('vnet/a', {
    vnets: { vnet: { ranges, subnets: { a: { routeTable: 'rt' } } } },
    routeTables: { rt: routes },
    nics: { 'nva/eth0': ['vnet/a', '10.0.0.4'] },
    ...more,
  });

test.each([
  ['10.0.0.5', '/24', 'Internet'],
  ['10.0.1.5', '/16', 'None'],
])('when routes of /24 and /16 exist then %s takes the %s', (destination, _, expected) => {
  const table = alone('192.168.0.0/16', [
    ['10.0.0.0/24', 'Internet'],
    ['10.0.0.0/16', 'None'],
  ]);
  expect(nextHop(table, destination)).toBe(expected);
});

test('when a user default points to the gateway then it wins over the Internet route', () => {
  const table = alone('10.0.0.0/16', [['0.0.0.0/0', 'VirtualNetworkGateway']], {
    gateways: { vgw: ['vnet', '10.9.0.0/16'] },
  });
  expect(nextHop(table, '8.8.8.8')).toBe('VirtualNetworkGateway');
  expect(losers(table, '8.8.8.8')).toEqual(['0.0.0.0/0 Internet user-route-wins']);
});

test('when a spoke has no route to another spoke then the None row for private space drops it', () => {
  const table = tableOf('spoke/a', {
    vnets: {
      spoke: { ranges: '10.1.0.0/16', subnets: { a: {} }, peerings: { hub: {} } },
      hub: { ranges: '10.4.0.0/16', peerings: { spoke: {}, other: {} } },
      other: { ranges: '10.2.0.0/16', peerings: { hub: {} } },
    },
  });
  expect(nextHop(table, '10.2.1.4')).toBe('None');
  expect(losers(table, '10.2.1.4')).toEqual(['0.0.0.0/0 Internet shorter-prefix']);
});

describe('None rows', () => {
  const none = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];
  const noneRowsOf = (table: ReturnType<typeof alone>): string[] =>
    printed(table).flatMap((one) => /^Default Active (.*) None$/.exec(one)?.[1] ?? []);

  test.each([
    ['a range equals one (a)', '10.0.0.0/8', none.slice(1)],
    ['a range contains one (b)', '192.0.0.0/4', none.filter((one) => !one.startsWith('192'))],
    ['a range is inside one (c)', '10.0.0.0/16', none],
  ])('when %s then the others stay', (_, ranges, left) => {
    expect(noneRowsOf(alone(ranges, []))).toEqual(left);
  });

  test.each([
    ['0.0.0.0/0', 'VirtualAppliance', '10.0.0.4', []],
    ['0.0.0.0/0', 'VirtualNetworkGateway', undefined, []],
    ['0.0.0.0/0', 'Internet', undefined, none],
    ['0.0.0.0/0', 'None', undefined, none],
    ['10.0.0.0/8', 'Internet', undefined, none.slice(1)],
    ['10.0.0.0/9', 'VirtualAppliance', '10.0.0.4', none],
  ] as const)('when a user route sends %s to %s %s then those left are right', (to, type, via, left) => {
    expect(noneRowsOf(alone('10.0.0.0/16', [[to, type, via]]))).toEqual(left);
  });

  test('when a user route has the prefix of one then it is gone, not Invalid', () => {
    const table = alone('10.0.0.0/16', [['10.0.0.0/8', 'Internet']]);
    expect(printed(table).filter((one) => one.includes('10.0.0.0/8'))).toEqual([
      'User Active 10.0.0.0/8 Internet',
    ]);
    expect(losers(table, '10.9.9.9')[0]).toBe('10.0.0.0/8 None user-route-wins');
  });

  test('when a gateway learns the default then they stay', () => {
    const table = alone('10.0.0.0/16', [], { gateways: { vgw: ['vnet', '0.0.0.0/0'] } });
    expect(noneRowsOf(table)).toEqual(none);
    expect(nextHop(table, '8.8.8.8')).toBe('VirtualNetworkGateway 198.51.100.20');
    expect(printed(table)).toContain('Default Invalid 0.0.0.0/0 Internet');
  });

  test('when a gateway learns the prefix of one then it is gone', () => {
    const table = alone('10.0.0.0/16', [], { gateways: { vgw: ['vnet', '10.0.0.0/8'] } });
    expect(noneRowsOf(table)).toEqual(none.slice(1));
    expect(losers(table, '10.9.9.9')[0]).toBe('10.0.0.0/8 None gateway-route-wins');
  });
});

describe('user routes by service tag', () => {
  const tags = {
    'Storage.WestEurope': '20.1.0.0/16',
    Storage: '20.1.0.0/16',
    'AzureCloud.westeurope': '20.1.0.0/16',
    AzureCloud: '20.1.0.0/16',
  };

  test.each([
    ['an explicit prefix', '20.1.0.0/16', 'Storage.WestEurope'],
    ['a regional tag', 'Storage.WestEurope', 'Storage'],
    ['a global tag', 'Storage', 'AzureCloud.westeurope'],
    ['AzureCloud of a region', 'AzureCloud.westeurope', 'AzureCloud'],
  ])('when %s has the same prefix as the next in rank then it wins', (_, winner, loser) => {
    const table = alone(
      '10.0.0.0/16',
      [
        [loser, 'None'],
        [winner, 'VirtualAppliance', '10.0.0.4'],
      ],
      { serviceTags: tags },
    );
    expect(nextHop(table, '20.1.2.3')).toBe('VirtualAppliance 10.0.0.4');
    expect(losers(table, '20.1.2.3')[0]).toBe('20.1.0.0/16 None user-route-wins');
  });

  test('when a tag has many prefixes then each is a route', () => {
    const table = alone('10.0.0.0/16', [['Sql', 'None']], {
      serviceTags: { Sql: '20.1.0.0/16 20.2.0.0/16' },
    });
    expect(printed(table).slice(-2)).toEqual([
      'User Active 20.1.0.0/16 None',
      'User Active 20.2.0.0/16 None',
    ]);
  });
});

describe('IPv6', () => {
  const sketch: Sketch = {
    vnets: {
      hub: {
        ranges: '10.0.0.0/16 fd00:a::/48',
        subnets: { a: { routeTable: 'rt' }, b: {} },
        peerings: { spoke: {} },
      },
      spoke: { ranges: '10.1.0.0/16 fd00:b::/48', peerings: { hub: {} } },
      four: { ranges: '10.2.0.0/16', subnets: { a: {} } },
    },
    routeTables: {
      rt: [
        ['::/0', 'VirtualAppliance', 'fd00:a::4'],
        ['fd00:b::/48', 'None'],
      ],
    },
    nics: { 'nva/eth0': ['hub/b', 'fd00:a::4'] },
    gateways: { vgw: ['hub', 'fd00:c::/48 fd00:a:0:1::/64'] },
  };

  test('when a VNet has a range of it then it has the IPv6 default route', () => {
    expect(nextHop(tableOf('hub/b', sketch), '2001:db8::1')).toBe('Internet');
    expect(nextHop(tableOf('four/a', sketch), '2001:db8::1')).toBe('no route');
  });

  test.each([
    ['hub/b', 'fd00:a::9', 'VnetLocal'],
    ['hub/b', 'fd00:b::9', 'VNetPeering'],
    ['hub/b', 'fd00:c::9', 'VirtualNetworkGateway 198.51.100.20'],
    ['hub/b', 'fd00:a:0:1::9', 'VnetLocal'],
    ['hub/a', '2001:db8::1', 'VirtualAppliance fd00:a::4'],
    ['hub/a', 'fd00:b::9', 'None'],
  ])('when %s sends to %s then the next hop is %s', (subnet, destination, expected) => {
    expect(nextHop(tableOf(subnet, sketch), destination)).toBe(expected);
  });

  test('when the IPv6 default goes to an appliance then IPv4 private space is still dropped', () => {
    expect(nextHop(tableOf('hub/a', sketch), '10.200.0.1')).toBe('None');
    expect(losers(tableOf('hub/a', sketch), '2001:db8::1')).toEqual(['::/0 Internet user-route-wins']);
  });
});
