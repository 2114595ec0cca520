/** Translation: which packets, to which addresses and ports, seen by whom. */
import { appliance, type Experiment } from './experiment.ts';

export const NAT: readonly Experiment[] = [
  {
    name: 'E1: MASQUERADE translates the first packet’s flow and gives replies back to the client',
    machine: appliance({
      rules4: {
        nat: ['POSTROUTING -o eth1 -j MASQUERADE'],
        filter: [':FORWARD DROP', 'FORWARD -d 10.1.0.2 -j ACCEPT', 'FORWARD -s 10.1.0.2 -j ACCEPT'],
      },
    }),
    transcript: `
      > eth0: tcp 10.1.0.2 5555 > 10.2.0.2 80 [S]
      < eth1: tcp 10.2.0.1 5555 > 10.2.0.2 80 [S] ttl 63
      > eth1: tcp 10.2.0.2 80 > 10.2.0.1 5555 [S.]
      < eth0: tcp 10.2.0.2 80 > 10.1.0.2 5555 [S.] ttl 63
      > eth0: tcp 10.1.0.2 5555 > 10.2.0.2 80 [.]
      < eth1: tcp 10.2.0.1 5555 > 10.2.0.2 80 [.] ttl 63
      > eth1: tcp 10.2.0.2 80 > 10.2.0.1 5555 [F.]
      < eth0: tcp 10.2.0.2 80 > 10.1.0.2 5555 [F.] ttl 63`,
  },
  {
    name: 'E2: FORWARD sees the destination after DNAT and the source before SNAT, both ways',
    machine: appliance({
      rules4: {
        nat: [
          'PREROUTING -d 10.1.0.1 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.2.0.2:80',
          'POSTROUTING -d 10.2.0.2 -j SNAT --to-source 10.2.0.99',
        ],
        filter: [
          ':FORWARD DROP',
          'FORWARD -s 10.1.0.2 -d 10.2.0.2 -j ACCEPT',
          'FORWARD -s 10.2.0.2 -d 10.1.0.2 -j ACCEPT',
        ],
      },
    }),
    transcript: `
      > eth0: tcp 10.1.0.2 5555 > 10.1.0.1 8080 [S]
      < eth1: tcp 10.2.0.99 5555 > 10.2.0.2 80 [S] ttl 63
      > eth1: tcp 10.2.0.2 80 > 10.2.0.99 5555 [S.]
      < eth0: tcp 10.1.0.1 8080 > 10.1.0.2 5555 [S.] ttl 63`,
  },
  {
    name: 'E2: ctstate DNAT is seen in FORWARD from the first packet, SNAT from the second',
    machine: appliance({
      rules4: {
        nat: [
          'PREROUTING -d 10.1.0.1 -p udp -j DNAT --to-destination 10.2.0.2',
          'POSTROUTING -j SNAT --to-source 10.2.0.99',
        ],
        filter: [
          'FORWARD -m conntrack --ctstate SNAT -j DROP',
          'FORWARD -m conntrack ! --ctstate DNAT -j DROP',
        ],
      },
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.1.0.1 53
      < eth1: udp 10.2.0.99 5555 > 10.2.0.2 53 ttl 63
      > eth0: udp 10.1.0.2 5555 > 10.1.0.1 53`,
  },
  {
    name: 'E3: REDIRECT goes to the first address of the interface, and the reply keeps the client’s view',
    machine: appliance({
      rules4: { nat: ['PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080'] },
    }),
    transcript: `
      > eth0: tcp 10.1.0.2 5555 > 10.2.0.2 80 [S]
      < local: tcp 10.1.0.2 5555 > 10.1.0.1 8080 [S]
      < eth0: tcp 10.2.0.2 80 > 10.1.0.2 5555 [R.]`,
  },
  {
    name: 'E3: DNAT to 127.0.0.1 is a martian',
    machine: appliance({ rules4: { nat: ['PREROUTING -p tcp -j DNAT --to-destination 127.0.0.1'] } }),
    transcript: `
      > eth0: tcp 10.1.0.2 5555 > 10.1.0.1 80 [S]`,
  },
  {
    name: 'E3: DNAT to 127.0.0.1 is served where route_localnet says so',
    machine: appliance({
      sysctl: { 'net.ipv4.conf.eth0.route_localnet': 1 },
      rules4: { nat: ['PREROUTING -p tcp -j DNAT --to-destination 127.0.0.1'] },
    }),
    transcript: `
      > eth0: tcp 10.1.0.2 5555 > 10.1.0.1 80 [S]
      < local: tcp 10.1.0.2 5555 > 127.0.0.1 80 [S]
      < eth0: tcp 10.1.0.1 80 > 10.1.0.2 5555 [R.]`,
  },
  {
    name: 'E8: a second client keeps its port towards another server, for the whole tuple must be unique',
    machine: appliance({ rules4: { nat: ['POSTROUTING -o eth1 -j MASQUERADE'] } }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53
      < eth1: udp 10.2.0.1 5555 > 10.2.0.2 53 ttl 63
      > eth0: udp 10.1.0.3 5555 > 10.2.0.3 53
      < eth1: udp 10.2.0.1 5555 > 10.2.0.3 53 ttl 63`,
  },
  {
    name: 'E10: an address of a range is chosen by the kernel’s hash of source and destination',
    machine: appliance({
      rules4: {
        nat: [
          'PREROUTING -d 10.1.0.1 -j DNAT --to-destination 10.2.0.20-10.2.0.24',
          'POSTROUTING -o eth1 -j SNAT --to-source 10.2.0.100-10.2.0.106',
        ],
      },
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.1.0.1 53
      < eth1: udp 10.2.0.103 5555 > 10.2.0.21 53 ttl 63`,
  },
  {
    name: 'E10b: ports of DNAT: inside the range kept, else its first; a base shifts; a port alone keeps the address',
    machine: appliance({
      rules4: {
        nat: [
          'PREROUTING -d 10.1.0.1 -p udp -j DNAT --to-destination 10.2.0.2:8000-8010',
          'PREROUTING -d 10.1.0.8 -p udp -j DNAT --to-destination 10.2.0.2:8000-8010/5000',
          'PREROUTING -d 10.2.0.9 -p udp -j DNAT --to-destination :8000',
        ],
      },
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.1.0.1 53
      < eth1: udp 10.1.0.2 5555 > 10.2.0.2 8000 ttl 63
      > eth0: udp 10.1.0.2 5556 > 10.1.0.1 8005
      < eth1: udp 10.1.0.2 5556 > 10.2.0.2 8005 ttl 63
      > eth0: udp 10.1.0.2 5557 > 10.1.0.8 5007
      < eth1: udp 10.1.0.2 5557 > 10.2.0.2 8007 ttl 63
      > eth0: udp 10.1.0.2 5558 > 10.2.0.9 53
      < eth1: udp 10.1.0.2 5558 > 10.2.0.9 8000 ttl 63`,
  },
  {
    name: 'E10b: NETMAP keeps the host’s bits',
    machine: appliance({ rules4: { nat: ['PREROUTING -d 10.77.0.0/24 -j NETMAP --to 10.2.0.0/24'] } }),
    transcript: `
      > eth0: icmp 10.1.0.2 > 10.77.0.23 8/0 id 5
      < eth1: icmp 10.1.0.2 > 10.2.0.23 8/0 id 5 ttl 63`,
  },
];
