import { describe, expect, it } from 'vitest';
import { familyOf, formatAddress, parseAddress } from '../../value/address.ts';
import { formatPrefix } from '../../value/prefix.ts';
import { constant } from '../../value/term.ts';
import { concretely } from '../../walk/concrete.ts';
import { programmed, readPolicyRules } from './policy-rule-text.ts';
import { readRoutes } from './route-text.ts';
import { routing, type Found, type RouteQuery } from './routing.ts';

const ask = concretely();
const at = (text: string) => constant(parseAddress(text)!);

interface Packet {
  readonly src?: string;
  readonly iif?: string;
  readonly mark?: number;
  readonly tos?: number;
  readonly proto?: number;
  readonly sport?: number;
  readonly dport?: number;
}

function query(dst: string, packet: Packet = {}): RouteQuery {
  const { src = dst.includes(':') ? '::' : '0.0.0.0', iif = 'eth0', mark = 0, tos = 0 } = packet;
  const { proto = 6, sport = 0, dport = 0 } = packet;
  return {
    family: familyOf(parseAddress(dst)!),
    dst: at(dst),
    flow: {
      proto: constant(proto),
      src: at(src),
      dst: at(dst),
      sport: constant(sport),
      dport: constant(dport),
    },
    dscp: constant(tos >> 2),
    iif,
    mark: constant(mark),
  };
}

const print = ({ route, rule }: Found): string => {
  if (!route) return rule ? `rule ${rule.preference}` : 'none';
  const via = route.via === undefined ? '' : ` via ${formatAddress(route.via)}`;
  return `${route.type} ${formatPrefix(route.prefix)}${via}`;
};

describe('when a machine has the kernel’s own rules', () => {
  const TEXT = `
default via 10.0.1.1 dev eth0
10.0.1.0/24 dev eth0
10.0.0.0/8 via 10.0.1.7 dev eth0 metric 20
10.0.0.0/8 via 10.0.1.8 dev eth0 metric 10
10.0.0.0/8 via 10.0.1.9 dev eth0 metric 10
10.0.0.0/8 tos 0x10 via 10.0.1.10 dev eth0 metric 99
10.77.0.0/16 tos 0x08 via 10.0.1.11 dev eth0
blackhole 10.66.0.0/16
throw 10.55.0.0/16
10.55.0.0/16 via 10.0.1.12 dev eth0 table default
10.0.1.99 via 10.0.1.2 dev eth0 table 100
default via fd00::1 dev eth0
local 10.0.1.4 dev eth0
`;
  const table = routing({ routes: readRoutes(TEXT, '/at').routes });
  const cases: readonly (readonly [string, Packet, string, string])[] = [
    ['10.0.1.9', {}, 'unicast 10.0.1.0/24', 'the longest prefix wins'],
    ['10.5.0.1', {}, 'unicast 10.0.0.0/8 via 10.0.1.8', 'then the lowest metric, then the first'],
    ['10.5.0.1', { tos: 0x10 }, 'unicast 10.0.0.0/8 via 10.0.1.10', 'a TOS that fits goes before metrics'],
    ['10.5.0.1', { tos: 0xf0 }, 'unicast 10.0.0.0/8 via 10.0.1.10', 'of a TOS the bits 0x1c count'],
    ['10.77.0.1', {}, 'unicast 10.0.0.0/8 via 10.0.1.8', 'a TOS that does not fit leaves a shorter prefix'],
    ['10.66.1.1', {}, 'blackhole 10.66.0.0/16', 'a blackhole is a route like others'],
    ['10.55.1.1', {}, 'unicast 10.55.0.0/16 via 10.0.1.12', 'throw ends the search in its table only'],
    ['10.0.1.4', {}, 'local 10.0.1.4/32', 'an own address comes first'],
    ['10.0.1.99', {}, 'unicast 10.0.1.0/24', 'other tables are not asked'],
    ['192.0.2.1', {}, 'unicast 0.0.0.0/0 via 10.0.1.1', 'the default takes the rest'],
    ['fd00::2', {}, 'unicast ::/0 via fd00::1', 'IPv6 by the same path'],
  ];
  it.each(cases)('%s %o -> %s: %s', (destination, packet, expected) => {
    expect(print(table.lookup(query(destination, packet), ask))).toBe(expected);
  });

  it('when a route won, then the losers are named with their reasons, the nearest first', () => {
    const asked = query('10.5.0.1');
    const { route } = table.lookup(asked, ask);
    const losers = table
      .rejected('main', asked, route, ask)
      .map(({ route: lost, why }) => `${formatPrefix(lost.prefix)} ${lost.nextHop ?? ''} ${why}`);
    expect(losers).toEqual([
      '10.0.0.0/8 10.0.1.10 other-tos',
      '10.0.0.0/8 10.0.1.9 later-route',
      '10.0.0.0/8 10.0.1.7 higher-metric',
      '0.0.0.0/0 10.0.1.1 shorter-prefix',
    ]);
  });

  it('when no route holds the destination, then there is none', () => {
    const lonely = routing({ routes: readRoutes('10.0.1.0/24 dev eth0', '/at').routes });
    expect(print(lonely.lookup(query('10.0.2.1'), ask))).toBe('none');
    expect(lonely.isLocal(at('10.0.1.1'), ask)).toBe(false);
  });
});

