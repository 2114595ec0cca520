import { describe, expect, test } from 'vitest';
import type { SecurityRule } from '../kinds/declarations.ts';
import type { Direction } from '../mechanism/security-group.ts';
import { setOf, single } from '../value/integer-set.ts';
import { prefix } from '../value/prefix.ts';
import { declarationsOf } from './declarations.fixture.ts';
import { any, decide, net, rule, sketch, tag } from './security-groups.fixture.ts';
import { programmedGroup } from './security-groups.ts';

describe('default rules', () => {
  test.each<[string, Direction, string, string]>([
    ['hub/a', 'Inbound', '10.1.0.4 > 10.0.0.4 tcp/22', 'Allow AllowVnetInBound'],
    ['hub/a', 'Inbound', '10.3.0.4 > 10.0.0.4 udp/53', 'Allow AllowVnetInBound'],
    ['hub/a', 'Inbound', '10.0.0.5 > 10.0.0.4 icmp', 'Allow AllowVnetInBound'],
    ['hub/a', 'Inbound', 'fd00:a::5 > fd00:a::4 icmpv6', 'Allow AllowVnetInBound'],
    ['spoke/a', 'Inbound', '10.3.0.4 > 10.1.0.4 tcp/22', 'Allow AllowVnetInBound'],
    ['hub/a', 'Inbound', '168.63.129.16 > 10.0.0.4 tcp/22', 'Allow AllowVnetInBound'],
    ['hub/a', 'Inbound', '168.63.129.16 > 192.0.2.1 tcp/22', 'Allow AllowAzureLoadBalancerInBound'],
    ['hub/a', 'Inbound', '8.8.8.8 > 10.0.0.4 tcp/22', 'Deny DenyAllInBound filter-default-policy nowhere'],
    ['hub/a', 'Inbound', '10.2.0.4 > 10.0.0.4 tcp/22', 'Deny DenyAllInBound filter-default-policy nowhere'],
    ['hub/a', 'Inbound', '10.4.0.4 > 10.0.0.4 tcp/22', 'Deny DenyAllInBound filter-default-policy nowhere'],
    ['hub/a', 'Outbound', '10.0.0.4 > 10.3.0.4 tcp/22', 'Allow AllowVnetOutBound'],
    ['hub/a', 'Outbound', '10.0.0.4 > 13.107.21.200 tcp/80', 'Allow AllowInternetOutBound'],
    [
      'hub/a',
      'Outbound',
      '10.0.0.4 > 172.31.0.100 tcp/80',
      'Deny DenyAllOutBound filter-default-policy nowhere',
    ],
    [
      'hub/a',
      'Inbound',
      '172.31.0.100 > 10.0.0.4 tcp/80',
      'Deny DenyAllInBound filter-default-policy nowhere',
    ],
    ['hub/a', 'Outbound', 'fd00:a::4 > 2001:db8::1 tcp/80', 'Allow AllowInternetOutBound'],
    [
      'hub/a',
      'Outbound',
      'fd00:a::4 > fd00:9::1 tcp/80',
      'Deny DenyAllOutBound filter-default-policy nowhere',
    ],
    [
      'spoke/a',
      'Outbound',
      '10.1.0.4 > 10.2.0.4 tcp/80',
      'Deny DenyAllOutBound filter-default-policy nowhere',
    ],
  ])('when at %s %s comes %s then: %s', (subnet, direction, packet, expected) => {
    expect(decide(sketch(), subnet, direction, packet).said).toBe(expected);
  });
});

describe('an appliance in transit to the Internet', () => {
  const transit = '10.1.0.4 > 8.8.8.8 tcp/443';
  const fromVnet = rule('transit', 100, { source: tag('VirtualNetwork') });

  test('when its NIC has the default rules only then they drop it', () => {
    expect(decide(sketch(), 'hub/a', 'Inbound', transit).said).toBe(
      'Deny DenyAllInBound filter-default-policy nowhere',
    );
  });

  test('when a rule allows VirtualNetwork to anywhere then it passes', () => {
    expect(decide(sketch([fromVnet]), 'hub/a', 'Inbound', transit).said).toBe('Allow transit');
  });

  test('when the subnet has a user default route then VirtualNetwork holds all and it passes', () => {
    expect(decide(sketch(), 'hub/b', 'Inbound', transit).said).toBe('Allow AllowVnetInBound');
  });

  test('when the subnet has a user default route then sources on the Internet pass too', () => {
    expect(decide(sketch(), 'hub/b', 'Inbound', '8.8.8.8 > 10.0.1.4 tcp/22').said).toBe(
      'Allow AllowVnetInBound',
    );
    const denied = rule('no-internet', 100, { access: 'Deny', source: tag('Internet') });
    expect(decide(sketch([denied]), 'hub/b', 'Inbound', '8.8.8.8 > 10.0.1.4 tcp/22').said).toBe(
      'Deny no-internet filter-denied /networkSecurityGroups/nsg/no-internet',
    );
  });
});

test('when a deny-all comes first then the probe of the load balancer is denied', () => {
  const denyAll = rule('deny_all_in', 100, { access: 'Deny' });
  expect(decide(sketch([denyAll]), 'hub/a', 'Inbound', '168.63.129.16 > 10.0.0.4 tcp/22').said).toBe(
    'Deny deny_all_in filter-denied /networkSecurityGroups/nsg/deny_all_in',
  );
});

