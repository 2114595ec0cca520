import { describe, expect, test } from 'vitest';
import { router } from '../router.test-support.ts';

const nat = (...rules: readonly string[]): string => `*nat\n${rules.join('\n')}\nCOMMIT\n`;

describe('when the first packet of a flow meets a nat rule then it leaves as', () => {
  const S = 'tcp 10.1.0.2:5007 > 10.1.0.1:5007 S';
  const cases: readonly [title: string, rule: string, sent: string, left: string][] = [
    ['address', '-A PREROUTING -j DNAT --to-destination 10.2.0.2', S, 'tcp 10.1.0.2:5007 > 10.2.0.2:5007 S'],
    [
      'address and port',
      '-A PREROUTING -p tcp -j DNAT --to 10.2.0.2:80',
      S,
      'tcp 10.1.0.2:5007 > 10.2.0.2:80 S',
    ],
    [
      'E10b port only',
      '-A PREROUTING -p tcp -j DNAT --to-destination :8000',
      S,
      'tcp 10.1.0.2:5007 > 10.1.0.1:8000 S',
    ],
    [
      'E10b port outside the range',
      '-A PREROUTING -p tcp -j DNAT --to-destination 10.2.0.2:8000-8010',
      S,
      'tcp 10.1.0.2:5007 > 10.2.0.2:8000 S',
    ],
    [
      'E10b port inside the range',
      '-A PREROUTING -p tcp -j DNAT --to-destination 10.2.0.2:5000-5010',
      S,
      'tcp 10.1.0.2:5007 > 10.2.0.2:5007 S',
    ],
    [
      'E10b shifted range',
      '-A PREROUTING -p tcp -j DNAT --to-destination 10.2.0.2:8000-8010/5000',
      S,
      'tcp 10.1.0.2:5007 > 10.2.0.2:8007 S',
    ],
    [
      'E3 REDIRECT',
      '-A PREROUTING -p tcp -j REDIRECT --to-ports 80',
      'tcp 10.1.0.2:1 > 10.2.0.2:9 S',
      'tcp 10.1.0.2:1 > 10.1.0.1:80 S',
    ],
    ['SNAT', '-A POSTROUTING -j SNAT --to-source 10.2.0.99', S, 'tcp 10.2.0.99:5007 > 10.1.0.1:5007 S'],
    [
      'SNAT with a range of ports, kept',
      '-A POSTROUTING -p tcp -j SNAT --to-source 10.2.0.99:5000-5010',
      S,
      'tcp 10.2.0.99:5007 > 10.1.0.1:5007 S',
    ],
    [
      'SNAT with a range of ports, changed',
      '-A POSTROUTING -p tcp -j SNAT --to-source 10.2.0.99:2000-2010',
      S,
      'tcp 10.2.0.99:2000 > 10.1.0.1:5007 S',
    ],
    ['SNAT range that holds the source', '-A POSTROUTING -j SNAT --to-source 10.1.0.0-10.1.0.9', S, S],
    [
      'ping',
      '-A POSTROUTING -j MASQUERADE',
      'icmp 10.1.0.2 > 10.2.0.2 8/0 77',
      'icmp 10.2.0.1 > 10.2.0.2 8/0 77',
    ],
    [
      'protocol without ports',
      '-A POSTROUTING -j MASQUERADE',
      '47 10.1.0.2 > 10.2.0.2',
      '47 10.2.0.1 > 10.2.0.2',
    ],
    [
      'E24 ACCEPT before DNAT',
      '-A PREROUTING -j ACCEPT\n-A PREROUTING -j DNAT --to-destination 10.2.0.2',
      S,
      S,
    ],
    [
      'E5b INVALID',
      '-A POSTROUTING -j MASQUERADE',
      'tcp 10.1.0.2:5007 > 10.2.0.2:80 SA',
      'tcp 10.1.0.2:5007 > 10.2.0.2:80 SA',
    ],
  ];
  test.each(cases)('%s: %s', (_, rule, sent, left) => {
    expect(router(nat(rule)).forward(sent).fate).toBe(left);
  });
});
