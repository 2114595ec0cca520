// What the walk from the Internet to the published server must show, hop by hop, in the words of the JSON contract.
import { describe, expect, test } from 'vitest';
import { hopOf, nodes, reportOf, stepsOf } from '../../golden/rows.ts';

describe('SSH from the Internet to the server behind two appliances', async () => {
  const report = await reportOf('public-lb/ssh');
  const handshake = await reportOf('public-lb/ssh-handshake');

  test('then it is delivered both ways, past the load balancer on the way back', () => {
    expect(report).toMatchObject({
      verdict: 'delivered',
      symmetric: true,
      through: { forward: ['nva1'], return: ['nva1'] },
    });
    expect(nodes(report, 0)).toEqual(['remote-pc', 'internet', 'lb-nva-pub', 'nva1', 'vm-prod-1']);
    expect(nodes(report, 1)).toEqual(['vm-prod-1', 'nva1', 'internet', 'remote-pc']);
  });

  test('then the edge sends it to a multiplexer as it is', () => {
    const hop = hopOf(report, 0, 'internet');
    expect(stepsOf(hop, 'route')).toMatchObject([{ prefix: '20.240.9.27/32', nextHopType: 'MUX' }]);
    expect(hop.out).toMatchObject({ port: expect.stringMatching(/^mux-\d$/) });
    expect(hop.out?.packet.layers).toHaveLength(2);
  });

  test('then the load balancer maps frontend to member, remembers it and encapsulates to Host-A', () => {
    const hop = hopOf(report, 0, 'lb-nva-pub');
    expect(hop.where).toBe('frontend 20.240.9.27');
    expect(stepsOf(hop, 'balance')).toMatchObject([
      {
        rule: 'lb-nva-pub-lb-rule-in',
        pool: 'lb-nva-pub-bep-in',
        hash: ['src', 'sport', 'dst', 'dport', 'proto'],
        picked: 'nva1/eth0',
      },
    ]);
    expect(stepsOf(hop, 'session')).toMatchObject([
      {
        did: 'opened',
        original: { src: '141.192.166.93', sport: 49567, dst: '20.240.9.27', dport: 22 },
        reply: { src: '10.0.1.4', sport: 22, dst: '141.192.166.93', dport: 49567 },
        pin: 'nva1/eth0',
      },
    ]);
    expect(stepsOf(hop, 'resolve')).toMatchObject([{ address: '10.0.1.4', server: 'Host-A' }]);
    expect(stepsOf(hop, 'encapsulate')).toMatchObject([{ header: 'vxlan', vni: 10_000 }]);
    expect(hop.out?.packet.layers.at(-2)).toMatchObject({ src: '141.192.166.93', dst: '20.240.9.27' });
  });

  test('then the host rewrites to the member, the appliance to the server and from itself, one TTL less', () => {
    const hop = hopOf(report, 0, 'nva1');
    const nat = stepsOf(hop, 'nat').map(({ kind, before, after, phase }) => [phase, kind, before, after]);
    expect(nat).toEqual([
      ['host', 'dnat', '20.240.9.27', '10.0.1.4'],
      [undefined, 'dnat', '10.0.1.4', '10.0.2.6'],
      [undefined, 'masquerade', '141.192.166.93', '10.0.2.4'],
    ]);
    expect(stepsOf(hop, 'ttl')).toMatchObject([{ before: 64, after: 63 }]);
    expect(hop.steps.findIndex(({ type }) => type === 'nat')).toBeLessThan(
      hop.steps.findIndex((step) => step.type === 'port' && step.direction === 'in'),
    );
  });

  test('then the server sees the appliance as its client', () => {
    expect(stepsOf(hopOf(report, 0, 'vm-prod-1'), 'deliver')[0]?.packet.layers).toMatchObject([
      { src: '10.0.2.4', dst: '10.0.2.6', ttl: 63 },
      { sport: 49567, dport: 22 },
    ]);
  });

  test('then the answer leaves the host with the frontend as its source and no tunnel header', () => {
    const hop = hopOf(report, 1, 'nva1');
    expect(hop.out?.packet.layers).toMatchObject([
      { proto: 'ipv4', src: '20.240.9.27', dst: '141.192.166.93' },
      { proto: 'tcp', sport: 22, dport: 49567, flags: ['SYN', 'ACK'] },
    ]);
    expect(stepsOf(hop, 'rule')).toMatchObject([{ rule: 'lb-nva-pub', action: 'direct server return' }]);
  });

  test('then the third packet meets another multiplexer and the same appliance', () => {
    const muxes = [0, 2].map((walk) => hopOf(handshake, walk, 'internet').out?.port);
    expect(new Set(muxes).size).toBe(2);
    expect(stepsOf(hopOf(handshake, 2, 'lb-nva-pub'), 'balance')).toMatchObject([
      { picked: 'nva1/eth0', how: 'session' },
    ]);
  });
});

test('when the distribution changes then the hash takes those fields', async () => {
  const hashes = await Promise.all(
    ['ssh-hash', 'source-ip-protocol', 'source-ip'].map(
      async (name) => stepsOf(hopOf(await reportOf(`public-lb/${name}`), 0, 'lb-nva-pub'), 'balance')[0]?.hash,
    ),
  );
  expect(hashes).toEqual([
    ['src', 'sport', 'dst', 'dport', 'proto'],
    ['src', 'dst', 'proto'],
    ['src', 'dst'],
  ]);
});
