/** What the kernel answers by itself, and what it leaves unanswered. */
import { appliance, type Experiment } from './experiment.ts';

const six = (ip6tables: readonly string[]): Experiment['machine'] =>
  appliance({
    addresses: { eth0: ['fd00:1::1/64'], eth1: ['fd00:2::1/64'], eth2: [], lo: ['::1/128'] },
    routes: ['fd00:1::/64 dev eth0', 'default via fd00:2::9 dev eth1 onlink'],
    sysctl: { 'net.ipv6.conf.all.forwarding': 1 },
    ip6tables,
  });

export const ANSWERS: readonly Experiment[] = [
  {
    name: 'K1: no error is sent about an echo reply that the kernel itself makes',
    machine: appliance({
      rules4: { filter: ['OUTPUT -j REJECT --reject-with icmp-admin-prohibited'] },
    }),
    transcript: `
      > eth0: icmp 10.1.0.2 > 10.1.0.1 8/0 id 7
      < local: icmp 10.1.0.2 > 10.1.0.1 8/0 id 7`,
  },
  {
    name: 'K2: the reset of a closed port counts as an answer, though it ends the entry',
    machine: appliance({
      rules4: { mangle: ['OUTPUT -m conntrack --ctstatus SEEN_REPLY,CONFIRMED -j DSCP --set-dscp 8'] },
    }),
    transcript: `
      > eth0: tcp 10.1.0.2 5555 > 10.1.0.1 80 [S]
      < local: tcp 10.1.0.2 5555 > 10.1.0.1 80 [S]
      < eth0: tcp 10.1.0.1 80 > 10.1.0.2 5555 [R.] tos 0x20`,
  },
  {
    name: 'K3: nothing unties an error about an untracked packet, which belongs to no flow all the same',
    machine: appliance({
      rules4: {
        raw: ['PREROUTING -p udp -j NOTRACK', 'OUTPUT -p icmp -j NOTRACK'],
        mangle: ['POSTROUTING -p icmp -m conntrack --ctstate INVALID -j TTL --ttl-set 9'],
      },
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53 ttl 1
      < eth0: icmp 10.1.0.1 > 10.1.0.2 11/0 ttl 9 tos 0xc0 about (udp 10.1.0.2 5555 > 10.2.0.2 53)`,
  },
  {
    name: 'K4: an answer to ::1 would leave by the interface that its question came by, where nothing is to ::1',
    machine: six(['*nat', '-A INPUT -s fd00:1::2 -j SNAT --to-source ::1', 'COMMIT']),
    transcript: `
      > eth0: tcp fd00:1::2 5555 > fd00:1::1 80 [S]
      < local: tcp ::1 5555 > fd00:1::1 80 [S]
      > eth0: tcp fd00:1::3 5555 > fd00:1::1 80 [S]
      < local: tcp fd00:1::3 5555 > fd00:1::1 80 [S]
      < eth0: tcp fd00:1::1 80 > fd00:1::3 5555 [R.]`,
  },
  {
    name: 'K5: an IPv6 packet from no address is told nothing',
    machine: six([]),
    transcript: `
      > eth0: udp :: 5555 > 2001:db8::7 53 ttl 1
      > eth0: udp fd00:1::2 5555 > 2001:db8::7 53 ttl 1
      < eth0: icmpv6 fd00:1::1 > fd00:1::2 3/0 about (udp fd00:1::2 5555 > 2001:db8::7 53)`,
  },
  {
    name: 'K6: REDIRECT gives a group of this link no address that is good elsewhere',
    machine: six(['*nat', '-A PREROUTING -p udp -j REDIRECT', 'COMMIT']),
    transcript: `
      > eth0: udp fd00:1::2 5555 > ff02::5 53
      > eth0: udp fd00:1::2 5555 > fd00:9::9 53
      < eth0: icmpv6 fd00:9::9 > fd00:1::2 1/4 about (udp fd00:1::2 5555 > fd00:9::9 53)
      < local: udp fd00:1::2 5555 > fd00:1::1 53`,
  },
  {
    name: 'K7: an IPv6 echo reply asks for the interface that the request came by; other answers do not',
    machine: { ...six([]), rules6: ['pref 100 oif eth2 unreachable'] },
    transcript: `
      > eth0: icmpv6 2001:db8::7 > fd00:1::1 128/0 id 7
      < local: icmpv6 2001:db8::7 > fd00:1::1 128/0 id 7
      < eth1: icmpv6 fd00:1::1 > 2001:db8::7 129/0 id 7
      > eth2: icmpv6 2001:db8::7 > fd00:1::1 128/0 id 9
      < local: icmpv6 2001:db8::7 > fd00:1::1 128/0 id 9
      > eth2: tcp 2001:db8::7 5555 > fd00:1::1 80 [S]
      < local: tcp 2001:db8::7 5555 > fd00:1::1 80 [S]
      < eth1: tcp fd00:1::1 80 > 2001:db8::7 5555 [R.]`,
  },
  {
    name: 'K8: what is the answer of a flow in another zone gets no port of its own, and fails',
    machine: appliance({ rules4: { raw: ['PREROUTING -i eth0 -p udp -j CT --zone-reply 1'], nat: [] } }),
    transcript: `
      > eth0: udp 10.1.0.2 500 > 10.2.0.2 40000
      < eth1: udp 10.1.0.2 500 > 10.2.0.2 40000 ttl 63
      > eth1: udp 10.2.0.2 40000 > 10.1.0.2 500`,
  },
  {
    name: 'K9: a ping to the anycast address of a network is answered from an address of the router',
    machine: six([]),
    transcript: `
      > eth0: icmpv6 fd00:1::2 > fd00:2:: 128/0 id 7
      < local: icmpv6 fd00:1::2 > fd00:2:: 128/0 id 7
      < eth0: icmpv6 fd00:1::1 > fd00:1::2 129/0 id 7`,
  },
];
