/** The machine's own addresses and packets: who may use them, which are chosen. */
import { ADDRESSES, appliance, type Experiment } from './experiment.ts';

/** Addresses of a packet through eth0 that rp_filter is not asked about, and whether it goes through. */
const ODD_SOURCES: readonly (readonly [src: string, passes: boolean])[] = [
  ['10.2.0.1', false],
  ['127.0.0.1', false],
  ['224.0.0.5', false],
  ['255.255.255.255', false],
  ['0.0.0.0', false],
  ['240.0.0.1', true],
  ['0.1.2.3', true],
  ['169.254.7.7', true],
  ['10.2.0.77', true],
  ['10.1.0.255', true],
];

const through = (sources: typeof ODD_SOURCES): string =>
  sources
    .map(
      ([src, passes]) =>
        `> eth0: udp ${src} 5555 > 10.2.0.2 53${passes ? `\n< eth1: udp ${src} 5555 > 10.2.0.2 53 ttl 63` : ''}`,
    )
    .join('\n');

export const OWN: readonly Experiment[] = [
  {
    name: 'E15: own addresses, loopback, 0/8, multicast and broadcast are no sources, others are',
    machine: appliance(),
    transcript: through(ODD_SOURCES),
  },
  {
    name: 'E15b: with any rule of one’s own the sources that resolve to broadcast are refused too',
    machine: appliance({ rules: ['pref 100 from 192.0.2.1 lookup main'] }),
    transcript: through(ODD_SOURCES.map(([src, passes]) => [src, passes && src !== '10.1.0.255'])),
  },
  {
    name: 'E15: an own address is a source where accept_local says so',
    machine: appliance({ sysctl: { 'net.ipv4.conf.eth0.accept_local': 1 } }),
    transcript: through([['10.2.0.1', true]]),
  },
  {
    name: 'E15: the broadcast address of another interface is delivered, not forwarded',
    machine: appliance(),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.255 53
      < local: udp 10.1.0.2 5555 > 10.2.0.255 53`,
  },
  {
    name: 'E34: strict rp_filter is for what is delivered, too',
    machine: appliance({ sysctl: { 'net.ipv4.conf.all.rp_filter': 1 } }),
    transcript: `
      > eth0: udp 10.2.0.77 5555 > 10.1.0.1 53`,
  },
  {
    name: 'E44: of two host addresses MASQUERADE takes the first',
    machine: appliance({
      addresses: { ...ADDRESSES, eth1: ['10.30.0.1/32', '10.30.0.2/32'] },
      rules4: { nat: ['POSTROUTING -o eth1 -j MASQUERADE'] },
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.2.0.2 53
      < eth1: udp 10.30.0.1 5555 > 10.2.0.2 53 ttl 63`,
  },
  {
    name: 'E40: what a redirected port answers is seen untranslated in OUTPUT and in mangle POSTROUTING',
    machine: appliance({
      rules4: {
        nat: ['PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080'],
        filter: [':OUTPUT DROP', 'OUTPUT -s 10.1.0.1 -p tcp -m tcp --sport 8080 -j ACCEPT'],
        mangle: [':POSTROUTING DROP', 'POSTROUTING -s 10.1.0.1 -p tcp -m tcp --sport 8080 -j ACCEPT'],
      },
    }),
    transcript: `
      > eth0: tcp 10.1.0.2 5555 > 10.2.0.2 80 [S]
      < local: tcp 10.1.0.2 5555 > 10.1.0.1 8080 [S]
      < eth0: tcp 10.2.0.2 80 > 10.1.0.2 5555 [R.]`,
  },
  {
    name: 'E4b: without a rule that needs connection tracking the nat table is not walked',
    machine: appliance({
      rules4: { nat: ['PREROUTING -j MARK --set-mark 0x1'], filter: ['OUTPUT -j DROP'] },
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.1.0.1 53
      < local: udp 10.1.0.2 5555 > 10.1.0.1 53`,
  },
  {
    name: 'E4b: any rule that needs connection tracking has the nat table walked',
    machine: appliance({
      rules4: {
        nat: ['PREROUTING -j MARK --set-mark 0x1'],
        filter: ['OUTPUT -j DROP', 'FORWARD -m conntrack --ctstate NEW'],
      },
    }),
    transcript: `
      > eth0: udp 10.1.0.2 5555 > 10.1.0.1 53
      < local: udp 10.1.0.2 5555 > 10.1.0.1 53 mark 0x1`,
  },
  {
    name: 'E20: a client and a server on one side need both ends translated',
    machine: appliance({
      rules4: {
        nat: [
          'PREROUTING -d 10.1.0.1 -p tcp -j DNAT --to-destination 10.1.0.3',
          'POSTROUTING -s 10.1.0.0/24 -d 10.1.0.3 -j MASQUERADE',
        ],
      },
    }),
    transcript: `
      > eth0: tcp 10.1.0.2 5555 > 10.1.0.1 80 [S]
      < eth0: tcp 10.1.0.1 5555 > 10.1.0.3 80 [S] ttl 63
      > eth0: tcp 10.1.0.3 80 > 10.1.0.1 5555 [S.]
      < eth0: tcp 10.1.0.1 80 > 10.1.0.2 5555 [S.] ttl 63`,
  },
];