describe('when a machine has rules, then the first that gives a route or refuses decides', () => {
  const ROUTES = `
default via 10.0.1.1 dev eth0
10.0.1.0/24 dev eth0
10.9.0.0/16 via 10.0.1.2 dev eth0
default via 10.0.2.1 dev eth1 table 100
throw 10.9.0.0/16 table 100
default via 10.0.2.2 dev eth1 table 200
default via 10.0.2.3 dev eth1 table vpn
unreachable 10.8.0.0/16 table 100
`;
  const cases: readonly (readonly [string, string, Packet, string])[] = [
    ['fwmark 0x1 lookup 100', '192.0.2.1', {}, 'unicast 0.0.0.0/0 via 10.0.1.1'],
    ['fwmark 0x1 lookup 100', '192.0.2.1', { mark: 1 }, 'unicast 0.0.0.0/0 via 10.0.2.1'],
    ['fwmark 0x1 lookup 100', '192.0.2.1', { mark: 0x101 }, 'unicast 0.0.0.0/0 via 10.0.1.1'],
    ['fwmark 0x2/0xf lookup 100', '192.0.2.1', { mark: 0x12 }, 'unicast 0.0.0.0/0 via 10.0.2.1'],
    ['fwmark 0x2/0xf lookup 100', '192.0.2.1', { mark: 0x13 }, 'unicast 0.0.0.0/0 via 10.0.1.1'],
    ['fwmark 0 lookup 100', '192.0.2.1', { mark: 5 }, 'unicast 0.0.0.0/0 via 10.0.2.1'],
    ['lookup 100', '10.9.1.1', {}, 'unicast 10.9.0.0/16 via 10.0.1.2'],
    ['lookup 100', '10.8.1.1', {}, 'unreachable 10.8.0.0/16'],
    ['lookup vpn', '10.8.1.1', {}, 'unicast 0.0.0.0/0 via 10.0.2.3'],
    ['lookup 4711', '192.0.2.1', {}, 'unicast 0.0.0.0/0 via 10.0.1.1'],
    ['from 10.1.0.0/16 lookup 100', '192.0.2.1', { src: '10.1.9.9' }, 'unicast 0.0.0.0/0 via 10.0.2.1'],
    ['not from 10.1.0.0/16 lookup 100', '192.0.2.1', { src: '10.1.9.9' }, 'unicast 0.0.0.0/0 via 10.0.1.1'],
    ['not from 10.1.0.0/16 lookup 100', '192.0.2.1', {}, 'unicast 0.0.0.0/0 via 10.0.2.1'],
    ['from all to 192.0.2.0/24 prohibit', '192.0.2.1', {}, 'rule 32765'],
    ['pref 5 iif eth0 blackhole', '192.0.2.1', {}, 'rule 5'],
    ['pref 5 iif eth0 blackhole', '192.0.2.1', { iif: 'eth1' }, 'unicast 0.0.0.0/0 via 10.0.1.1'],
    ['iif eth9 [detached] unreachable', '192.0.2.1', {}, 'unicast 0.0.0.0/0 via 10.0.1.1'],
    ['oif eth1 lookup 100', '192.0.2.1', {}, 'unicast 0.0.0.0/0 via 10.0.1.1'],
    ['iif lo lookup 100', '192.0.2.1', { iif: 'lo' }, 'unicast 0.0.0.0/0 via 10.0.2.1'],
    ['tos 0x10 lookup 100', '192.0.2.1', { tos: 0x10 }, 'unicast 0.0.0.0/0 via 10.0.2.1'],
    ['tos 0x10 lookup 100', '192.0.2.1', { tos: 0x08 }, 'unicast 0.0.0.0/0 via 10.0.1.1'],
    ['dscp 46 lookup 100', '192.0.2.1', { tos: 0xb8 }, 'unicast 0.0.0.0/0 via 10.0.2.1'],
    ['dscp EF lookup 100', '192.0.2.1', { tos: 0xb8 }, 'unicast 0.0.0.0/0 via 10.0.2.1'],
    ['ipproto tcp dport 80-90 lookup 100', '192.0.2.1', { dport: 85 }, 'unicast 0.0.0.0/0 via 10.0.2.1'],
    ['ipproto tcp dport 80-90 lookup 100', '192.0.2.1', { dport: 91 }, 'unicast 0.0.0.0/0 via 10.0.1.1'],
    ['ipproto udp lookup 100', '192.0.2.1', {}, 'unicast 0.0.0.0/0 via 10.0.1.1'],
    ['sport 53 lookup 100', '192.0.2.1', { sport: 53 }, 'unicast 0.0.0.0/0 via 10.0.2.1'],
    ['lookup [l3mdev-table]', '192.0.2.1', {}, 'unicast 0.0.0.0/0 via 10.0.1.1'],
    [
      '10: lookup main suppress_prefixlength 0\n20: lookup 100',
      '192.0.2.1',
      {},
      'unicast 0.0.0.0/0 via 10.0.2.1',
    ],
    ['10: lookup main suppress_prefixlength 0\n20: lookup 100', '10.0.1.7', {}, 'unicast 10.0.1.0/24'],
    ['10: lookup 200 suppress_ifgroup default', '192.0.2.1', {}, 'unicast 0.0.0.0/0 via 10.0.1.1'],
    ['10: goto 30\n20: lookup 100\n30: lookup 200', '192.0.2.1', {}, 'unicast 0.0.0.0/0 via 10.0.2.2'],
    ['10: goto 25 [unresolved]\n20: lookup 100', '192.0.2.1', {}, 'unicast 0.0.0.0/0 via 10.0.2.1'],
    ['10: nop\n20: lookup 100', '192.0.2.1', {}, 'unicast 0.0.0.0/0 via 10.0.2.1'],
    ['add lookup 100\nadd lookup 200', '192.0.2.1', {}, 'unicast 0.0.0.0/0 via 10.0.2.2'],
    ['32766: from all lookup main', '192.0.2.1', {}, 'unicast 0.0.0.0/0 via 10.0.1.1'],
    ['32767: from all lookup default', '192.0.2.1', {}, 'none'],
  ];
  it.each(cases)('%s: %s %o -> %s', (text, destination, packet, expected) => {
    const { rules, problems } = readPolicyRules(text, '/rules');
    expect(problems).toEqual([]);
    const table = routing({
      routes: readRoutes(ROUTES, '/routes').routes,
      rules: { 4: programmed(rules, 4) },
    });
    expect(print(table.lookup(query(destination, packet), ask))).toBe(expected);
  });
});

