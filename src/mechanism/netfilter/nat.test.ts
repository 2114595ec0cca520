import { describe, expect, test } from 'vitest';
import { decisions, hits, router } from './router.test-support.ts';

const nat = (...rules: readonly string[]): string => `*nat\n${rules.join('\n')}\nCOMMIT\n`;

describe('when a flow is masqueraded (E1)', () => {
  const { forward } = router(nat('-A POSTROUTING -o eth1 -j MASQUERADE'));
  const crossed = [
    forward('tcp 10.1.0.2:5555 > 10.2.0.2:80 S'),
    forward('tcp 10.2.0.2:80 > 10.2.0.1:5555 SA', 'eth1'),
    forward('tcp 10.1.0.2:5555 > 10.2.0.2:80 A'),
    forward('tcp 10.2.0.2:80 > 10.2.0.1:5555 PA', 'eth1'),
  ];

  test('then both directions are translated', () => {
    expect(crossed.map((one) => one.fate)).toEqual([
      'tcp 10.2.0.1:5555 > 10.2.0.2:80 S',
      'tcp 10.2.0.2:80 > 10.1.0.2:5555 SA',
      'tcp 10.2.0.1:5555 > 10.2.0.2:80 A',
      'tcp 10.2.0.2:80 > 10.1.0.2:5555 PA',
    ]);
  });

  test('then the nat table is read once, and answers are un-NATed without a rule', () => {
    expect(hits(crossed, 'nat/POSTROUTING/1')).toBe(1);
    expect(crossed.map(decisions)).toEqual([
      ['nat/POSTROUTING/1 MASQUERADE', 'masquerade src 10.1.0.2 -> 10.2.0.1'],
      ['unnat dst 10.2.0.1 -> 10.1.0.2'],
      ['masquerade src 10.1.0.2 -> 10.2.0.1'],
      ['unnat dst 10.2.0.1 -> 10.1.0.2'],
    ]);
  });

  test('then later rewrites still cite the rule that once decided', () => {
    expect(crossed[3]!.events.find((event) => event.type === 'rewrote')).toMatchObject({ at: '/rules#2' });
  });
});

describe('when a flow has DNAT and SNAT (E2)', () => {
  const rules = `${nat(
    '-A PREROUTING -d 10.1.0.1/32 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.2.0.2:80',
    '-A POSTROUTING -o eth1 -j SNAT --to-source 10.2.0.99',
  )}*filter
-A FORWARD -s 10.1.0.2 -d 10.2.0.2 -p tcp --dport 80 -m conntrack --ctstate DNAT -m mark --mark 0 -j ACCEPT
-A FORWARD -s 10.2.0.2 -d 10.1.0.2 -m conntrack --ctstate DNAT -j ACCEPT
-A FORWARD -j DROP
COMMIT
*mangle
-A FORWARD -m conntrack --ctstate SNAT -j MARK --set-mark 0
-A FORWARD -m conntrack --ctorigdst 10.1.0.1 --ctorigdstport 8080 -j MARK --or-mark 0
-A FORWARD -m conntrack --ctdir REPLY -j MARK --or-mark 0
-A POSTROUTING -s 10.2.0.2 -m conntrack --ctdir REPLY -j MARK --or-mark 0
COMMIT`;
  const { forward } = router(rules);
  const crossed = [
    forward('tcp 10.1.0.2:5555 > 10.1.0.1:8080 S'),
    forward('tcp 10.2.0.2:80 > 10.2.0.99:5555 SA', 'eth1'),
    forward('tcp 10.1.0.2:5555 > 10.1.0.1:8080 A'),
  ];

  test('then both ends are translated both ways', () => {
    expect(crossed.map((one) => one.fate)).toEqual([
      'tcp 10.2.0.99:5555 > 10.2.0.2:80 S',
      'tcp 10.1.0.1:8080 > 10.1.0.2:5555 SA',
      'tcp 10.2.0.99:5555 > 10.2.0.2:80 A',
    ]);
  });

  test('then FORWARD sees the server’s address, and the client’s', () => {
    expect(hits(crossed, 'filter/FORWARD/1')).toBe(2);
    expect(hits(crossed, 'filter/FORWARD/2')).toBe(1);
  });

  test('then FORWARD sees the status SNAT from the second packet on', () => {
    expect(crossed.map((one) => hits([one], 'mangle/FORWARD/1'))).toEqual([0, 1, 1]);
  });

  test('then the original destination and the direction are seen in every packet', () => {
    expect(crossed.map((one) => hits([one], 'mangle/FORWARD/2'))).toEqual([1, 1, 1]);
    expect(crossed.map((one) => hits([one], 'mangle/FORWARD/3'))).toEqual([0, 1, 0]);
  });

  test('then mangle POSTROUTING still sees the real server’s source in the answer', () => {
    expect(hits(crossed, 'mangle/POSTROUTING/1')).toBe(1);
  });
});

