import { describe, expect, test } from 'vitest';
import { flowText, hits, router, stateOf } from './router.test-support.ts';

/** Tracks, and lets everything pass. */
const OPEN = `
*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate NEW,ESTABLISHED,RELATED,INVALID,UNTRACKED -j ACCEPT
COMMIT`;
const MASQUERADE = `
*nat
-A POSTROUTING -o eth1 -j MASQUERADE
COMMIT`;
const THERE = 'tcp 10.1.0.2:5555 > 10.2.0.2:80';
const BACK = 'tcp 10.2.0.2:80 > 10.1.0.2:5555';

describe('when this is a flow’s first TCP packet then its state is', () => {
  // E5: flags, tcp_loose 1, tcp_loose 0
  const first: readonly [flags: string, loose: string, strict: string][] = [
    ['S', 'NEW', 'NEW'],
    ['SEC', 'NEW', 'NEW'],
    ['A', 'NEW', 'INVALID'],
    ['PA', 'NEW', 'INVALID'],
    ['SA', 'INVALID', 'INVALID'],
    ['F', 'INVALID', 'INVALID'],
    ['FA', 'INVALID', 'INVALID'],
    ['R', 'INVALID', 'INVALID'],
    ['RA', 'INVALID', 'INVALID'],
    ['-', 'INVALID', 'INVALID'],
    ['FPU', 'INVALID', 'INVALID'],
    ['SF', 'INVALID', 'INVALID'],
    ['SR', 'INVALID', 'INVALID'],
  ];
  test.each(first)('%s: %s, or %s with tcp_loose 0', (flags, loose, strict) => {
    for (const [tcpLoose, state] of [
      [true, loose],
      [false, strict],
    ] as const) {
      const crossed = router(OPEN + MASQUERADE, { tcpLoose }).forward(`${THERE} ${flags}`);
      expect(stateOf(crossed)).toBe(state);
      const source = state === 'NEW' ? '10.2.0.1' : '10.1.0.2';
      expect(crossed.fate).toMatch(new RegExp(`^tcp ${source}:5555 > 10.2.0.2:80 `));
    }
  });
});

describe('when packets follow each other then their states are', () => {
  // Each step: > client to server, < server to client; flags; state.
  const sequences: readonly [title: string, steps: string][] = [
    [
      'a handshake and its end',
      '>S NEW, <SA ESTABLISHED, >A ESTABLISHED, <PA ESTABLISHED, >FA ESTABLISHED, <FA ESTABLISHED, >A ESTABLISHED',
    ],
    ['E6a only client to server', '>S NEW, >A INVALID, >PA INVALID, >FA INVALID'],
    ['E6c only server to client', '<SA INVALID, <A NEW, <A NEW, <FA NEW'],
    ['E38 a silent server', '>S NEW, >S NEW, >S NEW'],
    ['E37 a server that resets', '>S NEW, <RA ESTABLISHED, >S NEW, <RA ESTABLISHED, >S NEW'],
    ['an answer to a SYN that is only an ACK', '>S NEW, <A ESTABLISHED, >A INVALID'],
    ['mid-stream pick-up', '>A NEW, <A ESTABLISHED, >A ESTABLISHED'],
    ['a server’s SYN on a live flow', '>S NEW, <SA ESTABLISHED, >A ESTABLISHED, <S INVALID'],
    ['a client’s SYN on a live flow', '>S NEW, <SA ESTABLISHED, >A ESTABLISHED, >S ESTABLISHED'],
    ['a client’s SYN-ACK', '>S NEW, >SA INVALID'],
    [
      'the port used again after both closed',
      '>S NEW, <SA ESTABLISHED, >FA ESTABLISHED, <FA ESTABLISHED, >A ESTABLISHED, >S NEW, <SA ESTABLISHED',
    ],
    [
      'the port used again after the client’s reset',
      '>S NEW, <SA ESTABLISHED, >A ESTABLISHED, >RA ESTABLISHED, >S NEW',
    ],
    [
      'an ACK that challenges a SYN after both closed',
      '>A NEW, <FA ESTABLISHED, <FA ESTABLISHED, >S ESTABLISHED, <A ESTABLISHED, <S INVALID',
    ],
    ['nonsense on a live flow', '>S NEW, <SA ESTABLISHED, >SF INVALID, >- INVALID, >A ESTABLISHED'],
  ];
  test.each(sequences)('%s: %s', (_, steps) => {
    const { forward } = router(OPEN);
    const seen = steps.split(', ').map((step) => {
      const [, way, flags] = /^([<>])(\S+)/.exec(step)!;
      const crossed = way === '>' ? forward(`${THERE} ${flags}`) : forward(`${BACK} ${flags}`, 'eth1');
      return `${way}${flags} ${stateOf(crossed)}`;
    });
    expect(seen.join(', ')).toBe(steps);
  });
});

