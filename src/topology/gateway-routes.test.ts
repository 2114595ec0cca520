import { describe, expect, test } from 'vitest';
import type { Sketch } from './declarations.fixture.ts';
import { losers, nextHop, printed, route, tableOf } from './routes.fixture.ts';

const GATEWAY = 'VirtualNetworkGateway 198.51.100.20';

interface Switches {
  readonly useRemoteGateways?: boolean;
  readonly allowGatewayTransit?: boolean;
  readonly farLink?: boolean;
  readonly propagation?: boolean;
  readonly learned?: string;
}

/** A hub with a gateway that learns 10.3.0.0/16, and a spoke. */
const hubAndSpoke = (switches: Switches = {}): Sketch => {
  const {
    useRemoteGateways = true,
    allowGatewayTransit = true,
    farLink = true,
    propagation = true,
  } = switches;
  return {
    vnets: {
      hub: {
        ranges: '10.0.0.0/16',
        subnets: { a: {} },
        ...(farLink ? { peerings: { spoke: { allowGatewayTransit } } } : {}),
      },
      spoke: {
        ranges: '10.1.0.0/24',
        subnets: { a: { routeTable: 'rt' } },
        peerings: { hub: { useRemoteGateways } },
      },
    },
    routeTables: { rt: [] },
    withoutPropagation: propagation ? [] : ['rt'],
    gateways: { vgw: ['hub', switches.learned ?? '10.3.0.0/16'] },
  };
};

describe('gateway transit', () => {
  test('when both sides agree then the spoke has the gateway’s routes, and knows whose they are', () => {
    const table = tableOf('spoke/a', hubAndSpoke());
    expect(nextHop(table, '10.3.0.4')).toBe(GATEWAY);
    expect(route(table, '10.3.0.4')).toMatchObject({
      vnet: 'hub',
      gateway: 'vgw',
      at: '/virtualNetworkGateways/vgw',
    });
  });

  test.each<[string, Switches, string]>([
    ['the spoke does not use remote gateways', { useRemoteGateways: false }, 'remote-gateway-unused'],
    ['the hub does not allow transit', { allowGatewayTransit: false }, 'gateway-transit-not-allowed'],
    [
      'neither side agrees',
      { useRemoteGateways: false, allowGatewayTransit: false },
      'remote-gateway-unused',
    ],
    ['the hub has no link', { farLink: false }, 'peering-not-connected'],
    ['propagation is off on the subnet', { propagation: false }, 'propagation-disabled'],
    [
      'propagation is off and the gateway unused',
      { propagation: false, useRemoteGateways: false },
      'remote-gateway-unused',
    ],
  ])('when %s then the route is withheld and the near miss says so', (_, switches, why) => {
    const table = tableOf('spoke/a', hubAndSpoke(switches));
    expect(nextHop(table, '10.3.0.4')).toBe('None');
    expect(losers(table, '10.3.0.4')[0]).toBe(`10.3.0.0/16 VirtualNetworkGateway ${why}`);
    expect(printed(table).some((row) => row.includes('10.3.0.0/16'))).toBe(false);
  });

  test('when a VNet has its own gateway then a peer’s unused one is no near miss', () => {
    const sketch = hubAndSpoke({ useRemoteGateways: false });
    const table = tableOf('spoke/a', {
      ...sketch,
      gateways: { ...sketch.gateways, own: ['spoke', '10.3.0.0/17'] },
    });
    expect(route(table, '10.3.0.4')?.gateway).toBe('own');
    expect(losers(table, '10.3.0.4')[0]).toBe('10.0.0.0/8 None shorter-prefix');
  });

  test('when propagation is off then system and user routes stay', () => {
    const sketch = hubAndSpoke({ propagation: false });
    const table = tableOf('spoke/a', {
      ...sketch,
      routeTables: { rt: [['10.3.0.0/16', 'VirtualNetworkGateway']] },
    });
    expect(nextHop(table, '10.3.0.4')).toBe('VirtualNetworkGateway');
    expect(nextHop(table, '10.0.1.4')).toBe('VNetPeering');
  });
});

describe('what a gateway accepts', () => {
  test.each([
    ['10.0.0.0/8', 'accepted'],
    ['10.0.0.0/16', 'refused'],
    ['10.0.0.0/24', 'refused'],
  ])('when %s is advertised into VNet 10.0.0.0/16 then it is %s', (learned, expected) => {
    const table = tableOf('hub/a', hubAndSpoke({ learned }));
    const row = `VirtualNetworkGateway Active ${learned} ${GATEWAY}`;
    expect(printed(table).includes(row)).toBe(expected === 'accepted');
    expect(nextHop(table, '10.0.0.4')).toBe('VnetLocal');
    if (expected === 'refused') {
      expect(losers(table, '10.0.0.4')).toContain(`${learned} VirtualNetworkGateway system-route-protected`);
    }
  });
});