test('when IPv6 is translated then by the same path', () => {
  const { forward } = router(
    nat('-A PREROUTING -p tcp -j DNAT --to-destination [fd00:2::2]:80', '-A POSTROUTING -j MASQUERADE'),
    { family: 6 },
  );
  expect(forward('tcp [fd00:1::2]:5555 > [fd00:1::1]:8080 S').fate).toBe(
    'tcp fd00:2::1:5555 > fd00:2::2:80 S',
  );
  expect(forward('tcp [fd00:2::2]:80 > [fd00:2::1]:5555 SA', 'eth1').fate).toBe(
    'tcp fd00:1::1:8080 > fd00:1::2:5555 SA',
  );
});

describe('when two flows would share a reply tuple (E8)', () => {
  const rules = nat('-A POSTROUTING -o eth1 -j MASQUERADE');
  const ports: readonly [port: number, low: number, high: number][] = [
    [5555, 1024, 65535],
    [600, 600, 1023],
    [500, 1, 511],
  ];
  test.each(ports)('then the second client’s port %d moves to one of %d to %d', (port, low, high) => {
    const { forward } = router(rules);
    expect(forward(`udp 10.1.0.2:${port} > 10.2.0.2:53`).fate).toBe(`udp 10.2.0.1:${port} > 10.2.0.2:53`);
    const moved = Number(/10\.2\.0\.1:(\d+)/.exec(forward(`udp 10.1.0.3:${port} > 10.2.0.2:53`).fate)![1]);
    expect(moved).not.toBe(port);
    expect(moved).toBeGreaterThanOrEqual(low);
    expect(moved).toBeLessThanOrEqual(high);
    expect(forward(`udp 10.2.0.2:53 > 10.2.0.1:${moved}`, 'eth1').fate).toBe(
      `udp 10.2.0.2:53 > 10.1.0.3:${port}`,
    );
  });

  test('then towards another server the port is kept', () => {
    const { forward } = router(rules);
    forward('udp 10.1.0.2:5555 > 10.2.0.2:53');
    expect(forward('udp 10.1.0.3:5555 > 10.2.0.3:53').fate).toBe('udp 10.2.0.1:5555 > 10.2.0.3:53');
  });

  test('then the mapping that a client’s port got is kept towards a second server', () => {
    const { forward } = router(rules);
    forward('udp 10.1.0.2:5555 > 10.2.0.2:53');
    expect(forward('udp 10.1.0.3:5555 > 10.2.0.2:53').fate).toBe('udp 10.2.0.1:1024 > 10.2.0.2:53');
    expect(forward('udp 10.1.0.3:5555 > 10.2.0.3:53').fate).toBe('udp 10.2.0.1:1024 > 10.2.0.3:53');
  });

  test('then two pings with one identifier get two (E13)', () => {
    const { forward } = router(rules);
    forward('icmp 10.1.0.2 > 10.2.0.2 8/0 77');
    const second = forward('icmp 10.1.0.3 > 10.2.0.2 8/0 77');
    expect(decisions(second)).toEqual([
      'nat/POSTROUTING/1 MASQUERADE',
      'masquerade src 10.1.0.3 -> 10.2.0.1',
      'masquerade id 77 -> 0',
    ]);
    expect(forward('icmp 10.2.0.2 > 10.2.0.1 0/0 0', 'eth1').fate).toBe('icmp 10.2.0.2 > 10.1.0.3 0/0 77');
  });

  test('then a flow without a rule moves as well: the null binding (E24)', () => {
    const { forward } = router(nat('-A POSTROUTING -s 10.1.0.2 -j SNAT --to-source 10.1.0.9'));
    forward('udp 10.1.0.2:6000 > 10.2.0.2:53');
    const crossed = forward('udp 10.1.0.9:6000 > 10.2.0.2:53');
    expect(decisions(crossed)).toEqual(['nat/POSTROUTING/policy ACCEPT', 'snat sport 6000 -> 1024']);
  });
});

