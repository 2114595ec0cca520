import { describe, expect, test } from 'vitest';
import type { NearMiss } from '../../walk/event.ts';
import { decisions, router, stateOf, type Crossed } from './router.test-support.ts';

const filter = (...lines: readonly string[]): string => `*filter\n${lines.join('\n')}\nCOMMIT\n`;
const SYN = 'tcp 10.1.0.2:5555 > 10.2.0.2:80 S';

describe('when chains call each other then the walk is', () => {
  const walks: readonly [title: string, lines: readonly string[], walk: readonly string[], fate: string][] = [
    [
      'jump and fall back',
      [':A -', '-A FORWARD -j A', '-A FORWARD -j ACCEPT', '-A A -p udp -j DROP'],
      ['FORWARD/1 A', 'FORWARD/2 ACCEPT'],
      SYN,
    ],
    [
      'RETURN from a user chain',
      [':A -', '-A FORWARD -j A', '-A FORWARD -j ACCEPT', '-A A -j RETURN', '-A A -j DROP'],
      ['FORWARD/1 A', 'A/1 RETURN', 'FORWARD/2 ACCEPT'],
      SYN,
    ],
    [
      'E21 goto does not come back',
      [
        ':A -',
        ':B -',
        ':G -',
        '-A FORWARD -j A',
        '-A FORWARD -j ACCEPT',
        '-A A -g G',
        '-A A -j DROP',
        '-A G -j B',
        '-A G -j RETURN',
        '-A G -j DROP',
        '-A B -j RETURN',
      ],
      ['FORWARD/1 A', 'A/1 G', 'G/1 B', 'B/1 RETURN', 'G/2 RETURN', 'FORWARD/2 ACCEPT'],
      SYN,
    ],
    [
      'E21 RETURN in a built-in chain',
      [':FORWARD DROP [0:0]', '-A FORWARD -j RETURN', '-A FORWARD -j ACCEPT'],
      ['FORWARD/1 RETURN', 'FORWARD/policy DROP'],
      'filter-default-policy',
    ],
    [
      'goto from a built-in chain',
      [':FORWARD DROP [0:0]', ':G -', '-A FORWARD -g G', '-A FORWARD -j ACCEPT', '-A G -p udp -j ACCEPT'],
      ['FORWARD/1 G', 'FORWARD/policy DROP'],
      'filter-default-policy',
    ],
    [
      'a rule without target, and LOG',
      ['-A FORWARD -p tcp', '-A FORWARD -j LOG --log-prefix "x "', '-A FORWARD -j DROP'],
      ['FORWARD/3 DROP'],
      'filter-denied',
    ],
    ['an empty chain that drops', [':FORWARD DROP [0:0]'], ['FORWARD/policy DROP'], 'filter-default-policy'],
    ['an empty chain that accepts', [':FORWARD ACCEPT [0:0]'], [], SYN],
    ['no rule matches', ['-A FORWARD -p udp -j DROP'], ['FORWARD/policy ACCEPT'], SYN],
    [
      'an expanded line counts twice',
      ['-A FORWARD -s 10.9.0.1,10.9.0.2 -j DROP', '-A FORWARD -j DROP'],
      ['FORWARD/3 DROP'],
      'filter-denied',
    ],
  ];
  test.each(walks)('%s', (_, lines, walk, fate) => {
    const crossed = router(filter(...lines)).forward(SYN);
    expect(decisions(crossed).map((one) => one.replace('filter/', ''))).toEqual(walk);
    expect(crossed.fate).toBe(fate);
  });
});

