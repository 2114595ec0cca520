import { describe, expect, test } from 'vitest';
import { spellRules } from './read.ts';
import { within } from './reading.test-support.ts';

/** The rules that are printed for a text. */
const printed = (text: string): readonly string[] =>
  spellRules(text, { family: 4 })
    .text.split('\n')
    .filter((line) => line.startsWith('-A'));

describe('when a rule is printed then it is spelt as iptables-save 1.8.9 spells it', () => {
  const spellings: readonly [table: string, rule: string, ...expected: string[]][] = [
    ['filter', '-A INPUT --source 10.1.2.3/8 --jump DROP', '-A INPUT -s 10.0.0.0/8 -j DROP'],
    ['filter', '-A INPUT -s 1.1.1.1,2.2.2.2', '-A INPUT -s 1.1.1.1/32', '-A INPUT -s 2.2.2.2/32'],
    ['filter', '-A INPUT -p 6 --dport http -i +', '-A INPUT -p tcp -m tcp --dport 80'],
    ['filter', '-A INPUT -p tcp ! --syn', '-A INPUT -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN'],
    ['filter', '-A INPUT -j REJECT', '-A INPUT -j REJECT --reject-with icmp-port-unreachable'],
    ['filter', '-A INPUT -m comment --comment a.b', '-A INPUT -m comment --comment "a.b"'],
    [
      'filter',
      '-A INPUT -m state --state ESTABLISHED,RELATED',
      '-A INPUT -m state --state RELATED,ESTABLISHED',
    ],
    ['mangle', '-A INPUT -j MARK --and-mark 5', '-A INPUT -j MARK --set-xmark 0x0/0xfffffffa'],
    [
      'nat',
      '-A PREROUTING -p tcp -j DNAT --to 10.0.0.1-10.0.0.1:http',
      '-A PREROUTING -p tcp -j DNAT --to-destination 10.0.0.1:80',
    ],
    ['filter', '-A INPUT -g U', '-A INPUT -g U'],
    [
      'filter',
      '-A INPUT -p tcp --dport http -j DROP\n-A INPUT -j U\n-D INPUT -p 6 --dport 80 -j DROP',
      '-A INPUT -j U',
    ],
    ['filter', '-A INPUT -j DROP\n-R INPUT 1 -j U', '-A INPUT -j U'],
    ['filter', '-I INPUT -s 1.1.1.1,2.2.2.2', '-A INPUT -s 2.2.2.2/32', '-A INPUT -s 1.1.1.1/32'],
    ['filter', '-s 1.1.1.1 -A INPUT -j DROP', '-A INPUT -s 1.1.1.1/32 -j DROP'],
  ];
  test.each(spellings)('%s: %s', (table, rule, ...expected) => {
    expect(printed(within(table, rule))).toEqual(expected);
    expect(printed(within(table, expected.join('\n')))).toEqual(expected);
  });
});
