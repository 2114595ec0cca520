import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../value/address.ts';
import { formatPrefix } from '../../value/prefix.ts';
import type { LinuxRoute, NextHop } from './route.ts';
import { readRoutes } from './route-text.ts';

const AT = '/machines/nva1/linux/routes';

const hop = ({ via, dev, weight, isOnlink, isLinkDown, isDead }: NextHop): readonly string[] => [
  via === undefined ? '' : `via ${formatAddress(via)}`,
  dev === undefined ? '' : `dev ${dev}`,
  weight === undefined ? '' : `weight ${weight}`,
  isOnlink ? 'onlink' : '',
  isLinkDown ? 'linkdown' : '',
  isDead ? 'dead' : '',
];

/** The route as one line, so that a case is one line. */
const print = (route: LinuxRoute): string =>
  [
    route.type,
    formatPrefix(route.prefix),
    route.tos === undefined ? '' : `tos 0x${route.tos.toString(16)}`,
    ...hop(route),
    route.src === undefined ? '' : `src ${formatAddress(route.src)}`,
    route.metric === 0 ? '' : `metric ${route.metric}`,
    route.mtu === undefined ? '' : `mtu ${route.mtu}`,
    route.table === 'main' ? '' : `table ${route.table}`,
    ...(route.nextHops ?? []).flatMap((one) => ['nexthop', ...hop(one)]),
  ]
    .filter((part) => part !== '')
    .join(' ');

describe('when a route is printed by ip route or written for ip route add, then it is read', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['10.0.1.0/24 dev eth0 scope link src 10.0.1.4', 'unicast 10.0.1.0/24 dev eth0 src 10.0.1.4'],
    ['default via 10.0.1.1 dev eth0', 'unicast 0.0.0.0/0 via 10.0.1.1 dev eth0'],
    [
      'default via 10.0.1.1 dev eth0 proto dhcp src 10.0.1.4 metric 100',
      'unicast 0.0.0.0/0 via 10.0.1.1 dev eth0 src 10.0.1.4 metric 100',
    ],
    [
      'default via fe80::1 dev eth0 proto ra metric 1024 pref medium',
      'unicast ::/0 via fe80::1 dev eth0 metric 1024',
    ],
    ['10.9.0.0/16 via inet6 fe80::1 dev eth0', 'unicast 10.9.0.0/16 via fe80::1 dev eth0'],
    ['10.2.3.4 via 10.0.1.9', 'unicast 10.2.3.4/32 via 10.0.1.9'],
    ['blackhole 10.7.0.0/16', 'blackhole 10.7.0.0/16'],
    ['unreachable 10.7.0.0/16 metric 4278198272 error -113', 'unreachable 10.7.0.0/16 metric 4278198272'],
    ['prohibit default', 'prohibit 0.0.0.0/0'],
    ['ip route add 10.7.0.0/16 via 10.0.1.9 table 100', 'unicast 10.7.0.0/16 via 10.0.1.9 table 100'],
    [
      '10.7.0.0/16  via 10.0.1.9  dev eth0  onlink linkdown',
      'unicast 10.7.0.0/16 via 10.0.1.9 dev eth0 onlink linkdown',
    ],
    ['10.7.0.0/16 dev eth0 dead linkdown', 'unicast 10.7.0.0/16 dev eth0 linkdown dead'],
    ['10.7/16 dev eth0', 'unicast 10.7.0.0/16 dev eth0'],
    ['10.7.0.0/16 tos 0x10 dev eth0', 'unicast 10.7.0.0/16 tos 0x10 dev eth0'],
    ['10.7.0.0/16 tos 10 dev eth0', 'unicast 10.7.0.0/16 tos 0x10 dev eth0'],
    ['10.7.0.0/16 tos CS1 dev eth0', 'unicast 10.7.0.0/16 tos 0x20 dev eth0'],
    ['10.7.0.0/16 dev eth0 mtu lock 1400 advmss lock 1360', 'unicast 10.7.0.0/16 dev eth0 mtu 1400'],
    ['default nhid 10 via 10.0.1.1 dev eth0', 'unicast 0.0.0.0/0 via 10.0.1.1 dev eth0'],
    ['throw 10.7.0.0/16', 'throw 10.7.0.0/16'],
    ['broadcast 10.0.1.255 dev eth0', 'broadcast 10.0.1.255/32 dev eth0 table local'],
    ['local 10.100.0.0/24 dev lo', 'local 10.100.0.0/24 dev lo table local'],
    ['ip -6 route add default dev tun0', 'unicast ::/0 dev tun0 metric 1024'],
    ['default dev tun0 metric 1024 pref medium', 'unicast ::/0 dev tun0 metric 1024'],
    [
      'default proto static\n\tnexthop via 10.0.1.1 dev eth0 weight 1\n\tnexthop via 10.0.2.1 dev eth1 weight 3',
      'unicast 0.0.0.0/0 nexthop via 10.0.1.1 dev eth0 weight 1 nexthop via 10.0.2.1 dev eth1 weight 3',
    ],
    [
      'default \\\tnexthop via 10.0.1.1 dev eth0 weight 1 \\\tnexthop dev eth1 weight 1 dead',
      'unicast 0.0.0.0/0 nexthop via 10.0.1.1 dev eth0 weight 1 nexthop dev eth1 weight 1 dead',
    ],
    [
      '10.2.0.9 via 10.0.1.1 dev eth0 src 10.0.1.4 uid 0\n    cache expires 544sec mtu 1400',
      'unicast 10.2.0.9/32 via 10.0.1.1 dev eth0 src 10.0.1.4',
    ],
    [
      'local 10.0.1.4 dev eth0 table local proto kernel scope host src 10.0.1.4',
      'local 10.0.1.4/32 dev eth0 src 10.0.1.4 table local',
    ],
    ['10.7.0.0/16 dev eth0 table 254', 'unicast 10.7.0.0/16 dev eth0'],
  ];
  it.each(cases)('%s', (text, expected) => {
    const { routes, problems } = readRoutes(text, AT);
    expect(problems).toEqual([]);
    expect(routes.map(print)).toEqual([expected]);
  });
});

