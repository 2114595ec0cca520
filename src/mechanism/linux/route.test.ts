import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../value/address.ts';
import { formatPrefix } from '../../value/prefix.ts';
import { readRoutes, type LinuxRoute } from './route.ts';

const AT = '/machines/nva1/linux/routes';

/** The route as one line, so that a case is one line. */
const print = (route: LinuxRoute): string =>
  [
    route.type,
    formatPrefix(route.prefix),
    route.via === undefined ? '' : `via ${formatAddress(route.via)}`,
    route.dev === undefined ? '' : `dev ${route.dev}`,
    route.src === undefined ? '' : `src ${formatAddress(route.src)}`,
    route.metric === 0 ? '' : `metric ${route.metric}`,
    route.table === 'main' ? '' : `table ${route.table}`,
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
    ['10.7.0.0/16  via 10.0.1.9  dev eth0  onlink linkdown', 'unicast 10.7.0.0/16 via 10.0.1.9 dev eth0'],
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
  const cases: readonly (readonly [string, RegExp])[] = [
    ['10.0.1.0/24', /neither "via" nor "dev"/],
    ['10.0.1.4/24 dev eth0', /host bits/],
    ['nowhere dev eth0', /"nowhere" is not a prefix/],
    ['default via 10.0.1 dev eth0', /"10\.0\.1" after "via" is not an IP address/],
    ['default via', /"via" has no value/],
    ['default dev eth0 metric x', /"metric x" is not understood/],
    ['default dev eth0 colour red', /"colour red" is not understood/],
  ];
  it.each(cases)('%s', (text, expected) => {
    const { routes, problems } = readRoutes(`# table\n\n${text}\n`, AT);
    expect(routes).toEqual([]);
    expect(problems).toEqual([{ line: 3, message: expect.stringMatching(expected) as string }]);
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