test('when a packet passes all hooks then tables follow the kernel’s priorities', () => {
  const accept = (table: string, chains: readonly string[]): string =>
    `*${table}\n${chains.map((chain) => `-A ${chain} -j ACCEPT`).join('\n')}\nCOMMIT\n`;
  const rules = [
    accept('filter', ['INPUT', 'FORWARD', 'OUTPUT']),
    accept('security', ['INPUT', 'FORWARD', 'OUTPUT']),
    accept('nat', ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING']),
    accept('mangle', ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']),
    accept('raw', ['PREROUTING', 'OUTPUT']),
    '*filter\n-A INPUT -j ACCEPT\n-A FORWARD -m state --state NEW -j ACCEPT\n-A OUTPUT -j ACCEPT\nCOMMIT',
  ].join('');
  const places = (crossed: Crossed): string =>
    decisions(crossed)
      .map((one) => one.split('/').slice(0, 2).join(' '))
      .join(', ');
  const { forward, deliver, send } = router(rules);
  expect(places(forward(SYN))).toBe(
    'raw PREROUTING, mangle PREROUTING, nat PREROUTING, mangle FORWARD, filter FORWARD, security FORWARD, mangle POSTROUTING, nat POSTROUTING',
  );
  expect(places(deliver('udp 10.1.0.2:1 > 10.1.0.1:2'))).toBe(
    'raw PREROUTING, mangle PREROUTING, nat PREROUTING, mangle INPUT, filter INPUT, security INPUT, nat INPUT',
  );
  expect(places(send('udp 10.2.0.1:1 > 10.2.0.2:2'))).toBe(
    'raw OUTPUT, mangle OUTPUT, nat OUTPUT, filter OUTPUT, security OUTPUT, mangle POSTROUTING, nat POSTROUTING',
  );
});

describe('when a stateful firewall stands between', () => {
  const rules = filter(
    ':FORWARD DROP [0:0]',
    '-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    '-A FORWARD -i eth0 -p tcp --dport 80 -m conntrack --ctstate NEW -j ACCEPT',
  );

  test('then what it lets out may answer, and nothing else comes in', () => {
    const { forward } = router(rules);
    expect(forward(SYN).fate).toBe(SYN);
    expect(forward('tcp 10.2.0.2:80 > 10.1.0.2:5555 SA', 'eth1').fate).toContain('SA');
    expect(forward('tcp 10.2.0.2:81 > 10.1.0.2:5555 S', 'eth1').fate).toBe('filter-default-policy');
  });

  test('then a SYN-ACK without SYN is dropped as INVALID, by the policy', () => {
    const crossed = router(rules).forward('tcp 10.2.0.2:80 > 10.1.0.2:5555 SA', 'eth1');
    expect(stateOf(crossed)).toBe('INVALID');
    expect(crossed.passed).toEqual({
      do: 'drop',
      reason: 'session-invalid',
      at: '/rules#2',
      note: 'INVALID',
    });
  });

  test('then an explicit rule for INVALID is blamed with its line', () => {
    const { forward } = router(filter('-A FORWARD -m state --state INVALID -j DROP'));
    expect(forward('tcp 10.2.0.2:80 > 10.1.0.2:5555 SA', 'eth1').passed).toMatchObject({
      reason: 'session-invalid',
      at: '/rules#2',
    });
  });

  test('then an INVALID packet that another rule drops is just denied', () => {
    const { forward } = router(
      filter('-A FORWARD -p tcp -j DROP', '-A FORWARD -m state --state NEW -j ACCEPT'),
    );
    expect(forward('tcp 10.2.0.2:80 > 10.1.0.2:5555 SA', 'eth1').fate).toBe('filter-denied');
  });
});

describe('when REJECT is reached (E25)', () => {
  const cases: readonly [rule: string, packet: string, sent: readonly string[]][] = [
    ['-p tcp -j REJECT --reject-with tcp-reset', SYN, ['tcp 10.2.0.2:80 > 10.1.0.2:5555 RA']],
    [
      '-p tcp -j REJECT --reject-with tcp-reset',
      'tcp 10.1.0.2:1 > 10.2.0.2:2 A',
      ['tcp 10.2.0.2:2 > 10.1.0.2:1 R'],
    ],
    ['-p tcp -j REJECT --reject-with tcp-reset', 'tcp 10.1.0.2:1 > 10.2.0.2:2 R', []],
    ['-j REJECT', SYN, ['icmp 10.1.0.1 > 10.1.0.2 3/3 [10.1.0.2:5555 > 10.2.0.2:80]']],
    [
      '-j REJECT --reject-with icmp-host-prohibited',
      SYN,
      ['icmp 10.1.0.1 > 10.1.0.2 3/10 [10.1.0.2:5555 > 10.2.0.2:80]'],
    ],
  ];
  test.each(cases)('then %s answers %s with %j', (rule, packet, sent) => {
    const crossed = router(filter(`-A FORWARD ${rule}`)).forward(packet);
    expect(crossed.fate).toBe('filter-denied');
    expect(crossed.originated).toEqual(sent);
  });

  test('then the sender sees the address that it asked for, not the server behind DNAT', () => {
    const dnat = '*nat\n-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.2.0.2:8080\nCOMMIT\n';
    const reset = router(`${dnat}${filter('-A FORWARD -p tcp -j REJECT --reject-with tcp-reset')}`);
    expect(reset.forward('tcp 10.1.0.2:5555 > 10.1.0.1:80 S').originated).toEqual([
      'tcp 10.1.0.1:80 > 10.1.0.2:5555 RA',
    ]);
    const error = router(`${dnat}${filter('-A FORWARD -j REJECT')}`);
    expect(error.forward('tcp 10.1.0.2:5555 > 10.1.0.1:80 S').originated).toEqual([
      'icmp 10.1.0.1 > 10.1.0.2 3/3 [10.1.0.2:5555 > 10.1.0.1:80]',
    ]);
  });
});

describe('when a rule is not modelled', () => {
  const cases: readonly [rule: string, fate: string][] = [
    ['-p tcp -m geoip --source-country DE -j ACCEPT', 'unknown: what the match "geoip" decides'],
    ['-p tcp -m geoip --source-country DE -j LOG', SYN],
    ['-p esp -m esp --espspi 5 -j ACCEPT', SYN],
    ['-m layer7 ! --l7proto ssh -j DROP', 'unknown: what the match "layer7" decides'],
    ['-p tcp -m made-up --really "so so" -j DROP', 'unknown: what the match "made-up" decides'],
    ['-p udp -m made-up -j DROP', SYN],
    ['-p tcp -j FANCY --how much', 'unknown: what the target FANCY does'],
    ['-p udp -j FANCY --how much', SYN],
    ['-p tcp -j NFQUEUE --queue-num 1', 'unknown: what the target NFQUEUE does'],
    ['-p udp -j TEE --gateway 10.0.0.1', SYN],
  ];
  test.each(cases)('then %s: %s', (rule, fate) => {
    const crossed = router(filter(`-A FORWARD ${rule}`)).forward(SYN);
    expect(crossed.fate).toBe(fate);
    if (crossed.passed.do === 'unknown') expect(crossed.passed.at).toBe('/rules#2');
  });
});

describe('when the mark is changed', () => {
  const cases: readonly [option: string, before: string, after: string][] = [
    ['--set-mark 0x1', '0xff', '0x1'],
    ['--set-mark 0x1/0xf', '0xf2', '0xf1'],
    ['--set-xmark 0x1/0xf', '0xf2', '0xf1'],
    ['--or-mark 0x80', '0x1', '0x81'],
    ['--and-mark 0xf0', '0x31', '0x30'],
    ['--xor-mark 0x3', '0x1', '0x2'],
    ['--set-mark 0xffffffff', '0x0', '0xffffffff'],
  ];
  test.each(cases)('then %s makes %s into %s', (option, before, after) => {
    const { forward } = router(
      `*mangle\n-A PREROUTING -j MARK --set-mark ${before}\n-A PREROUTING -j MARK ${option}\n-A FORWARD -m mark --mark ${after} -j DROP\nCOMMIT`,
    );
    expect(forward(SYN).fate).toBe('filter-denied');
  });
});

describe('when somebody asks what nearly matched', () => {
  const nearOf = (crossed: Crossed): readonly NearMiss[] =>
    crossed.events.flatMap((event) => (event.type === 'matched' ? [...(event.near?.() ?? [])] : []));

  test('then rules that failed in one field are named, with what they wanted and what was there', () => {
    const { forward } = router(
      filter(
        ':FORWARD DROP [0:0]',
        '-A FORWARD -p tcp -m tcp --dport 443 -j ACCEPT',
        '-A FORWARD -s 10.9.0.0/16 -p udp -j ACCEPT',
        '-A FORWARD ! -i eth0 -j ACCEPT',
        '-A FORWARD -s 10.9.0.0/16 -j LOG',
        '-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
        '-A FORWARD -d 10.2.0.9/32 -p tcp -j ACCEPT',
      ),
    );
    expect(
      nearOf(forward(SYN)).map(({ rule, failed, wanted, had }) => [rule.rule, failed, wanted, had]),
    ).toEqual([
      ['1', '--dport', '443', '80'],
      ['3', '-i', '! eth0', 'eth0'],
      ['5', '--ctstate', 'RELATED,ESTABLISHED', 'NEW'],
      ['6', '-d', '10.2.0.9/32', '10.2.0.2'],
    ]);
  });

  test('then at most five, each as its author wrote it', () => {
    const rules = Array.from(
      { length: 9 },
      (_, i) => `[0:0] -A FORWARD -p tcp --dport ${i + 1} -m comment --comment "rule  ${i}" -j ACCEPT`,
    );
    const near = nearOf(router(filter(...rules)).forward(SYN));
    expect(near).toHaveLength(5);
    expect(near[0]!.rule).toEqual({ rule: '1', text: rules[0], at: '/rules#2' });
  });
});

test('when a rule set is empty then the packet comes back untouched and nothing is said', () => {
  const { forward } = router(
    '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\nCOMMIT\n*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT',
  );
  const crossed = forward(SYN);
  expect(crossed.events).toEqual([]);
  expect(crossed.fate).toBe(SYN);
});
