/** Connection tracking: what state a packet has, and what is remembered. */
import { appliance, type Experiment } from './experiment.ts';

const DROP_INVALID = { filter: ['FORWARD -m conntrack --ctstate INVALID -j DROP'] };
/** What is not NEW is dropped, so what passes is. */
const ONLY_NEW = ['FORWARD -m conntrack ! --ctstate NEW -j DROP'];

const FLAGS = ['S', 'SEW', '.', 'P.', 'S.', 'F', 'F.', 'R', 'R.', '', 'FP.U', 'SF', 'SR'];

/** Each set of flags as the first packet of a flow of its own; those of `seen` pass. */
const firstPackets = (seen: readonly string[]): string =>
  FLAGS.map((flags, i) => {
    const ends = `tcp 10.1.0.2 ${5000 + i} > 10.2.0.2 80 [${flags}]`;
    const out = `\n< eth1: tcp 10.2.0.1 ${5000 + i} > 10.2.0.2 80 [${flags}] ttl 63`;
    return `> eth0: ${ends}${seen.includes(flags) ? out : ''}`;
  }).join('\n');

export const CONNTRACK: readonly Experiment[] = [
  {
    name: 'E5: with tcp_loose a SYN and an ACK begin a flow, no other set of flags does',
    machine: appliance({ rules4: { nat: ['POSTROUTING -j MASQUERADE'], filter: ONLY_NEW } }),
    transcript: firstPackets(['S', 'SEW', '.', 'P.']),
  },
  {
    name: 'E5: without tcp_loose only a SYN begins a flow',
    machine: appliance({
      sysctl: { 'net.netfilter.nf_conntrack_tcp_loose': 0 },
      rules4: { nat: ['POSTROUTING -j MASQUERADE'], filter: ONLY_NEW },
    }),
    transcript: firstPackets(['S', 'SEW']),
  },
  {
    name: 'E5: what is invalid leaves with its own source',
    machine: appliance({ rules4: { nat: ['POSTROUTING -j MASQUERADE'] } }),
    transcript: `
      > eth0: tcp 10.1.0.2 5555 > 10.2.0.2 80 [F.]
      < eth1: tcp 10.1.0.2 5555 > 10.2.0.2 80 [F.] ttl 63`,
  },
  {
    name: 'E5b: an echo reply without its request is invalid and not translated',
    machine: appliance({ rules4: { nat: ['POSTROUTING -j MASQUERADE'] } }),
    transcript: `
      > eth0: icmp 10.1.0.2 > 10.2.0.2 0/0 id 7
      < eth1: icmp 10.1.0.2 > 10.2.0.2 0/0 id 7 ttl 63`,
  },
  {
    name: 'E6: of an asymmetric connection the client’s ACK and FIN are invalid',
    machine: appliance({ rules4: DROP_INVALID }),
    transcript: `
      > eth0: tcp 10.1.0.2 5555 > 10.2.0.2 80 [S]
      < eth1: tcp 10.1.0.2 5555 > 10.2.0.2 80 [S] ttl 63
      > eth0: tcp 10.1.0.2 5555 > 10.2.0.2 80 [.]
      > eth0: tcp 10.1.0.2 5555 > 10.2.0.2 80 [F.]`,
  },
  {
    name: 'E6: of an asymmetric connection the server’s SYN,ACK is invalid and its ACK new',
    machine: appliance({
      rules4: { filter: ['FORWARD -m conntrack --ctstate INVALID -j DROP', ...ONLY_NEW] },
    }),
    transcript: `
      > eth1: tcp 10.2.0.2 80 > 10.1.0.2 5555 [S.]
      > eth1: tcp 10.2.0.2 80 > 10.1.0.2 5555 [.]
      < eth0: tcp 10.2.0.2 80 > 10.1.0.2 5555 [.] ttl 63
      > eth1: tcp 10.2.0.2 80 > 10.1.0.2 5555 [F.]
      < eth0: tcp 10.2.0.2 80 > 10.1.0.2 5555 [F.] ttl 63`,
  },
  {
    name: 'E7: a datagram flow stays new until it is answered',
    machine: appliance({
      rules4: { filter: ['FORWARD -i eth0 -m conntrack --ctstate ESTABLISHED -j DROP'] },
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53
      < eth1: udp 10.1.0.2 5555 > 10.2.0.2 53 ttl 63
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53
      < eth1: udp 10.1.0.2 5555 > 10.2.0.2 53 ttl 63
      > eth1: udp 10.2.0.2 53 > 10.1.0.2 5555
      < eth0: udp 10.2.0.2 53 > 10.1.0.2 5555 ttl 63
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53`,
  },
  {
    name: 'E23: in raw everything is invalid, nothing is new',
    machine: appliance({
      rules4: {
        raw: [
          'PREROUTING -m conntrack --ctstate NEW,ESTABLISHED,RELATED,UNTRACKED -j DROP',
          'PREROUTING -s 10.1.0.3 -m conntrack --ctstate INVALID -j DROP',
        ],
      },
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53
      < eth1: udp 10.1.0.2 5555 > 10.2.0.2 53 ttl 63
      > eth0: udp 10.1.0.3 5555 > 10.2.0.2 53`,
  },
  {
    name: 'E23: what is not tracked is not translated',
    machine: appliance({
      rules4: {
        raw: ['PREROUTING -s 10.1.0.2 -j CT --notrack', 'PREROUTING -s 10.1.0.3 -j NOTRACK'],
        nat: ['POSTROUTING -j MASQUERADE'],
        filter: ['FORWARD -m conntrack ! --ctstate UNTRACKED -j DROP'],
      },
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53
      < eth1: udp 10.1.0.2 5555 > 10.2.0.2 53 ttl 63
      > eth0: udp 10.1.0.3 5555 > 10.2.0.2 53
      < eth1: udp 10.1.0.3 5555 > 10.2.0.2 53 ttl 63
      > eth0: udp 10.1.0.4 5555 > 10.2.0.2 53`,
  },
  {
    name: 'E23: what FORWARD drops leaves no entry, so the next is new and translated anew',
    machine: appliance({
      rules4: {
        nat: ['PREROUTING -d 10.1.0.1 -j DNAT --to-destination 10.2.0.2'],
        filter: ['FORWARD -i eth0 -j DROP', 'FORWARD -m conntrack --ctstate ESTABLISHED -j DROP'],
      },
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.1.0.1 53
      > eth1: udp 10.2.0.2 53 > 10.1.0.2 5555
      < eth0: udp 10.2.0.2 53 > 10.1.0.2 5555 ttl 63`,
  },
  {
    name: 'E38: a SYN sent again to a silent server is new again and keeps its translation',
    machine: appliance({
      rules4: { nat: ['POSTROUTING -j SNAT --to-source 10.2.0.100-10.2.0.106'], filter: ONLY_NEW },
    }),
    transcript: `
      > eth0: tcp 10.1.0.2 5555 > 10.2.0.2 80 [S]
      < eth1: tcp 10.2.0.102 5555 > 10.2.0.2 80 [S] ttl 63
      > eth0: tcp 10.1.0.2 5555 > 10.2.0.2 80 [S]
      < eth1: tcp 10.2.0.102 5555 > 10.2.0.2 80 [S] ttl 63`,
  },
  {
    name: 'E37: a reset that is the only answer ends the flow, and the next SYN begins one',
    machine: appliance({ rules4: { filter: ['FORWARD -i eth0 -m conntrack ! --ctstate NEW -j DROP'] } }),
    transcript: `
      > eth0: tcp 10.1.0.2 5555 > 10.2.0.2 80 [S]
      < eth1: tcp 10.1.0.2 5555 > 10.2.0.2 80 [S] ttl 63
      > eth1: tcp 10.2.0.2 80 > 10.1.0.2 5555 [R.]
      < eth0: tcp 10.2.0.2 80 > 10.1.0.2 5555 [R.] ttl 63
      > eth0: tcp 10.1.0.2 5555 > 10.2.0.2 80 [S]
      < eth1: tcp 10.1.0.2 5555 > 10.2.0.2 80 [S] ttl 63`,
  },
  {
    name: 'E25: REJECT answers for the destination with a reset and for itself with ICMP, and leaves no entry',
    machine: appliance({
      rules4: {
        filter: [
          'FORWARD -p tcp -j REJECT --reject-with tcp-reset',
          'FORWARD -i eth0 -p udp -j REJECT',
          'OUTPUT -p icmp -m conntrack ! --ctstate RELATED -j DROP',
        ],
      },
    }),
    transcript: `
      > eth0: tcp 10.1.0.2 5555 > 10.2.0.2 80 [S]
      < eth0: tcp 10.2.0.2 80 > 10.1.0.2 5555 [R.]
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53
      < eth0: icmp 10.1.0.1 > 10.1.0.2 3/3 tos 0xc0 about (udp 10.1.0.2 5555 > 10.2.0.2 53)`,
  },
];