describe('when the protocol is not TCP then states are', () => {
  const UDP = ['udp 10.1.0.2:5555 > 10.2.0.2:53', 'udp 10.2.0.2:53 > 10.1.0.2:5555'] as const;
  const PING = ['icmp 10.1.0.2 > 10.2.0.2 8/0 77', 'icmp 10.2.0.2 > 10.1.0.2 0/0 77'] as const;
  const GRE = ['47 10.1.0.2 > 10.2.0.2', '47 10.2.0.2 > 10.1.0.2'] as const;
  const cases: readonly [title: string, packets: readonly string[], states: string][] = [
    ['E7 silent server', [UDP[0], UDP[0], UDP[0]], 'NEW NEW NEW'],
    ['E7 echoing server', [UDP[0], UDP[1], UDP[0], UDP[1]], 'NEW ESTABLISHED ESTABLISHED ESTABLISHED'],
    ['ping', [PING[0], PING[1], PING[0]], 'NEW ESTABLISHED ESTABLISHED'],
    ['E5b lone echo reply', [PING[1]], 'INVALID'],
    [
      'ping and ping back with one identifier',
      [PING[0], 'icmp 10.2.0.2 > 10.1.0.2 8/0 77', PING[1], 'icmp 10.1.0.2 > 10.2.0.2 0/0 77'],
      'NEW NEW ESTABLISHED ESTABLISHED',
    ],
    ['another identifier', [PING[0], 'icmp 10.2.0.2 > 10.1.0.2 0/0 78'], 'NEW INVALID'],
    ['timestamp', ['icmp 10.1.0.2 > 10.2.0.2 13/0 1', 'icmp 10.2.0.2 > 10.1.0.2 14/0 1'], 'NEW ESTABLISHED'],
    ['router advertisement', ['icmp 10.1.0.2 > 10.2.0.2 9/0 0'], 'INVALID'],
    [
      'error about a known flow',
      [UDP[0], 'icmp 10.2.0.2 > 10.1.0.2 3/3 [udp 10.1.0.2:5555 > 10.2.0.2:53]'],
      'NEW RELATED',
    ],
    [
      'error about a known ping',
      [PING[0], 'icmp 10.2.0.9 > 10.1.0.2 11/0 [icmp 10.1.0.2 > 10.2.0.2 8/0 77]'],
      'NEW RELATED',
    ],
    [
      'error about an answer',
      [UDP[0], UDP[1], 'icmp 10.1.0.2 > 10.2.0.2 3/3 [udp 10.2.0.2:53 > 10.1.0.2:5555]'],
      'NEW ESTABLISHED RELATED',
    ],
    [
      'E5b error about an unknown flow',
      ['icmp 10.2.0.2 > 10.1.0.2 3/3 [udp 10.1.0.2:5555 > 10.2.0.2:53]'],
      'INVALID',
    ],
    [
      'error to somebody else than the sender',
      [UDP[0], 'icmp 10.2.0.2 > 10.1.0.3 3/3 [udp 10.1.0.2:5555 > 10.2.0.2:53]'],
      'NEW INVALID',
    ],
    ['a protocol without ports', [GRE[0], GRE[1]], 'NEW ESTABLISHED'],
  ];
  test.each(cases)('%s', (_, packets, states) => {
    const { forward } = router(OPEN);
    const seen = packets.map((packet) =>
      stateOf(
        forward(packet, packet.includes(' 10.2.0.2') && packet.includes('10.2.0.2:53 >') ? 'eth1' : 'eth0'),
      ),
    );
    expect(seen.join(' ')).toBe(states);
  });

  test('when IPv6 neighbours look for each other then they are not tracked', () => {
    const { forward } = router(OPEN, { family: 6 });
    expect(stateOf(forward('icmpv6 fd00:1::2 > fd00:2::2 135/0 0'))).toBe('UNTRACKED');
    expect(stateOf(forward('icmpv6 fd00:1::2 > fd00:2::2 128/0 5'))).toBe('NEW');
    expect(stateOf(forward('icmpv6 fd00:2::2 > fd00:1::2 129/0 5', 'eth1'))).toBe('ESTABLISHED');
    expect(
      stateOf(forward('icmpv6 fd00:2::2 > fd00:1::2 1/4 [icmpv6 fd00:1::2 > fd00:2::2 128/0 5]', 'eth1')),
    ).toBe('RELATED');
  });
});