describe('when an ICMP error crosses a translation (E11, E13)', () => {
  test('then for DNAT its source is the address that the client asked for', () => {
    const { forward } = router(nat('-A PREROUTING -p udp --dport 53 -j DNAT --to-destination 10.2.0.2:5353'));
    forward('udp 10.1.0.2:5555 > 10.1.0.1:53');
    const crossed = forward('icmp 10.2.0.2 > 10.1.0.2 3/3 [udp 10.1.0.2:5555 > 10.2.0.2:5353]', 'eth1');
    expect(crossed.fate).toBe('icmp 10.1.0.1 > 10.1.0.2 3/3 [10.1.0.2:5555 > 10.1.0.1:53]');
    expect(hits([crossed], 'nat/PREROUTING/policy')).toBe(0);
  });

  test('then for MASQUERADE the router keeps its address, and the client is put back', () => {
    const { forward } = router(nat('-A POSTROUTING -o eth1 -j MASQUERADE'));
    forward('udp 10.1.0.2:5555 > 10.9.0.2:53');
    const crossed = forward('icmp 10.2.0.7 > 10.2.0.1 11/0 [udp 10.2.0.1:5555 > 10.9.0.2:53]', 'eth1');
    expect(crossed.fate).toBe('icmp 10.2.0.7 > 10.1.0.2 11/0 [10.1.0.2:5555 > 10.9.0.2:53]');
  });

  test('then a quoted ping keeps its identifier', () => {
    const { forward } = router(nat('-A POSTROUTING -o eth1 -j MASQUERADE'));
    forward('icmp 10.1.0.2 > 10.9.0.2 8/0 77');
    const crossed = forward('icmp 10.2.0.7 > 10.2.0.1 11/0 [icmp 10.2.0.1 > 10.9.0.2 8/0 77]', 'eth1');
    expect(crossed.fate).toBe('icmp 10.2.0.7 > 10.1.0.2 11/0 [10.1.0.2:77 > 10.9.0.2:77]');
  });
});

describe('when the machine is an end of the flow', () => {
  test('then REDIRECT leads to INPUT with the new destination, and the answer’s source is restored (E40)', () => {
    const { deliver, send } = router(nat('-A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8080'));
    expect(deliver('tcp 10.1.0.2:5555 > 10.2.0.2:80 S').fate).toBe('tcp 10.1.0.2:5555 > 10.1.0.1:8080 S');
    expect(send('tcp 10.1.0.1:8080 > 10.1.0.2:5555 SA', 'eth0').fate).toBe(
      'tcp 10.2.0.2:80 > 10.1.0.2:5555 SA',
    );
  });

  test('then PREROUTING DNAT is not for its own packets, and OUTPUT REDIRECT goes to loopback (E17)', () => {
    const { send } = router(
      nat(
        '-A PREROUTING -j DNAT --to-destination 10.2.0.9',
        '-A OUTPUT -p tcp --dport 80 -j REDIRECT --to-ports 8080',
      ),
    );
    expect(send('tcp 10.2.0.1:5555 > 10.2.0.2:81 S').fate).toBe('tcp 10.2.0.1:5555 > 10.2.0.2:81 S');
    expect(send('tcp 10.2.0.1:5556 > 10.2.0.2:80 S').fate).toBe('tcp 10.2.0.1:5556 > 127.0.0.1:8080 S');
  });

  test('then SNAT in INPUT changes the source that the service sees (E24)', () => {
    expect(
      router(nat('-A INPUT -j SNAT --to-source 10.1.0.99')).deliver('udp 10.1.0.2:5555 > 10.1.0.1:53').fate,
    ).toBe('udp 10.1.0.99:5555 > 10.1.0.1:53');
  });
});

test('when MASQUERADE finds no address then the packet is dropped (E26)', () => {
  const { send } = router(nat('-A POSTROUTING -j MASQUERADE'));
  const crossed = send('udp 10.2.0.1:5555 > 10.3.0.2:53', 'eth2');
  expect(crossed.fate).toBe('nat-address-missing');
  expect(crossed.passed).toMatchObject({ at: '/rules#2' });
});

test('when the filter drops a translated packet then its retry is translated anew', () => {
  const { forward } = router(
    `${nat('-A PREROUTING -j DNAT --to-destination 10.2.0.2')}*filter\n-A FORWARD -j DROP\nCOMMIT`,
  );
  const crossed = [forward('udp 10.1.0.2:1 > 10.1.0.1:53'), forward('udp 10.1.0.2:1 > 10.1.0.1:53')];
  expect(hits(crossed, 'nat/PREROUTING/1')).toBe(2);
});