describe('when a rule is not one, then it is named with its place', () => {
  const cases: readonly (readonly [string, number, RegExp])[] = [
    ['from 10.0.0.0/8 lokup 100', 17, /"lokup" is not a word of ip rule/],
    ['from 10.0.0.1/8 lookup 100', 6, /host bits/],
    ['from fd00::/8 to 10.0.0.0/8 lookup 100', 18, /not an IPv6 prefix/],
    ['fwmark 0x1/zz lookup 100', 8, /not a mark/],
    ['dport 90-80 lookup 100', 7, /not a number or range/],
    ['ipproto ftp lookup 100', 9, /not an IP protocol/],
    ['pref 100 goto 50', 10, /not behind it/],
    ['lookup', 1, /has no value/],
    ['nat 10.0.0.1', 1, /no rules of type nat/],
  ];
  it.each(cases)('%s', (text, column, expected) => {
    const { problems } = readPolicyRules(`\n${text}`, '/rules');
    expect(problems).toMatchObject([{ line: 2, column, message: expect.stringMatching(expected) as string }]);
  });
});

it('when only one interface is asked for, then routes by others do not count', () => {
  const table = routing({
    routes: readRoutes('fe80::/64 dev eth0 metric 256\nfe80::/64 dev eth1 metric 256', '/at').routes,
  });
  const found = table.lookup({ ...query('fe80::9'), oif: 'eth1' }, ask);
  expect(found.route?.dev).toBe('eth1');
});
