// A flow there and back over whole topologies: what the parts come to when a walk puts them together.
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../value/address.ts';
import { readDocument } from '../source/document.ts';
import { readTopology, type Topology } from '../topology/topology.ts';
import { SessionStore } from '../walk/session.ts';
import type { TcpFlag } from '../packet/tcp.ts';
import { trace, type Question } from './trace.ts';

function topologyOf(text: string): Topology {
  const { document } = readDocument('net.yaml', text);
  const { topology, diagnostics } = readTopology(document!);
  if (!topology) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  return topology;
}

const PROTOCOLS: Readonly<Record<string, number>> = { icmp: 1, icmpv6: 58, tcp: 6, udp: 17 };

/** The question for `udp/53 10.0.1.4 > 10.0.2.4`, with flags behind it for another segment than a SYN. */
function questionOf(flow: string): Question {
  const [service = '', src = '', , dst = '', ...flags] = flow.split(' ');
  const [name = '', port = '0'] = service.split('/');
  const packet = {
    src: parseAddress(src)!,
    dst: parseAddress(dst)!,
    proto: PROTOCOLS[name] ?? Number(name),
    sport: 49_152,
    dport: Number(port),
    flags: flags.length > 0 ? (flags as TcpFlag[]) : (['SYN'] as const),
    id: 1,
  };
  return { packet, picks: new Map(), noReturn: false, handshake: false };
}

/** `forward delivered at a, return dropped session-missing at b`. */
function ask(topology: Topology, flow: string): string {
  const traced = trace(topology, questionOf(flow), new SessionStore());
  if ('problem' in traced) return traced.problem;
  return traced.walks
    .map(({ direction, walk: { verdict, device } }) => {
      const why = verdict.outcome === 'dropped' ? ` ${verdict.reason}` : '';
      return `${direction} ${verdict.outcome}${why} at ${device.node}`;
    })
    .join(', ');
}

const DNAT = `
        *nat
        :PREROUTING ACCEPT [0:0]
        -A PREROUTING -p udp --dport 53 -j DNAT --to-destination 10.0.2.4
        COMMIT`;

const vnet = (machines: string): string => `
vnets:
  v:
    addressPrefixes: [10.0.0.0/16, 'fd00::/48']
    subnets:
      a: { addressPrefixes: [10.0.1.0/24, 'fd00:0:0:1::/64'] }
      b: { addressPrefixes: [10.0.2.0/24, 'fd00:0:0:2::/64'] }
machines:
  client: { nics: { eth0: { subnet: v/a, privateIPAddress: [10.0.1.4, 'fd00:0:0:1::4'] } } }
  server: { nics: { eth0: { subnet: v/b, privateIPAddress: [10.0.2.4, 'fd00:0:0:2::4'] } } }
${machines}`;

const RELAY = (iptables: string): string => `
  relay:
    nics: { eth0: { subnet: v/a, privateIPAddress: 10.0.1.5, enableIPForwarding: true } }
    linux:
      sysctl: { net.ipv4.ip_forward: 1 }
      iptables: |${iptables}`;

describe('sockets', () => {
  test('when a datagram is answered by its receiver then the answer is delivered', () => {
    expect(ask(topologyOf(vnet('')), 'udp/53 10.0.1.4 > 10.0.2.4')).toBe(
      'forward delivered at server, return delivered at client',
    );
  });

  test('when another than the one asked answers a datagram then the client refuses it', () => {
    expect(ask(topologyOf(vnet(RELAY(DNAT))), 'udp/53 10.0.1.4 > 10.0.1.5')).toBe(
      'forward delivered at server, return dropped session-missing at client, follow-up delivered at server',
    );
  });
});

