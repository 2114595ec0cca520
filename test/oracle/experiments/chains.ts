/** Chains, interfaces in rules, and what the tables do with each other. */
import { appliance, type Experiment } from './experiment.ts';

export const CHAINS: readonly Experiment[] = [
  {
    name: 'E21: RETURN after a goto goes back to whoever jumped; RETURN in a built-in chain is the policy',
    machine: appliance({
      rules4: {
        filter: [
          ':FORWARD DROP',
          ':A -',
          ':G -',
          'FORWARD -p udp -j A',
          'FORWARD -s 10.1.0.2 -p udp -j ACCEPT',
          'FORWARD -p tcp -j RETURN',
          'FORWARD -j ACCEPT',
          'A -g G',
          'A -j DROP',
          'G -s 10.1.0.2 -j RETURN',
          'G -j DROP',
        ],
      },
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53
      < eth1: udp 10.1.0.2 5555 > 10.2.0.2 53 ttl 63
      > eth0: udp 10.1.0.3 5555 > 10.2.0.2 53
      > eth0: tcp 10.1.0.2 5555 > 10.2.0.2 80 [S]`,
  },
  {
    name: 'E22: a forwarded packet has its in-interface in POSTROUTING; PREROUTING has no out-interface',
    machine: appliance({
      rules4: {
        mangle: [
          ':IN -',
          ':OUT -',
          'POSTROUTING -j IN',
          'IN -i eth0 -p udp -j DROP',
          'PREROUTING -j OUT',
          'OUT -o eth1 -j DROP',
        ],
      },
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53
      > eth0: icmp 10.1.0.2 > 10.2.0.2 8/0 id 5
      < eth1: icmp 10.1.0.2 > 10.2.0.2 8/0 id 5 ttl 63`,
  },
  {
    name: 'E22: where there is no interface a negated one matches',
    machine: appliance({
      rules4: { raw: [':OUT -', 'PREROUTING -j OUT', 'OUT ! -o eth1 -s 10.1.0.2 -j DROP'] },
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53
      > eth0: udp 10.1.0.3 5555 > 10.2.0.2 53
      < eth1: udp 10.1.0.3 5555 > 10.2.0.2 53 ttl 63`,
  },
  {
    name: 'E24: ACCEPT before DNAT means no translation',
    machine: appliance({
      rules4: { nat: ['PREROUTING -p udp -j ACCEPT', 'PREROUTING -j DNAT --to-destination 10.2.0.99'] },
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53
      < eth1: udp 10.1.0.2 5555 > 10.2.0.2 53 ttl 63
      > eth0: icmp 10.1.0.2 > 10.2.0.2 8/0 id 5
      < eth1: icmp 10.1.0.2 > 10.2.0.99 8/0 id 5 ttl 63`,
  },
  {
    name: 'E24: SNAT in INPUT gives the machine’s programs another source',
    machine: appliance({ rules4: { nat: ['INPUT -p udp -j SNAT --to-source 10.1.0.99'] } }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.1.0.1 53
      < local: udp 10.1.0.99 5555 > 10.1.0.1 53
      < eth0: icmp 10.1.0.1 > 10.1.0.2 3/3 tos 0xc0 about (udp 10.1.0.2 5555 > 10.1.0.1 53)`,
  },
  {
    name: 'E11: TTL 1 dies before FORWARD, FORWARD sees the TTL that the packet leaves with',
    machine: appliance({ rules4: { filter: ['FORWARD -m ttl --ttl-eq 1 -p udp -j DROP'] } }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53 ttl 1
      < eth0: icmp 10.1.0.1 > 10.1.0.2 11/0 tos 0xc0 about (udp 10.1.0.2 5555 > 10.2.0.2 53)
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53 ttl 2
      > eth0: icmp 10.1.0.2 > 10.2.0.2 8/0 id 5 ttl 2
      < eth1: icmp 10.1.0.2 > 10.2.0.2 8/0 id 5 ttl 1`,
  },
];