describe('system routes that gateway routes cannot beat', () => {
  test.each([
    ['more specific than a peer’s range', '10.1.0.0/25'],
    ['equal to a peer’s range', '10.1.0.0/24'],
  ])('when a learned prefix is %s then the peering carries the traffic', (_, learned) => {
    const table = tableOf('hub/a', hubAndSpoke({ learned }));
    expect(nextHop(table, '10.1.0.4')).toBe('VNetPeering');
    expect(losers(table, '10.1.0.4')[0]).toBe(`${learned} VirtualNetworkGateway system-route-protected`);
    expect(printed(table)).toContain(`VirtualNetworkGateway Invalid ${learned} ${GATEWAY}`);
  });

  test('when a learned prefix is inside a service endpoint’s then the endpoint carries the traffic', () => {
    const table = tableOf('vnet/a', {
      vnets: { vnet: { ranges: '10.0.0.0/16', subnets: { a: { endpoints: ['Storage'] }, b: {} } } },
      gateways: { vgw: ['vnet', '52.239.1.0/24'] },
      serviceTags: { Storage: '52.239.0.0/16' },
    });
    expect(nextHop(table, '52.239.1.2')).toBe('VirtualNetworkServiceEndpoint');
  });

  test('when a user route replaces the system route then the more specific learned one is in force', () => {
    const sketch = hubAndSpoke({ learned: '10.1.0.0/25' });
    const vnets = { ...sketch.vnets, hub: { ...sketch.vnets['hub']!, subnets: { a: { routeTable: 'rt' } } } };
    const table = tableOf('hub/a', { ...sketch, vnets, routeTables: { rt: [['10.1.0.0/24', 'None']] } });
    expect(nextHop(table, '10.1.0.4')).toBe(GATEWAY);
    expect(nextHop(table, '10.1.0.200')).toBe('None');
  });

  test('when a user route is more specific then it wins over the VNet’s own range', () => {
    const sketch = hubAndSpoke();
    const table = tableOf('spoke/a', { ...sketch, routeTables: { rt: [['10.1.0.4/32', 'None']] } });
    expect(nextHop(table, '10.1.0.4')).toBe('None');
  });
});

describe('peering routes', () => {
  const peered = (near: boolean, far: boolean, locations: readonly [string?, string?] = []): Sketch => ({
    vnets: {
      a: {
        ranges: '10.1.0.0/16',
        ...(locations[0] === undefined ? {} : { location: locations[0] }),
        subnets: { s: {} },
        ...(near ? { peerings: { b: {} } } : {}),
      },
      b: {
        ranges: '10.2.0.0/16 fd00:b::/48',
        ...(locations[1] === undefined ? {} : { location: locations[1] }),
        ...(far ? { peerings: { a: {} } } : {}),
      },
    },
  });

  test.each([
    [[], 'VNetPeering'],
    [['westeurope'], 'VNetPeering'],
    [['westeurope', 'westeurope'], 'VNetPeering'],
    [['westeurope', 'eastus'], 'VNetGlobalPeering'],
  ] as const)('when the locations are %j then the type is %s', (locations, expected) => {
    const table = tableOf('a/s', peered(true, true, locations));
    expect(nextHop(table, '10.2.0.4')).toBe(expected);
    expect(nextHop(table, 'fd00:b::4')).toBe(expected);
    expect(route(table, '10.2.0.4')).toMatchObject({ vnet: 'b', at: '/vnets/a/peerings/b' });
  });

  test.each([
    ['the far link is missing', true, false],
    ['the near link is missing', false, true],
  ])('when %s then there is no route and the near miss says so', (_, near, far) => {
    const table = tableOf('a/s', peered(near, far));
    expect(nextHop(table, '10.2.0.4')).toBe('None');
    expect(losers(table, '10.2.0.4')[0]).toBe('10.2.0.0/16 VNetPeering peering-not-connected');
    expect(printed(table).some((row) => row.includes('10.2.0.0/16'))).toBe(false);
  });
});

test('when a hub has 1,000 peers and learns 1,000 prefixes then its table has them all', () => {
  const names = Array.from({ length: 1000 }, (_, i) => `spoke-${i}`);
  const range = (net: number, i: number): string => `${net}.${i >> 8}.${i & 255}.0/24`;
  const vnets = Object.fromEntries(
    names.map((name, i) => [name, { ranges: range(11, i), peerings: { hub: {} } }]),
  );
  const peerings = Object.fromEntries(names.map((name) => [name, {}]));
  const table = tableOf('hub/a', {
    vnets: { hub: { ranges: '10.0.0.0/16', subnets: { a: {} }, peerings }, ...vnets },
    gateways: { vgw: ['hub', names.map((_, i) => range(12, i)).join(' ')] },
  });
  expect(table.active).toHaveLength(1 + 1000 + 1 + 4 + 1000);
  expect(nextHop(table, '11.3.231.4')).toBe('VNetPeering');
  expect(nextHop(table, '12.3.231.4')).toBe(GATEWAY);
});