describe('when an entry is made', () => {
  test('then it is remembered only if the packet survives (E23)', () => {
    const { forward, store } = router(
      `${OPEN.replace('NEW,', '')}\n*filter\n-A FORWARD -m state --state NEW -j DROP\nCOMMIT`,
    );
    const crossed = [forward(`${THERE} S`), forward(`${THERE} S`)];
    expect(crossed.map((one) => one.fate)).toEqual(['filter-denied', 'filter-denied']);
    expect(crossed.flatMap((one) => one.events.filter((event) => event.type === 'session'))).toEqual([]);
    expect(store.version).toBe(0);
  });

  test('then it tells both tuples once they are final', () => {
    const { forward } = router(OPEN + MASQUERADE);
    const [event] = forward(`${THERE} S`).events.filter((one) => one.type === 'session');
    expect(event).toMatchObject({ did: 'opened', table: 'conntrack', state: 'NEW' });
    expect(flowText(event!.original)).toBe('10.1.0.2:5555 > 10.2.0.2:80');
    expect(flowText(event!.reply!)).toBe('10.2.0.2:80 > 10.2.0.1:5555');
  });

  test('then a retransmission that changes nothing leaves the state as it is, for loops to be seen', () => {
    const { forward, store } = router(OPEN);
    forward(`${THERE} S`);
    const { version } = store;
    forward(`${THERE} S`);
    expect(store.version).toBe(version);
  });

  test('then a ping shows its identifier on both sides', () => {
    const [event] = router(OPEN)
      .forward('icmp 10.1.0.2 > 10.2.0.2 8/0 77')
      .events.filter((one) => one.type === 'session');
    expect(flowText(event!.original)).toBe('10.1.0.2:77 > 10.2.0.2:77');
    expect(flowText(event!.reply!)).toBe('10.2.0.2:77 > 10.1.0.2:77');
  });
});

describe('when raw looks at packets', () => {
  test('then conntrack has not run yet: every packet is INVALID, none NEW (E23)', () => {
    const { forward } = router(`
*raw
-A PREROUTING -m conntrack --ctstate NEW -j DROP
-A PREROUTING -m conntrack --ctstate INVALID -j MARK --set-mark 1
COMMIT`);
    const crossed = forward(`${THERE} S`);
    expect(hits([crossed], 'raw/PREROUTING/1')).toBe(0);
    expect(hits([crossed], 'raw/PREROUTING/2')).toBe(1);
  });

  test.each(['CT --notrack', 'NOTRACK'])(
    'then -j %s leaves the packet untracked, un-NATed and without entry (E23)',
    (target) => {
      const { forward, store } = router(
        `*raw\n-A PREROUTING -p tcp -j ${target}\nCOMMIT${OPEN}${MASQUERADE}`,
      );
      const crossed = forward(`${THERE} S`);
      expect(stateOf(crossed)).toBe('UNTRACKED');
      expect(crossed.fate).toBe(`${THERE} S`);
      expect(store.version).toBe(0);
      expect(hits([crossed], 'nat/POSTROUTING/1')).toBe(0);
    },
  );
});

describe('when no rule needs connection tracking', () => {
  const PLAIN_NAT = '*nat\n-A PREROUTING -m comment --comment "counts" -j ACCEPT\nCOMMIT';
  test('then there are no entries and nat is not walked (E4b)', () => {
    const { forward, store } = router(PLAIN_NAT);
    const crossed = forward('icmp 10.1.0.2 > 10.2.0.2 8/0 77');
    expect(crossed.events).toEqual([{ type: 'assumed', code: 'conntrack-off', about: 'router' }]);
    expect(store.version).toBe(0);
  });

  test('then one rule that tests a state switches both on', () => {
    const crossed = router(PLAIN_NAT + OPEN).forward('icmp 10.1.0.2 > 10.2.0.2 8/0 77');
    expect(hits([crossed], 'nat/PREROUTING/1')).toBe(1);
    expect(stateOf(crossed)).toBe('NEW');
  });
});
