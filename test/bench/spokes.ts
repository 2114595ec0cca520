/** Hub-and-spoke topologies of any size, for measurements: the built-in one with more of everything. */

export interface Size {
  /** Spokes, each a peered VNet with a machine and a route table. At most 60,000. */
  readonly spokes: number;
  /** Further user routes in the gateway's table. */
  readonly extraRoutes?: number;
}

const APPLIANCE = { nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.0.1.6' } as const;
const spokePrefix = (i: number): string => `${i < 256 ? 20 : 20 + (i >> 8)}.${i & 255}.0.0/24`;
/** The address of the machine in a spoke, `vm0` and so on. */
const first = (i: number): string => spokePrefix(i).replace('0/24', '4');

/** The topology as a plain document; flows go from 10.3.0.4 to `target`. */
export function spokes({ spokes: count, extraRoutes = 0 }: Size): {
  readonly document: object;
  readonly target: string;
} {
  const all = Array.from({ length: count }, (_, i) => i);
  const named = <T>(make: (i: number) => readonly [string, T]): Record<string, T> =>
    Object.fromEntries(all.map(make));
  const extra = Array.from({ length: extraRoutes }, (_, i) => ({
    name: `x${i}`,
    addressPrefix: `${128 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}.0/24`,
    ...APPLIANCE,
  }));
  const appliance = (address: string): object => ({
    nics: { eth0: { subnet: 'vnet-hub/snet-nva', privateIPAddress: address, enableIPForwarding: true } },
    linux: { sysctl: { 'net.ipv4.ip_forward': 1 } },
  });
  const document = {
    name: `spokes-${count}`,
    sites: {
      'on-prem': {
        addressPrefixes: ['10.3.0.0/16'],
        edge: {
          name: 'edge-rtr',
          privateIPAddress: '10.3.0.1',
          publicIPAddress: '203.0.113.10',
          decrementTtl: false,
          tunnels: { azure: { connection: 'vgw-hub/onprem' } },
        },
      },
    },
    virtualNetworkGateways: {
      'vgw-hub': {
        subnet: 'vnet-hub/GatewaySubnet',
        publicIPAddress: '198.51.100.20',
        decrementTtl: false,
        connections: { onprem: { site: 'on-prem' } },
      },
    },
    vnets: {
      'vnet-hub': {
        addressPrefixes: ['10.0.0.0/16'],
        subnets: {
          GatewaySubnet: { addressPrefix: '10.0.0.0/24', routeTable: 'rt-gw' },
          'snet-nva': { addressPrefix: '10.0.1.0/24' },
        },
        peerings: named((i) => [`spoke${i}`, { allowForwardedTraffic: true, allowGatewayTransit: true }]),
      },
      ...named((i) => [
        `spoke${i}`,
        {
          addressPrefixes: [spokePrefix(i)],
          subnets: { default: { addressPrefix: spokePrefix(i), routeTable: `rt${i}` } },
          peerings: { 'vnet-hub': { allowForwardedTraffic: true, useRemoteGateways: true } },
        },
      ]),
    },
    routeTables: {
      'rt-gw': {
        routes: [
          ...all.map((i) => ({ name: `to${i}`, addressPrefix: spokePrefix(i), ...APPLIANCE })),
          ...extra,
        ],
      },
      ...named((i) => [
        `rt${i}`,
        {
          disableBgpRoutePropagation: true,
          routes: [{ name: 'onprem', addressPrefix: '10.3.0.0/16', ...APPLIANCE }],
        },
      ]),
    },
    loadBalancers: {
      'ilb-hub': {
        frontends: { fip: { subnet: 'vnet-hub/snet-nva', privateIPAddress: '10.0.1.6' } },
        backendPools: { nvas: ['nva1/eth0', 'nva2/eth0'] },
        probes: { ssh: { protocol: 'Tcp', port: 22 } },
        rules: { ha: { frontend: 'fip', backendPool: 'nvas', protocol: 'All', probe: 'ssh' } },
      },
    },
    machines: {
      'mgmt-pc': { nics: { eth0: { site: 'on-prem', privateIPAddress: '10.3.0.4' } } },
      nva1: appliance('10.0.1.4'),
      nva2: appliance('10.0.1.5'),
      ...named((i) => [
        `vm${i}`,
        { nics: { eth0: { subnet: `spoke${i}/default`, privateIPAddress: first(i) } } },
      ]),
    },
  };
  return { document, target: first(count >> 1) };
}