describe('what a machine sends about the packets of others', () => {
  const TIGHT = `
        *filter
        :FORWARD ACCEPT [0:0]
        :OUTPUT DROP [0:0]
        -A FORWARD -p udp -j REJECT
        -A FORWARD -p tcp --dport 81 -j REJECT --reject-with tcp-reset
        -A OUTPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
        COMMIT`;
  const STEERED = vnet(`${RELAY(TIGHT)}
    listeners: []
routeTables:
  rt: { routes: [{ addressPrefix: 10.0.2.0/24, nextHopType: VirtualAppliance, nextHopIpAddress: 10.0.3.5 }] }`)
    .replace('subnet: v/a, privateIPAddress: 10.0.1.5', 'subnet: v/c, privateIPAddress: 10.0.3.5')
    .replace('subnets:', 'subnets:\n      c: { addressPrefix: 10.0.3.0/24 }')
    .replace("'fd00:0:0:1::/64'] }", "'fd00:0:0:1::/64'], routeTable: rt }");

  test.each([
    ['udp/53 10.0.1.4 > 10.0.2.4', 'filter-denied'],
    ['tcp/81 10.0.1.4 > 10.0.2.4', 'filter-denied'],
    ['udp/53 10.0.1.4 > 10.0.3.5', 'listener-missing'],
    ['tcp/80 10.0.1.4 > 10.0.3.5', 'listener-missing'],
  ])('when it refuses %s then its answer is of the flow, and OUTPUT lets it out', (flow, reason) => {
    expect(ask(topologyOf(STEERED), flow)).toBe(
      `forward dropped ${reason} at relay, follow-up delivered at client`,
    );
  });
});

describe('what a VNet does not carry', () => {
  test.each([
    ['47 10.0.1.4 > 10.0.2.4', 'forward dropped traffic-not-carried at client'],
    ['4 10.0.1.4 > 10.0.2.4', 'forward dropped traffic-not-carried at client'],
    ['udp/5353 10.0.1.4 > 224.0.0.251', 'forward dropped traffic-not-carried at client'],
    ['udp/5353 fd00:0:0:1::4 > ff02::fb', 'forward dropped traffic-not-carried at client'],
    ['50 10.0.1.4 > 10.0.2.4', 'forward delivered at server, return delivered at client'],
  ])('when %s is sent then it is %s', (flow, expected) => {
    expect(ask(topologyOf(vnet('')), flow)).toBe(expected);
  });
});

describe('the machine itself', () => {
  test('when a machine sends to its own address then it leaves by lo', () => {
    const lo = `
        *filter
        :OUTPUT DROP [0:0]
        -A OUTPUT -o lo -j ACCEPT
        COMMIT`;
    expect(ask(topologyOf(vnet(RELAY(lo))), 'tcp/22 10.0.1.5 > 10.0.1.5')).toBe(
      'forward delivered at relay, return delivered at relay',
    );
  });
});

const HAIRPIN = (frontend: string): string => `
  web: { nics: { eth0: { subnet: v/a, privateIPAddress: ['fd00:0:0:1::6', 10.0.1.6] } }, listeners: [tcp/80] }
loadBalancers:
  lb:
    frontends: { f: { subnet: v/a, privateIPAddress: '${frontend}' } }
    backendPools: { p: [web/eth0] }
    probes: { up: { protocol: Tcp, port: 80 } }
    rules: { web: { frontend: f, backendPool: p, protocol: Tcp, frontendPort: 80, probe: up } }`;

describe('a member that gets its own packet from its load balancer', () => {
  test('when it is IPv4 then the kernel refuses its own address as source', () => {
    expect(ask(topologyOf(vnet(HAIRPIN('10.0.1.10'))), 'tcp/80 10.0.1.6 > 10.0.1.10')).toBe(
      'forward dropped source-martian at web',
    );
  });

  test('when it is IPv6 then the packet comes in, and the answer to itself never bears the frontend', () => {
    expect(ask(topologyOf(vnet(HAIRPIN('fd00:0:0:1::10'))), 'tcp/80 fd00:0:0:1::6 > fd00:0:0:1::10')).toBe(
      'forward delivered at web, return dropped session-missing at web, follow-up delivered at web',
    );
  });

  test('when its first address is of IPv6 then it is probed by IPv4', () => {
    expect(ask(topologyOf(vnet(HAIRPIN('10.0.1.10'))), 'tcp/80 10.0.1.4 > 10.0.1.10')).toBe(
      'forward delivered at web, return delivered at client',
    );
  });
});

