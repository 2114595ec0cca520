/** Routes, rules, source validation, and the machine's own addresses. */
import { ADDRESSES, appliance, type Experiment } from './experiment.ts';

const RP = (all: number, eth0: number): Readonly<Record<string, number>> => ({
  'net.ipv4.conf.all.rp_filter': all,
  'net.ipv4.conf.eth0.rp_filter': eth0,
});

/** From nowhere, and from where another interface leads. */
const spoofed = (unrouted: boolean, elsewhere: boolean): string =>
  [
    ['10.9.9.9', unrouted],
    ['10.2.0.77', elsewhere],
  ]
    .map(
      ([src, passes]) =>
        `> eth0: udp ${src} 5555 > 10.2.0.2 53${passes ? `\n< eth1: udp ${src} 5555 > 10.2.0.2 53 ttl 63` : ''}`,
    )
    .join('\n');

export const ROUTING: readonly Experiment[] = [
  {
    name: 'E4: rp_filter 0 lets spoofed sources pass',
    machine: appliance({ sysctl: RP(0, 0) }),
    transcript: spoofed(true, true),
  },
  {
    name: 'E4: strict rp_filter on the interface',
    machine: appliance({ sysctl: RP(0, 1) }),
    transcript: spoofed(false, false),
  },
  {
    name: 'E4: loose rp_filter on the interface',
    machine: appliance({ sysctl: RP(0, 2) }),
    transcript: spoofed(false, true),
  },
  {
    name: 'E4: the larger of all and the interface counts',
    machine: appliance({ sysctl: RP(2, 1) }),
    transcript: spoofed(false, true),
  },
  {
    name: 'E9: MASQUERADE takes the first primary address for the next hop, never a route’s hint',
    machine: appliance({
      addresses: {
        ...ADDRESSES,
        eth1: ['10.2.0.1/24', '10.2.0.50/24', '10.9.0.1/24'],
        lo: ['127.0.0.1/8', '172.16.0.1/32'],
      },
      routes: [
        '192.0.2.0/24 via 10.9.0.2 dev eth1 onlink src 10.2.0.50',
        '198.51.100.0/24 via 10.2.0.2 dev eth1 src 172.16.0.1',
      ],
      rules4: { nat: ['POSTROUTING -o eth1 -j MASQUERADE'] },
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53
      < eth1: udp 10.2.0.1 5555 > 10.2.0.2 53 ttl 63
      > eth0: udp 10.1.0.2 5556 > 192.0.2.7 53
      < eth1: udp 10.9.0.1 5556 > 192.0.2.7 53 ttl 63
      > eth0: udp 10.1.0.2 5557 > 198.51.100.7 53
      < eth1: udp 10.2.0.1 5557 > 198.51.100.7 53 ttl 63`,
  },
  {
    name: 'E12: without ip_forward nothing is forwarded and nothing is said',
    machine: appliance({ sysctl: { 'net.ipv4.ip_forward': 0 } }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53
      > eth0: udp 10.1.0.2 5555 > 10.8.0.2 53`,
  },
  {
    name: 'E12: forwarding is a matter of the interface that the packet came in by',
    machine: appliance({ sysctl: { 'net.ipv4.conf.eth1.forwarding': 0 } }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53
      < eth1: udp 10.1.0.2 5555 > 10.2.0.2 53 ttl 63
      > eth1: udp 10.2.0.2 53 > 10.1.0.2 5555`,
  },
  {
    name: 'E12: what no route, unreachable, prohibit and blackhole say',
    machine: appliance({
      routes: ['unreachable 10.101.0.0/16', 'prohibit 10.102.0.0/16', 'blackhole 10.103.0.0/16'],
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.100.0.2 53
      < eth0: icmp 10.1.0.1 > 10.1.0.2 3/0 tos 0xc0 about (udp 10.1.0.2 5555 > 10.100.0.2 53)
      > eth0: udp 10.1.0.2 5555 > 10.101.0.2 53
      < eth0: icmp 10.1.0.1 > 10.1.0.2 3/1 tos 0xc0 about (udp 10.1.0.2 5555 > 10.101.0.2 53)
      > eth0: udp 10.1.0.2 5555 > 10.102.0.2 53
      < eth0: icmp 10.1.0.1 > 10.1.0.2 3/13 tos 0xc0 about (udp 10.1.0.2 5555 > 10.102.0.2 53)
      > eth0: udp 10.1.0.2 5555 > 10.103.0.2 53`,
  },
  {
    name: 'E28: an out-interface without address borrows the first address of another',
    machine: appliance({
      addresses: { ...ADDRESSES, eth1: [] },
      rules4: { nat: ['POSTROUTING -o eth1 -j MASQUERADE'] },
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53
      < eth1: udp 10.1.0.1 5555 > 10.2.0.2 53 ttl 63`,
  },
  {
    name: 'E29: an error is from the address that the way back has',
    machine: appliance({ routes: ['10.8.0.0/16 via 10.4.0.2 dev eth2'] }),
    transcript: `
      > eth0: udp 10.8.0.2 5555 > 10.2.0.2 53 ttl 1
      < eth2: icmp 10.4.0.1 > 10.8.0.2 11/0 tos 0xc0 about (udp 10.8.0.2 5555 > 10.2.0.2 53)`,
  },
  {
    name: 'E29: an error is from the address that the packet came in by, if so set; that of REJECT too',
    machine: appliance({
      routes: ['10.8.0.0/16 via 10.4.0.2 dev eth2'],
      sysctl: { 'net.ipv4.icmp_errors_use_inbound_ifaddr': 1 },
      rules4: { filter: ['FORWARD -p tcp -j REJECT'] },
    }),
    transcript: `
      > eth0: udp 10.8.0.2 5555 > 10.2.0.2 53 ttl 1
      < eth2: icmp 10.1.0.1 > 10.8.0.2 11/0 tos 0xc0 about (udp 10.8.0.2 5555 > 10.2.0.2 53)
      > eth0: tcp 10.8.0.2 5555 > 10.2.0.2 80 [S]
      < eth2: icmp 10.1.0.1 > 10.8.0.2 3/3 tos 0xc0 about (tcp 10.8.0.2 5555 > 10.2.0.2 80)`,
  },
  {
    name: 'E41: any own address answers on any interface, with rp_filter and without ip_forward',
    machine: appliance({ sysctl: { 'net.ipv4.ip_forward': 0, ...RP(1, 1) } }),
    transcript: `
      > eth0: icmp 10.1.0.2 > 10.2.0.1 8/0 id 5 ttl 1
      < local: icmp 10.1.0.2 > 10.2.0.1 8/0 id 5 ttl 1
      < eth0: icmp 10.2.0.1 > 10.1.0.2 0/0 id 5`,
  },
];