describe('when a line is no route, then it is named with its line and what is wrong', () => {
  const cases: readonly (readonly [string, number, RegExp])[] = [
    ['10.0.1.0/24', 1, /neither "via" nor "dev"/],
    ['10.0.1.4/24 dev eth0', 1, /host bits/],
    ['nowhere dev eth0', 1, /"nowhere" is not a prefix/],
    ['default via 10.0.1 dev eth0', 13, /"10\.0\.1" after "via" is not an IP address/],
    ['default via', 9, /"via" has no value/],
    ['default dev eth0 metric x', 25, /"x" after "metric" is not a number/],
    ['default dev eth0 colour red', 18, /"colour" is not a word of ip route/],
    ['nat 10.0.0.0/8 via 10.0.1.1', 1, /no routes of type nat/],
    ['10.0.0.0/8 encap mpls 100 via 10.0.1.1', 12, /"encap" decides where packets go/],
    ['default nhid 10', 1, /next hop object by its number alone/],
    ['default dev eth0 table 0', 24, /"0" names no routing table/],
    ['default dev eth0 tos zz', 22, /"zz" is not a TOS octet/],
    ['10.0.0.0/8 dev eth0 src fd00::1', 1, /source of the other family/],
  ];
  it.each(cases)('%s', (text, column, expected) => {
    const { routes, problems } = readRoutes(`# table\n\n${text}\n`, AT);
    expect(routes).toEqual([]);
    const [problem] = problems;
    expect(problem).toMatchObject({ line: 3, column, message: expect.stringMatching(expected) as string });
  });
});

it('when lines are read, then each route cites its own', () => {
  const { routes } = readRoutes('default via 10.0.1.1 dev eth0\n\n10.2.0.0/16 dev eth0 # far\n', AT);
  expect(routes.map((route) => route.at)).toEqual([`${AT}#1`, `${AT}#3`]);
});

it('when text is anything at all, then reading it never throws', () => {
  const word = fc.constantFrom(
    'default',
    'via',
    'dev',
    'src',
    'table',
    'metric',
    'blackhole',
    '10.0.0.0/8',
    '10.1',
    'eth0',
    '::/0',
    '-1',
    '',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word).map((words) => words.join(' ')),
      ),
      (text) => {
        expect(() => readRoutes(text, AT)).not.toThrow();
      },
    ),
  );
});