describe('appliances between two load balancers', () => {
  const APPLIANCE = (name: string, last: number): string => `
  ${name}:
    nics:
      eth0: { subnet: v/a, privateIPAddress: 10.0.1.${last}, enableIPForwarding: true }
      eth1: { subnet: v/b, privateIPAddress: 10.0.2.${last}, enableIPForwarding: true }
    linux: { sysctl: { net.ipv4.ip_forward: 1 } }`;
  const BALANCER = (name: string, subnet: string, front: string, port: string): string => `
  ${name}:
    frontends: { f: { subnet: ${subnet}, privateIPAddress: ${front} } }
    backendPools: { p: [fw1/${port}, fw2/${port}] }
    rules: { ha: { frontend: f, backendPool: p, protocol: All } }`;
  const ROUTE = (name: string, to: string, by: string): string =>
    `${name}: { routes: [{ addressPrefix: ${to}, nextHopType: VirtualAppliance, nextHopIpAddress: ${by} }] }`;
  const SANDWICH = vnet(`${APPLIANCE('fw1', 5)}${APPLIANCE('fw2', 6)}
  left: { nics: { eth0: { subnet: v/c, privateIPAddress: 10.0.3.4 } } }
  right: { nics: { eth0: { subnet: v/d, privateIPAddress: 10.0.4.4 } } }
loadBalancers:${BALANCER('front', 'v/a', '10.0.1.10', 'eth0')}${BALANCER('back', 'v/b', '10.0.2.10', 'eth1')}
routeTables:
  ${ROUTE('to-right', '10.0.4.0/24', '10.0.1.10')}
  ${ROUTE('to-left', '10.0.3.0/24', '10.0.2.10')}`).replace(
    'subnets:',
    `subnets:
      c: { addressPrefix: 10.0.3.0/24, routeTable: to-right }
      d: { addressPrefix: 10.0.4.0/24, routeTable: to-left }`,
  );

  test('when many flows pass then some come back by the other appliance: two frontends do not agree', () => {
    const topology = topologyOf(SANDWICH);
    const isSame = Array.from({ length: 16 }, (_, i) => {
      const flow = questionOf(`tcp/${80 + i} 10.0.3.4 > 10.0.4.4`);
      const traced = trace(topology, flow, new SessionStore());
      if ('problem' in traced) throw new Error(traced.problem);
      const [there, back] = traced.walks.map(({ walk: { events } }) =>
        events.flatMap((event) => (event.type === 'chose' ? [event.picked.split('/')[0]] : [])),
      );
      return there?.[0] === back?.[0];
    });
    expect(isSame).toContain(true);
    expect(isSame).toContain(false);
  });
});

describe('a member without IPv4', () => {
  test('when it is probed then by IPv6, and it answers', () => {
    const six = HAIRPIN('fd00:0:0:1::10').replace(', 10.0.1.6]', ']');
    expect(ask(topologyOf(vnet(six)), 'tcp/80 fd00:0:0:1::4 > fd00:0:0:1::10')).toBe(
      'forward delivered at web, return delivered at client',
    );
  });
});

const sites = (a: string, b: string): string => `
sites:
  a:
    addressPrefixes: [10.3.0.0/16]
    edge: { name: edge-a, privateIPAddress: 10.3.0.1, publicIPAddress: 203.0.113.1, tunnels: { az: { connection: gw/a${a} } } }
  b:
    addressPrefixes: [10.4.0.0/16]
    edge: { name: edge-b, privateIPAddress: 10.4.0.1, publicIPAddress: 203.0.113.2, tunnels: { az: { connection: gw/b${b} } } }
virtualNetworkGateways:
  gw: { subnet: v/GatewaySubnet, publicIPAddress: 198.51.100.1, connections: { a: { site: a }, b: { site: b } } }
vnets:
  v: { addressPrefixes: [10.0.0.0/16], subnets: { GatewaySubnet: { addressPrefix: 10.0.255.0/27 } } }
machines:
  pc-a: { nics: { eth0: { site: a, privateIPAddress: 10.3.0.4 } } }
  pc-b: { nics: { eth0: { site: b, privateIPAddress: 10.4.0.4 } } }`;

describe('from site to site by one gateway', () => {
  const BOTH = 'forward delivered at pc-b, return delivered at pc-a';
  const DEFAULT = ', routes: 0.0.0.0/0';

  test('when the edges state no routes then each has learned the other site from the gateway', () => {
    expect(ask(topologyOf(sites('', '')), 'icmp 10.3.0.4 > 10.4.0.4')).toBe(BOTH);
  });

  test('when a tunnel has the default route then it beats the way to the Internet', () => {
    expect(ask(topologyOf(sites(DEFAULT, DEFAULT)), 'icmp 10.3.0.4 > 10.4.0.4')).toBe(BOTH);
  });

  test('when a tunnel states other routes then only those count', () => {
    expect(ask(topologyOf(sites(', routes: 10.0.0.0/16', '')), 'icmp 10.3.0.4 > 10.4.0.4')).toBe(
      'forward left at edge-a',
    );
  });
});
