// What the walk from an administrator to production must show, hop by hop, in the words of the JSON contract.
import { describe, expect, test } from 'vitest';
import type { Hop, LayerFact } from '../../../src/report/report.ts';
import { hopOf, nodes, reportOf, stepsOf } from '../../golden/rows.ts';

const typesOf = ({ steps }: Hop): readonly string[] => steps.map(({ type }) => type);

/** The customer's packet inside whatever is around it. */
const innermost = (layers: readonly LayerFact[] = []): readonly LayerFact[] => layers.slice(-2);

describe('SSH from on-premises to production', async () => {
  const report = await reportOf('hub-spoke/ssh');

  test('then it is delivered both ways through one appliance', () => {
    expect(report).toMatchObject({
      version: 1,
      command: 'walk',
      verdict: 'delivered',
      reason: null,
      blame: null,
      symmetric: true,
      through: { forward: ['nva2'], return: ['nva2'] },
    });
    const there = ['mgmt-pc', 'edge-rtr', 'vgw-hub', 'ilb-hub', 'nva2', 'vm-prod-1'];
    expect(nodes(report, 0)).toEqual(there);
    expect(nodes(report, 1)).toEqual(['vm-prod-1', 'ilb-hub', 'nva2', 'vgw-hub', 'edge-rtr', 'mgmt-pc']);
  });

  test('then mgmt-pc sends a plain packet with TTL 64 by its own route', () => {
    const hop = hopOf(report, 0, 'mgmt-pc');
    expect(stepsOf(hop, 'route')).toMatchObject([{ prefix: '0.0.0.0/0', nextHop: '10.3.0.1' }]);
    expect(hop.out?.packet.layers).toMatchObject([
      { proto: 'ipv4', src: '10.3.0.4', dst: '10.1.0.4', ttl: 64 },
      { proto: 'tcp', dport: 22, flags: ['SYN'] },
    ]);
  });

  test('then the edge puts ESP in tunnel mode around it, between the public addresses', () => {
    const hop = hopOf(report, 0, 'edge-rtr');
    expect(stepsOf(hop, 'route')).toMatchObject([{ prefix: '10.1.0.0/24', nextHopType: 'tunnel' }]);
    expect(stepsOf(hop, 'encapsulate')).toMatchObject([{ header: 'esp', spi: 4097, octets: 56 }]);
    expect(hop.out?.packet.layers).toMatchObject([
      { proto: 'ipv4', src: '203.0.113.10', dst: '198.51.100.20', ttl: 64 },
      { proto: 'esp', spi: 4097, seq: 1 },
      { proto: 'ipv4', src: '10.3.0.4', dst: '10.1.0.4', ttl: 64 },
      { proto: 'tcp', dport: 22 },
    ]);
  });

  test('then the gateway takes ESP off and its user route wins over the peering, which is shown', () => {
    const hop = hopOf(report, 0, 'vgw-hub');
    expect(hop.kind).toBe('virtual-network-gateway');
    expect(typesOf(hop)).toEqual(['decapsulate', 'route', 'resolve', 'encapsulate']);
    expect(stepsOf(hop, 'decapsulate')).toMatchObject([{ header: 'esp', spi: 4097 }]);
    const [route] = stepsOf(hop, 'route');
    expect(route).toMatchObject({
      table: 'rt-gw-snet',
      prefix: '10.1.0.0/24',
      nextHopType: 'VirtualAppliance',
      nextHop: '10.0.1.6',
      source: 'User',
    });
    expect(route?.at).toMatch(/hub-spoke-vpn\.yaml:\d+:\d+$/);
    expect(route?.rejected[0]).toMatchObject({
      prefix: '10.1.0.0/24',
      nextHopType: 'VNetPeering',
      source: 'Default',
      why: 'user-route-wins',
    });
    expect(stepsOf(hop, 'encapsulate')).toMatchObject([
      { header: 'vxlan', vni: 10_000, standsFor: '10.0.1.6' },
    ]);
  });

  test('then the load balancer names rule, pool, health and hash, makes an entry, and rewrites nothing', () => {
    const hop = hopOf(report, 0, 'ilb-hub');
    expect(typesOf(hop)).not.toContain('nat');
    expect(stepsOf(hop, 'balance')).toMatchObject([
      {
        frontend: 'fip',
        rule: 'ha',
        pool: 'nvas',
        members: [
          { name: 'nva1/eth0', health: 'up' },
          { name: 'nva2/eth0', health: 'up' },
        ],
        hash: ['src', 'sport', 'dst', 'dport', 'proto'],
        picked: 'nva2/eth0',
        how: 'hash',
      },
    ]);
    expect(stepsOf(hop, 'session')).toMatchObject([
      { did: 'opened', table: 'load-balancer', pin: 'nva2/eth0' },
    ]);
    expect(innermost(hop.out?.packet.layers)).toEqual(innermost(hop.in?.packet.layers));
    expect(hop.out?.packet.layers[0]).not.toEqual(hop.in?.packet.layers[0]);
  });

  test('then the appliance’s host walks its layers both ways and its kernel takes one off the TTL', () => {
    const hop = hopOf(report, 0, 'nva2');
    const layers = stepsOf(hop, 'layer').map(({ direction, layer }) => `${direction} ${layer}`);
    expect(layers).toEqual([
      ...['vnet', 'slb-vnat', 'acl', 'nic'].map((layer) => `Inbound ${layer}`),
      ...['nic', 'acl', 'slb-vnat', 'vnet'].map((layer) => `Outbound ${layer}`),
    ]);
    const flow = { src: '10.3.0.4', dst: '10.1.0.4', dport: 22 };
    const session = { did: 'opened', table: 'host-flow', original: flow, reply: { src: '10.1.0.4' } };
    expect(stepsOf(hop, 'session')).toMatchObject([session, session]);
    expect(stepsOf(hop, 'route')).toMatchObject([
      { prefix: '0.0.0.0/0', nextHop: '10.0.1.1', interface: 'eth0' },
      { prefix: '10.1.0.0/24', nextHopType: 'VNetPeering', source: 'Default' },
    ]);
    expect(stepsOf(hop, 'ttl')).toMatchObject([{ before: 64, after: 63 }]);
    expect(stepsOf(hop, 'port').map(({ port, direction }) => `${port} ${direction}`)).toEqual([
      'eth0 in',
      'eth0 out',
    ]);
    expect(stepsOf(hop, 'encapsulate')).toMatchObject([{ header: 'vxlan', vni: 10_010 }]);
  });

  test('then production takes it with TTL 63 and the addresses that were sent', () => {
    const [deliver] = stepsOf(hopOf(report, 0, 'vm-prod-1'), 'deliver');
    expect(deliver?.packet.layers).toMatchObject([
      { proto: 'ipv4', src: '10.3.0.4', dst: '10.1.0.4', ttl: 63 },
      { proto: 'tcp', sport: 49_152, dport: 22, flags: ['SYN'] },
    ]);
  });

  test('then no address is rewritten on either way', () => {
    expect(report.walks.flatMap(({ hops }) => hops.flatMap((hop) => stepsOf(hop, 'nat')))).toEqual([]);
  });

  test('then the SYN,ACK is steered back and stays with the appliance by flow symmetry', () => {
    const [home] = stepsOf(hopOf(report, 1, 'vm-prod-1'), 'route').slice(-1);
    expect(home).toMatchObject({
      table: 'rt-spoke1',
      prefix: '10.3.0.0/16',
      nextHopType: 'VirtualAppliance',
      nextHop: '10.0.1.6',
      source: 'User',
    });
    expect(home?.rejected[0]).toMatchObject({
      nextHopType: 'VirtualNetworkGateway',
      why: 'propagation-disabled',
    });
    const balancer = hopOf(report, 1, 'ilb-hub');
    expect(stepsOf(balancer, 'session')).toMatchObject([{ did: 'matched', table: 'load-balancer' }]);
    expect(stepsOf(balancer, 'balance')).toMatchObject([{ picked: 'nva2/eth0', how: 'session' }]);
    const flows = stepsOf(hopOf(report, 1, 'nva2'), 'session');
    expect(flows).toMatchObject([{ did: 'matched' }, { did: 'matched' }]);
  });

  test('then the SYN,ACK goes by gateway and tunnel to mgmt-pc, with TTL 63', () => {
    expect(stepsOf(hopOf(report, 1, 'nva2'), 'route')[1]).toMatchObject({
      table: 'system routes',
      prefix: '10.3.0.0/16',
      nextHopType: 'VirtualNetworkGateway',
      source: 'VirtualNetworkGateway',
    });
    expect(hopOf(report, 1, 'vgw-hub').out?.packet.layers).toMatchObject([
      { proto: 'ipv4', src: '198.51.100.20', dst: '203.0.113.10' },
      { proto: 'esp', spi: 4098 },
      { proto: 'ipv4', src: '10.1.0.4', dst: '10.3.0.4', ttl: 63 },
      { proto: 'tcp', flags: ['SYN', 'ACK'] },
    ]);
    const [deliver] = stepsOf(hopOf(report, 1, 'mgmt-pc'), 'deliver');
    expect(deliver?.packet.layers[0]).toMatchObject({ dst: '10.3.0.4', ttl: 63 });
  });

  test('then everything supposed is said', () => {
    expect(report.assumptions.map(({ code }) => code)).toEqual([
      'source-port',
      'security-association-up',
      'balancer-hash',
      'listener-presumed',
    ]);
  });
});

describe('pings', () => {
  test.each([
    ['ping-onprem-spoke1', true],
    ['ping-onprem-spoke2', true],
    ['ping-spoke1-spoke2', false],
  ])('when %s is walked then both arrive with TTL 63, past the gateway between spokes', async (name, byGateway) => {
    const report = await reportOf(`hub-spoke/${name}`);
    expect(report).toMatchObject({ verdict: 'delivered', symmetric: true });
    for (const walk of [0, 1]) {
      const last = report.walks[walk]?.hops.at(-1)?.steps.at(-1);
      expect(last).toMatchObject({ type: 'deliver', packet: { layers: [{ ttl: 63 }, { proto: 'icmp' }] } });
      expect(nodes(report, walk).includes('vgw-hub')).toBe(byGateway);
    }
  });
});
