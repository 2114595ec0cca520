/** What programs on the machine send. */
import { appliance, type Experiment } from './experiment.ts';

export const OUTPUT: readonly Experiment[] = [
  {
    name: 'E17: a mark in mangle OUTPUT routes again, with the source that was chosen',
    machine: appliance({
      routes: ['default via 10.2.0.254 dev eth1', 'default via 10.4.0.254 dev eth2 table 100'],
      rules: ['pref 100 fwmark 0x1 lookup 100'],
      rules4: {
        mangle: ['OUTPUT -p udp -j MARK --set-mark 0x1', 'POSTROUTING -o eth1 -j DROP'],
        filter: [':OUTPUT DROP', 'OUTPUT -o eth1 -j ACCEPT'],
      },
    }),
    transcript: `
      > local: udp 10.2.0.1 5555 > 192.0.2.7 53
      < eth2: udp 10.2.0.1 5555 > 192.0.2.7 53`,
  },
  {
    name: 'E17: a program of the machine does not see DNAT of PREROUTING, it sees that of OUTPUT',
    machine: appliance({
      rules4: {
        nat: [
          'PREROUTING -d 10.2.0.99 -j DNAT --to-destination 10.4.0.2',
          'OUTPUT -d 10.2.0.98 -j DNAT --to-destination 10.4.0.2',
        ],
      },
    }),
    transcript: `
      > local: udp 10.2.0.1 5555 > 10.2.0.99 53
      < eth1: udp 10.2.0.1 5555 > 10.2.0.99 53
      > local: udp 10.2.0.1 5555 > 10.2.0.98 53
      < eth2: udp 10.2.0.1 5555 > 10.4.0.2 53`,
  },
  {
    name: '3.2: to itself the machine sends through OUTPUT, POSTROUTING, PREROUTING and INPUT, by lo',
    machine: appliance({
      rules4: {
        nat: [
          'OUTPUT -d 10.2.0.1 -p udp -j DNAT --to-destination 10.4.0.1',
          'PREROUTING -i lo -j DNAT --to-destination 10.1.0.1',
        ],
        filter: [
          ':OUTPUT DROP',
          'OUTPUT -o lo -p udp -j ACCEPT',
          ':INPUT DROP',
          'INPUT -i lo -d 10.4.0.1 -j ACCEPT',
        ],
      },
    }),
    transcript: `
      > local: udp 10.1.0.1 5555 > 10.2.0.1 53
      < local: udp 10.1.0.1 5555 > 10.4.0.1 53`,
  },
  {
    name: 'E39: a socket that is bound to its address is routed by it',
    machine: appliance({
      routes: ['default via 10.4.0.254 dev eth2 table 200', 'default via 10.2.0.254 dev eth1'],
      rules: ['pref 100 from 10.2.0.1 lookup 200'],
    }),
    transcript: `
      > local: udp 10.2.0.1 5555 > 192.0.2.7 53
      < eth2: udp 10.2.0.1 5555 > 192.0.2.7 53
      > local: tcp 10.2.0.1 5555 > 192.0.2.7 80 [S]
      < eth2: tcp 10.2.0.1 5555 > 192.0.2.7 80 [S]
      > local: tcp 10.1.0.1 5555 > 192.0.2.7 80 [S]
      < eth1: tcp 10.1.0.1 5555 > 192.0.2.7 80 [S]`,
  },
];
