import { describe, expect, test } from 'vitest';
import { readIpSets } from '../linux/ip-set-text.ts';
import { hits, router } from './router.test-support.ts';

const SETS = `
create ip4 hash:ip family inet
create net4 hash:net family inet
create ipport hash:ip,port family inet
create netport hash:net,port family inet
create ports bitmap:port range 0-1024
create netiface hash:net,iface family inet
create both list:set size 8
create masked hash:ip family inet netmask 24
create ipportip hash:ip,port,ip family inet
add ip4 10.1.0.2
add net4 10.2.0.0/24
add net4 10.2.0.3 nomatch
add net4 10.2.0.128/25 nomatch
add net4 10.2.0.200
add ipport 10.2.0.2,tcp:80
add ipport 10.2.0.3,udp:50-60
add ipport 10.2.0.2,icmp:8/0
add netport 10.2.0.0/24,udp:53
add netport 10.2.0.3,udp:53 nomatch
add ports 53
add ports 70-90
add netiface 10.1.0.0/24,eth0
add netiface 10.2.0.0/24,eth0
add netiface 10.2.0.3,eth1
add both ip4
add both ports
add masked 10.2.0.77
add ipportip 10.1.0.2,udp:53,10.2.0.3
`;

const PACKETS = [
  'tcp 10.1.0.2:5555 > 10.2.0.2:80 S',
  'udp 10.1.0.2:5555 > 10.2.0.2:53',
  'udp 10.1.0.2:70 > 10.2.0.3:53',
  'icmp 10.1.0.2 > 10.2.0.2 8/0 77',
  '47 10.1.0.2 > 10.2.0.200',
];

describe('when packets are looked for in a set then it has', () => {
  const { sets, problems } = readIpSets(SETS, '/ipset');
  expect(problems).toEqual([]);
  // Counted on 6.18, in mangle FORWARD.
  const cases: readonly [match: string, holds: readonly number[]][] = [
    ['--match-set ip4 src', [1, 1, 1, 1, 1]],
    ['--match-set ip4 dst', [0, 0, 0, 0, 0]],
    ['! --match-set ip4 dst', [1, 1, 1, 1, 1]],
    ['--match-set net4 dst', [1, 1, 0, 1, 1]],
    ['--match-set net4 dst --return-nomatch', [0, 0, 1, 0, 0]],
    ['--match-set net4 src', [0, 0, 0, 0, 0]],
    ['--match-set ipport dst,dst', [1, 0, 1, 1, 0]],
    ['--match-set ipport dst,src', [0, 0, 0, 1, 0]],
    ['--match-set ipport dst', [0, 0, 0, 0, 0]],
    ['--match-set netport dst,dst', [0, 1, 0, 0, 0]],
    ['--match-set ports dst', [1, 1, 1, 0, 0]],
    ['--match-set ports src', [0, 0, 1, 0, 0]],
    ['--match-set ports dst,dst', [1, 1, 1, 0, 0]],
    ['--match-set netiface src,src', [1, 1, 1, 1, 1]],
    ['--match-set netiface dst,dst', [0, 0, 1, 0, 0]],
    ['--match-set netiface dst,src', [1, 1, 0, 1, 1]],
    ['--match-set both src', [1, 1, 1, 1, 1]],
    ['--match-set both dst', [1, 1, 1, 0, 0]],
    ['--match-set both dst,dst', [1, 1, 1, 0, 0]],
    ['--match-set masked dst', [1, 1, 1, 1, 1]],
    ['--match-set ipportip src,dst,dst', [0, 0, 1, 0, 0]],
  ];
  test.each(cases)('%s: %s', (match, holds) => {
    const { forward } = router(`*mangle\n-A FORWARD -m set ${match} -j MARK --set-mark 1\nCOMMIT\n`, {
      sets,
    });
    expect(PACKETS.map((packet) => hits([forward(packet)], 'mangle/FORWARD/1'))).toEqual(holds);
  });

  test('nobody knows what where no set is stated', () => {
    const { events } = router(
      '*mangle\n-A FORWARD -m set --match-set gone src -j MARK --set-mark 1\nCOMMIT\n',
    ).forward(PACKETS[0]!);
    expect(events.slice(0, 1)).toEqual([
      { type: 'assumed', code: 'rule-choice', about: 'router:mangle/FORWARD/1=no-match: set gone' },
    ]);
  });
});
