/** Policy routing: marks, tables, and what changes a packet before its route is looked up. */
import { ADDRESSES, appliance, type Experiment } from './experiment.ts';

const PING = (dst: string, id: number): string => `icmp 10.1.0.2 > ${dst} 8/0 id ${id}`;

export const POLICY: readonly Experiment[] = [
  {
    name: 'E16: a default route of an earlier table wins over a connected network of main',
    machine: appliance({
      routes: ['default via 10.4.0.2 dev eth2 table 100'],
      rules: ['pref 100 from 10.1.0.2 lookup 100'],
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53
      < eth2: udp 10.1.0.2 5555 > 10.2.0.2 53 ttl 63
      > eth0: udp 10.1.0.3 5555 > 10.2.0.2 53
      < eth1: udp 10.1.0.3 5555 > 10.2.0.2 53 ttl 63`,
  },
  {
    name: 'E16: throw goes on with the next rule, and so does a table without a route',
    machine: appliance({
      routes: ['throw 10.2.0.0/24 table 100', 'default via 10.4.0.2 dev eth2 table 100'],
      rules: ['pref 90 from all lookup 77', 'pref 100 from all lookup 100'],
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53
      < eth1: udp 10.1.0.2 5555 > 10.2.0.2 53 ttl 63
      > eth0: udp 10.1.0.2 5555 > 192.0.2.7 53
      < eth2: udp 10.1.0.2 5555 > 192.0.2.7 53 ttl 63`,
  },
  {
    name: 'E16: a mark without mask must be the whole mark, one with a mask is masked',
    machine: appliance({
      routes: ['default via 10.4.0.2 dev eth2 table 100'],
      rules: ['pref 100 fwmark 0x1 lookup 100', 'pref 110 fwmark 0x2/0xf lookup 100'],
      rules4: {
        mangle: [
          'PREROUTING -p udp -m udp --dport 1 -j MARK --set-xmark 0x1/0xffffffff',
          'PREROUTING -p udp -m udp --dport 2 -j MARK --set-xmark 0x101/0xffffffff',
          'PREROUTING -p udp -m udp --dport 3 -j MARK --set-xmark 0x12/0xffffffff',
          'PREROUTING -p udp -m udp --dport 4 -j MARK --set-xmark 0x13/0xffffffff',
          'FORWARD -p udp -m udp --dport 5 -j MARK --set-xmark 0x1/0xffffffff',
        ],
      },
    }),
    transcript: [2, 1, 2, 1, 1]
      .map(
        (out, i) =>
          `> eth0: udp 10.1.0.2 5555 > 10.2.0.2 ${i + 1}\n< eth${out}: udp 10.1.0.2 5555 > 10.2.0.2 ${i + 1} ttl 63`,
      )
      .join('\n'),
  },
  {
    name: 'E16: suppress_prefixlength 0 passes over main’s default route',
    machine: appliance({
      routes: ['default via 10.2.0.9 dev eth1', 'default via 10.4.0.2 dev eth2 table 100'],
      rules: ['pref 100 from all lookup main suppress_prefixlength 0', 'pref 110 from all lookup 100'],
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53
      < eth1: udp 10.1.0.2 5555 > 10.2.0.2 53 ttl 63
      > eth0: udp 10.1.0.2 5555 > 192.0.2.7 53
      < eth2: udp 10.1.0.2 5555 > 192.0.2.7 53 ttl 63`,
  },
  {
    name: 'E16: rules by interface, protocol and port, a goto, and rules that refuse',
    machine: appliance({
      routes: ['default via 10.4.0.2 dev eth2 table 100'],
      rules: [
        'pref 100 iif eth1 unreachable',
        'pref 110 ipproto udp dport 53 lookup 100',
        'pref 120 ipproto icmp goto 200',
        'pref 130 from all prohibit',
        'pref 200 from all lookup main',
      ],
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53
      < eth2: udp 10.1.0.2 5555 > 10.2.0.2 53 ttl 63
      > eth0: ${PING('10.2.0.2', 5)}
      < eth1: ${PING('10.2.0.2', 5)} ttl 63`,
  },
  {
    name: 'E42: the route is looked up for the packet as DNAT and TOS left it',
    machine: appliance({
      routes: ['default via 10.4.0.2 dev eth2 table 100'],
      rules: ['pref 100 to 10.2.0.2 lookup 100', 'pref 110 tos 0x10 lookup 100'],
      rules4: {
        nat: ['PREROUTING -d 10.1.0.1 -p tcp -j DNAT --to-destination 10.2.0.2'],
        mangle: ['PREROUTING -p udp -j TOS --set-tos 0x10'],
      },
    }),
    transcript: `
      > eth0: tcp 10.1.0.2 5555 > 10.1.0.1 80 [S]
      < eth2: tcp 10.1.0.2 5555 > 10.2.0.2 80 [S] ttl 63
      > eth0: udp 10.1.0.2 5555 > 10.2.0.3 53
      < eth2: udp 10.1.0.2 5555 > 10.2.0.3 53 ttl 63 tos 0x10`,
  },
  {
    name: 'E31: the lowest metric wins, then the first that was added; a route for the packet’s TOS before both',
    machine: appliance({
      routes: [
        '10.8.0.0/16 via 10.2.0.2 dev eth1 metric 20',
        '10.8.0.0/16 via 10.4.0.2 dev eth2 metric 10',
        '10.9.0.0/16 via 10.2.0.2 dev eth1',
        '10.9.0.0/16 via 10.4.0.2 dev eth2',
        '10.8.0.0/16 tos 0x10 via 10.2.0.2 dev eth1 metric 30',
      ],
    }),
    transcript: `
      > eth0: ${PING('10.8.0.2', 1)}
      < eth2: ${PING('10.8.0.2', 1)} ttl 63
      > eth0: ${PING('10.9.0.2', 2)}
      < eth1: ${PING('10.9.0.2', 2)} ttl 63
      > eth0: ${PING('10.8.0.2', 3)} tos 0x10
      < eth1: ${PING('10.8.0.2', 3)} ttl 63 tos 0x10`,
  },
  {
    name: 'E32: with CONNMARK the answer of a flow goes back by the uplink that it came in by',
    machine: appliance({
      addresses: { ...ADDRESSES, eth1: ['10.2.0.1/24'] },
      routes: ['default via 10.2.0.254 dev eth1', 'default via 10.4.0.254 dev eth2 table 100'],
      rules: ['pref 100 from all lookup main suppress_prefixlength 0', 'pref 110 fwmark 0x1 lookup 100'],
      rules4: {
        mangle: [
          'PREROUTING -j CONNMARK --restore-mark',
          'PREROUTING -i eth2 -m mark --mark 0x0 -j MARK --set-mark 0x1',
          'PREROUTING -m mark ! --mark 0x0 -j CONNMARK --save-mark',
        ],
      },
    }),
    transcript: `
      > eth2: tcp 192.0.2.7 5555 > 10.1.0.2 80 [S]
      < eth0: tcp 192.0.2.7 5555 > 10.1.0.2 80 [S] ttl 63
      > eth0: tcp 10.1.0.2 80 > 192.0.2.7 5555 [S.]
      < eth2: tcp 10.1.0.2 80 > 192.0.2.7 5555 [S.] ttl 63
      > eth0: tcp 10.1.0.2 80 > 192.0.2.8 5555 [S.]
      < eth1: tcp 10.1.0.2 80 > 192.0.2.8 5555 [S.] ttl 63`,
  },
  {
    name: 'E32b: strict rp_filter does not see the mark',
    machine: appliance({
      sysctl: { 'net.ipv4.conf.all.rp_filter': 1 },
      routes: ['default via 10.2.0.254 dev eth1', 'default via 10.4.0.254 dev eth2 table 100'],
      rules: ['pref 110 fwmark 0x1 lookup 100'],
      rules4: { mangle: ['PREROUTING -i eth2 -j MARK --set-mark 0x1'] },
    }),
    transcript: `
      > eth2: tcp 192.0.2.7 5555 > 10.2.0.1 80 [S]`,
  },
  {
    name: 'E32b: strict rp_filter sees the mark with src_valid_mark',
    machine: appliance({
      sysctl: { 'net.ipv4.conf.all.rp_filter': 1, 'net.ipv4.conf.all.src_valid_mark': 1 },
      routes: ['default via 10.2.0.254 dev eth1', 'default via 10.4.0.254 dev eth2 table 100'],
      rules: ['pref 110 fwmark 0x1 lookup 100'],
      rules4: {
        mangle: ['PREROUTING -i eth2 -j MARK --set-mark 0x1'],
        filter: ['INPUT -j ACCEPT', 'OUTPUT -j DROP'],
      },
    }),
    transcript: `
      > eth2: tcp 192.0.2.7 5555 > 10.2.0.1 80 [S]
      < local: tcp 192.0.2.7 5555 > 10.2.0.1 80 [S] mark 0x1`,
  },
];
