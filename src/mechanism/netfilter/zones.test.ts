import { describe, expect, test } from 'vitest';
import { hits, router, stateOf } from './router.test-support.ts';

const THERE = 'udp 10.1.0.2:5555 > 10.2.0.2:53';
const BACK = 'udp 10.2.0.2:53 > 10.1.0.2:5555';
const COUNTS = '*filter\n-A FORWARD -m conntrack --ctstate NEW -j ACCEPT\nCOMMIT\n';
const raw = (...rules: readonly string[]): string => `*raw\n${rules.join('\n')}\nCOMMIT\n`;

describe('when a CT rule gives packets a zone', () => {
  test('then an answer without that zone opens an entry of its own', () => {
    const { forward } = router(raw('-A PREROUTING -i eth0 -j CT --zone 5') + COUNTS);
    expect(stateOf(forward(THERE))).toBe('NEW');
    expect(stateOf(forward(BACK, 'eth1'))).toBe('NEW');
    expect(stateOf(forward(THERE))).toBe('NEW');
  });

  test('then an answer with the same zone belongs to the flow', () => {
    const { forward } = router(raw('-A PREROUTING -j CT --zone 5') + COUNTS);
    forward(THERE);
    expect(stateOf(forward(BACK, 'eth1'))).toBe('ESTABLISHED');
  });

  test('then --zone-orig alone finds answers in the zone that all packets have', () => {
    const { forward } = router(raw('-A PREROUTING -i eth0 -j CT --zone-orig 5') + COUNTS);
    forward(THERE);
    expect(stateOf(forward(BACK, 'eth1'))).toBe('ESTABLISHED');
    expect(stateOf(forward(THERE))).toBe('ESTABLISHED');
  });

  test('then the entry tells it, and raw calls the packet NEW from there on (xt_conntrack.c)', () => {
    const crossed = router(
      raw(
        '-A PREROUTING -m conntrack --ctstate INVALID',
        '-A PREROUTING -j CT --zone 5',
        '-A PREROUTING -m conntrack --ctstate NEW -j MARK --set-mark 1',
      ),
    ).forward(THERE);
    expect(hits([crossed], 'raw/PREROUTING/3')).toBe(1);
    expect(crossed.events.find((event) => event.type === 'session')?.entry).toMatchObject({
      zones: { original: 5, reply: 5 },
      timeout: 30,
      isReplied: false,
    });
  });
});

describe('when a CT rule attaches a helper', () => {
  test('then the entry names it, and the walk says that payload is not read', () => {
    const { events } = router(raw('-A PREROUTING -p tcp --dport 21 -j CT --helper ftp')).forward(
      'tcp 10.1.0.2:5555 > 10.2.0.2:21 S',
    );
    expect(events).toContainEqual({ type: 'assumed', code: 'helper', about: 'ftp' });
    expect(events.find((event) => event.type === 'session')?.entry?.helper).toBe('ftp');
  });
});

describe('when a rule tests --ctstatus then it matches', () => {
  const rules = (status: string): string =>
    `*mangle\n-A FORWARD -m conntrack --ctstatus ${status} -j MARK --set-mark 1\nCOMMIT\n`;
  const first = 'tcp 10.1.0.2:5555 > 10.2.0.2:80';
  const back = 'tcp 10.2.0.2:80 > 10.1.0.2:5555';
  // Which of SYN, SYN-ACK, ACK: counted on 6.18.
  const cases: readonly [status: string, matches: readonly number[]][] = [
    ['CONFIRMED', [0, 1, 1]],
    ['SEEN_REPLY', [0, 1, 1]],
    ['ASSURED', [0, 0, 1]],
    ['EXPECTED', [0, 0, 0]],
    ['NONE', [0, 0, 0]],
    ['ASSURED,SEEN_REPLY', [0, 1, 1]],
  ];
  test.each(cases)('%s: %s', (status, matches) => {
    const { forward } = router(rules(status));
    const crossed = [forward(`${first} S`), forward(`${back} SA`, 'eth1'), forward(`${first} A`)];
    expect(crossed.map((one) => hits([one], 'mangle/FORWARD/1'))).toEqual(matches);
  });
});
