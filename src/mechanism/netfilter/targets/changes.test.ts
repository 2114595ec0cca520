import { describe, expect, test } from 'vitest';
import { decisions, router } from '../router.test-support.ts';

const THERE = 'udp 10.1.0.2:5555 > 10.2.0.2:53';
const BACK = 'udp 10.2.0.2:53 > 10.1.0.2:5555';
const mangle = (...rules: readonly string[]): string => `*mangle\n${rules.join('\n')}\nCOMMIT\n`;

/** What rules changed, without the rules. */
const changes = (crossed: Parameters<typeof decisions>[0]): string[] =>
  decisions(crossed).filter((one) => / -> /.test(one));

describe('when a target changes the header of a packet then that is', () => {
  // The support's packets have TTL 64, code point 0.
  const cases: readonly [target: string, change: readonly string[]][] = [
    ['TTL --ttl-set 3', ['ttl ttl 64 -> 3']],
    ['TTL --ttl-inc 5', ['ttl ttl 64 -> 69']],
    ['TTL --ttl-inc 255', ['ttl ttl 64 -> 255']],
    ['TTL --ttl-dec 70', ['ttl ttl 64 -> 0']],
    ['DSCP --set-dscp 0x2e', ['dscp dscp 0 -> 46']],
    ['DSCP --set-dscp-class BE', []],
    ['TOS --set-tos 0x13', ['dscp dscp 0 -> 4', 'ecn ecn 0 -> 3']],
    ['TOS --or-tos 0x10', ['dscp dscp 0 -> 4']],
    ['TOS --and-tos 0x10', []],
  ];
  test.each(cases)('%s: %s', (target, change) => {
    expect(changes(router(mangle(`-A FORWARD -j ${target}`)).forward(THERE))).toEqual(change);
  });
});

describe('when TCPMSS finds a SYN that says no MSS then it says the least that all take, or less', () => {
  const cases: readonly [target: string, change: readonly string[]][] = [
    ['TCPMSS --set-mss 1400', ['mss mss 0 -> 536']],
    ['TCPMSS --set-mss 500', ['mss mss 0 -> 500']],
    ['TCPMSS --clamp-mss-to-pmtu', ['mss mss 0 -> 536']],
  ];
  test.each(cases)('%s: %s', (target, change) => {
    const { forward } = router(mangle(`-A FORWARD -p tcp --tcp-flags SYN,RST SYN -j ${target}`));
    expect(changes(forward('tcp 10.1.0.2:5555 > 10.2.0.2:53 S'))).toEqual(change);
    expect(changes(forward('tcp 10.1.0.2:5555 > 10.2.0.2:53 A'))).toEqual([]);
  });
});

describe('when CONNMARK moves marks then', () => {
  test('one that is saved comes back with the answer, masked as said', () => {
    const { forward } = router(
      mangle(
        '-A PREROUTING -i eth1 -j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff',
        '-A FORWARD -i eth0 -j MARK --set-mark 0x1234',
        '-A FORWARD -i eth0 -j CONNMARK --save-mark',
      ),
    );
    expect(changes(forward(THERE))).toEqual(['mark mark 0 -> 4660', 'connmark connmark 0 -> 4660']);
    expect(changes(forward(BACK, 'eth1'))).toEqual(['mark mark 0 -> 52']);
  });

  test('one that is set is seen by later packets, even where a filter dropped the one that set it', () => {
    const { forward } = router(
      mangle('-A FORWARD -m connmark --mark 0x7', '-A FORWARD -i eth1 -j CONNMARK --set-xmark 0x7/0xf') +
        '*filter\n-A FORWARD -i eth1 -j DROP\n-A FORWARD -m connmark --mark 0x7 -j REJECT\nCOMMIT\n',
    );
    forward(THERE);
    forward(BACK, 'eth1');
    expect(forward(THERE).fate).toBe('filter-denied');
  });

  test('a packet without a flow has none to move', () => {
    const { forward } = router(
      `*raw\n-A PREROUTING -j NOTRACK\nCOMMIT\n${mangle('-A FORWARD -j CONNMARK --set-mark 1')}`,
    );
    expect(changes(forward(THERE))).toEqual([]);
  });
});

describe('when NETMAP moves an address into a network then its host bits stay (E10b)', () => {
  const cases: readonly [rule: string, left: string][] = [
    ['-A PREROUTING -d 10.2.0.0/24 -j NETMAP --to 10.77.0.0/24', 'udp 10.1.0.2:5555 > 10.77.0.2:53'],
    ['-A POSTROUTING -j NETMAP --to 192.168.0.0/16', 'udp 192.168.0.2:5555 > 10.2.0.2:53'],
    ['-A POSTROUTING -j NETMAP --to 192.0.2.1/32', 'udp 192.0.2.1:5555 > 10.2.0.2:53'],
  ];
  test.each(cases)('%s: %s', (rule, left) => {
    expect(router(`*nat\n${rule}\nCOMMIT\n`).forward(THERE).fate).toBe(left);
  });
});
