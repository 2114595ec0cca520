import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress } from '../../value/address.ts';
import { formatPrefix } from '../../value/prefix.ts';
import { constant } from '../../value/term.ts';
import { concretely } from '../../walk/concrete.ts';
import { localRoute, readRoutes } from './route.ts';
import { routing } from './routing.ts';

const ask = concretely();
const at = (text: string) => constant(parseAddress(text)!);
const TEXT = `
default via 10.0.1.1 dev eth0
10.0.1.0/24 dev eth0
10.0.0.0/8 via 10.0.1.7 dev eth0 metric 20
10.0.0.0/8 via 10.0.1.8 dev eth0 metric 10
10.0.0.0/8 via 10.0.1.9 dev eth0 metric 10
blackhole 10.66.0.0/16
10.0.1.99 via 10.0.1.2 dev eth0 table 100
default via fd00::1 dev eth0
`;
const table = routing([
  localRoute(parseAddress('10.0.1.4')!, 'eth0', '/at'),
  ...readRoutes(TEXT, '/at').routes,
]);

describe('when a destination is looked up, then the kernel’s choice is made', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['10.0.1.9', 'unicast 10.0.1.0/24', 'the longest prefix wins'],
    [
      '10.5.0.1',
      'unicast 10.0.0.0/8 via 10.0.1.8',
      'of equal prefixes the lowest metric wins, then the first',
    ],
    ['10.66.1.1', 'blackhole 10.66.0.0/16', 'a blackhole is a route like others'],
    ['10.0.1.4', 'local 10.0.1.4/32', 'an own address comes first'],
    ['10.0.1.99', 'unicast 10.0.1.0/24', 'other tables are not asked'],
    ['192.0.2.1', 'unicast 0.0.0.0/0 via 10.0.1.1', 'the default takes the rest'],
    ['fd00::2', 'unicast ::/0 via fd00::1', 'IPv6 by the same path'],
  ];
  it.each(cases)('%s -> %s: %s', (destination, expected) => {
    const route = table.lookup(at(destination), ask)!;
    const via = route.via === undefined ? '' : ` via ${formatAddress(route.via)}`;
    expect(`${route.type} ${formatPrefix(route.prefix)}${via}`).toBe(expected);
  });
});

it('when a route won, then the losers are named with their reasons, the nearest first', () => {
  const losers = table
    .rejected(at('10.5.0.1'), ask)
    .map(({ route, why }) => `${formatPrefix(route.prefix)} ${route.nextHop ?? ''} ${why}`);
  expect(losers).toEqual([
    '10.0.0.0/8 10.0.1.9 later-route',
    '10.0.0.0/8 10.0.1.7 higher-metric',
    '0.0.0.0/0 10.0.1.1 shorter-prefix',
  ]);
});

it('when no route holds the destination, then there is none', () => {
  const lonely = routing(readRoutes('10.0.1.0/24 dev eth0', '/at').routes);
  expect(lonely.lookup(at('10.0.2.1'), ask)).toBeUndefined();
  expect(lonely.isLocal(at('10.0.1.1'), ask)).toBe(false);
});
