// What the walk through a gateway load balancer must show, hop by hop, in the words of the JSON contract.
import { describe, expect, test } from 'vitest';
import { nodes, reportOf, stepsOf } from '../../golden/rows.ts';

describe('a published service whose frontend is chained', async () => {
  const report = await reportOf('gateway-lb/curl');
  const [there, back] = report.walks;

  test('then it is delivered both ways, symmetric through the appliance', () => {
    expect(report).toMatchObject({
      verdict: 'delivered',
      symmetric: true,
      through: { forward: ['nvalb', 'nva1'], return: ['nvalb', 'nva1'] },
    });
    const around = ['nvalb', 'nva1', 'nvalb'];
    expect(nodes(report, 0)).toEqual(['client', 'internet', 'client1-alb', ...around, 'client1-alb', 'web']);
    expect(nodes(report, 1)).toEqual(['web', ...around, 'internet', 'client']);
  });

  test.each([
    ['there', there, 901, 900],
    ['back', back, 900, 901],
  ])('then the way %s is by one tunnel to the appliance and by the other one on', (_way, walk, to, on) => {
    const hops = walk!.hops;
    const appliance = hops.findIndex(({ node }) => node === 'nva1');
    const port = (vni: number): number => (vni === 901 ? 10_801 : 10_800);
    expect(stepsOf(hops[appliance - 1], 'encapsulate').map((step) => step.vni)).toContain(to);
    expect(stepsOf(hops[appliance], 'decapsulate').map((step) => step.vni)).toContain(to);
    expect(stepsOf(hops[appliance], 'bridge')).toMatchObject([{ in: `vxlan${to}`, out: `vxlan${on}` }]);
    expect(hops[appliance]?.steps).toContainEqual(
      expect.objectContaining({
        type: 'encapsulate',
        vni: on,
        layers: expect.arrayContaining([
          expect.objectContaining({ proto: 'ipv4', src: '192.168.0.4', dst: '192.168.0.5' }),
          expect.objectContaining({ proto: 'udp', dport: port(on) }),
        ]),
      }),
    );
    expect(stepsOf(hops[appliance + 1], 'decapsulate').map((step) => step.vni)).toContain(on);
  });

  test('then no address is rewritten before the packet has passed the appliance', () => {
    const rewritten = there!.hops.filter((hop) => stepsOf(hop, 'nat').length > 0).map(({ node }) => node);
    expect(rewritten).toEqual(['web']);
    const inner = there!.hops.find(({ node }) => node === 'nva1')?.in?.packet.layers.slice(-2);
    expect(inner).toMatchObject([{ src: '93.104.178.66', dst: '20.101.109.26' }, { dport: 8080 }]);
  });

  test('then the web server sees the client, and the client the frontend', () => {
    const delivered = [there, back].map((walk) => stepsOf(walk?.hops.at(-1), 'deliver')[0]?.packet.layers[0]);
    expect(delivered).toMatchObject([
      { src: '93.104.178.66', dst: '192.168.1.4' },
      { src: '20.101.109.26', dst: '93.104.178.66' },
    ]);
  });

  test('then the TTL is what it was: neither load balancer nor bridge takes anything off', () => {
    expect(stepsOf(there?.hops.at(-1), 'deliver')[0]?.packet.layers[0]).toMatchObject({ ttl: 64 });
  });
});