describe('a rule', () => {
  const ssh = { protocols: single(6), destinationPorts: single(22) };

  test('when two rules match then the lower priority number decides, in whatever order they stand', () => {
    const rules = [rule('allow', 300, ssh), rule('deny', 200, { ...ssh, access: 'Deny' })];
    expect(decide(sketch(rules), 'hub/a', 'Inbound', '8.8.8.8 > 10.0.0.4 tcp/22').said).toContain(
      'Deny deny filter-denied',
    );
  });

  test('when it is for the other direction then it is not asked', () => {
    const rules = [rule('out', 100, { direction: 'Outbound', access: 'Deny' })];
    expect(decide(sketch(rules), 'hub/a', 'Inbound', '10.1.0.4 > 10.0.0.4 tcp/22').said).toBe(
      'Allow AllowVnetInBound',
    );
  });

  test.each([
    ['a service tag', { source: tag('Storage') }, '52.239.1.1 > 10.0.0.8 tcp/22', true],
    ['a tag that nobody states', { source: tag('Sql') }, '52.239.1.1 > 10.0.0.8 tcp/22', false],
    [
      'an application security group',
      { destination: { ...any, groups: ['web'] } },
      '8.8.8.8 > 10.0.0.8 tcp/22',
      true,
    ],
    [
      'another application security group',
      { destination: { ...any, groups: ['db'] } },
      '8.8.8.8 > 10.0.0.8 tcp/22',
      false,
    ],
    [
      'a prefix or a tag',
      { source: { ...tag('Storage'), prefixes: [prefix('8.0.0.0/8')] } },
      '8.8.8.8 > 10.0.0.8 tcp/22',
      true,
    ],
    ['an IPv6 prefix', { source: net('2001:db8::/32') }, '2001:db8::1 > fd00:a::8 tcp/22', true],
    [
      'an IPv4 prefix for an IPv6 packet',
      { source: net('0.0.0.0/0') },
      '2001:db8::1 > fd00:a::8 tcp/22',
      false,
    ],
    ['a port for ICMP', { destinationPorts: single(22) }, '8.8.8.8 > 10.0.0.8 icmp', false],
    ['all ports for ICMP', { destinationPorts: [0, 65_535] }, '8.8.8.8 > 10.0.0.8 icmp', true],
    [
      'both ICMPs',
      {
        protocols: setOf([
          { first: 1, last: 1 },
          { first: 58, last: 58 },
        ]),
      },
      '2001:db8::1 > fd00:a::8 icmpv6',
      true,
    ],
    ['ESP', { protocols: single(50) }, '8.8.8.8 > 10.0.0.8 esp', true],
  ])('when it wants %s then it matches what that holds', (_, wanted, packet, matches) => {
    const said = decide(sketch([rule('mine', 100, wanted)]), 'hub/a', 'Inbound', packet).said;
    expect(said.startsWith('Allow mine')).toBe(matches);
  });
});

describe('near misses', () => {
  const packet = '8.8.8.8 > 10.0.0.4 tcp/22';
  const near = (...rules: readonly SecurityRule[]) =>
    decide(sketch(rules), 'hub/a', 'Inbound', packet).near.map(({ rule: { rule: name, at }, ...miss }) => ({
      name,
      at,
      ...miss,
    }));

  test.each([
    [
      {
        destinationPorts: setOf([
          { first: 80, last: 80 },
          { first: 8080, last: 8090 },
        ]),
      },
      'destinationPort',
      '80,8080-8090',
      '22',
    ],
    [{ sourcePorts: single(123) }, 'sourcePort', '123', '50000'],
    [
      {
        protocols: setOf([
          { first: 1, last: 1 },
          { first: 58, last: 58 },
        ]),
      },
      'protocol',
      'Icmp',
      'Tcp',
    ],
    [
      { source: { ...tag('VirtualNetwork'), prefixes: [prefix('9.9.9.9/32')] } },
      'source',
      '9.9.9.9/32,VirtualNetwork',
      '8.8.8.8',
    ],
    [{ destination: { ...any, groups: ['web'] } }, 'destination', 'web', '10.0.0.4'],
  ])('when a rule fails in %j alone then that field is named', (wanted, failed, text, had) => {
    const [first] = near(rule('almost', 100, wanted));
    expect(first).toEqual({
      name: 'almost',
      at: '/networkSecurityGroups/nsg/almost',
      failed,
      wanted: text,
      had,
    });
  });

  test('when a rule fails in two fields then it is no near miss', () => {
    const far = rule('far', 100, { source: net('9.9.9.9/32'), destinationPorts: single(80) });
    expect(near(far).map(({ name }) => name)).toEqual(['AllowVnetInBound', 'AllowAzureLoadBalancerInBound']);
  });

  test('when many rules nearly match then five are named, and none after the one that decides', () => {
    const many = Array.from({ length: 8 }, (_, i) =>
      rule(`r${i}`, 100 + i, { destinationPorts: single(1000 + i) }),
    );
    expect(near(...many).map(({ name }) => name)).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
    const decided = [
      rule('before', 100, { destinationPorts: single(1) }),
      rule('it', 101, {}),
      rule('after', 102, { destinationPorts: single(2) }),
    ];
    expect(near(...decided).map(({ name }) => name)).toEqual(['before']);
  });
});

test('when a group is programmed twice for a subnet then it is worked out once', () => {
  const declarations = declarationsOf(sketch([rule('mine', 100, {})]));
  const group = declarations.securityGroups.get('nsg')!;
  const subnet = declarations.subnets.get('hub/a')!;
  expect(programmedGroup(group, subnet, declarations)).toBe(programmedGroup(group, subnet, declarations));
});
