import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRuleset } from './read.ts';
import { problems } from './reading.test-support.ts';

describe('when the text is anything at all then reading ends without an exception', () => {
  const words = fc.constantFrom(
    ...'-A -I -N -P -F -X -D INPUT FORWARD U -s -d -i -o -p -m -j -g -f ! " tcp udp icmp 6 0 10.0.0.0/8 10.1 :: ::1/64 a,b 80 1:2 : , / - -- --dport --sports --ctstate NEW --syn --tcp-flags SYN ALL --to-destination 1.2.3.4:80-90/3 [::1]:3 DNAT SNAT MARK --set-mark 0x1/2 REJECT --reject-with LOG conntrack multiport comment --comment state addrtype --dst-type LOCAL limit --limit 3/s *filter *nat COMMIT :U [0:0] \\ = constructor __proto__ toString --toString'.split(
      ' ',
    ),
  );
  const line = fc
    .array(fc.oneof({ weight: 9, arbitrary: words }, fc.string()))
    .map((parts) => parts.join(' '));
  const file = fc
    .array(fc.oneof(line, fc.string({ unit: 'binary' })))
    .map((lines) => `*filter\n:U -\n${lines.join('\n')}\nCOMMIT`);

  test.each([4, 6] as const)('in IPv%d', (family) => {
    fc.assert(
      fc.property(file, (text) => {
        for (const { line, message } of readRuleset(text, { family }).problems) {
          expect(line).toBeGreaterThan(0);
          expect(message).not.toBe('');
        }
      }),
      { numRuns: 500 },
    );
  });

  test('and a thousand nested chains, or a line that stands for a million rules, take no time', () => {
    const chains = Array.from(
      { length: 5000 },
      (_, i) => `:C${4999 - i} -\n-A C${4999 - i} -j C${5000 - i}`,
    ).join('\n');
    expect(
      problems(`*filter\n:C5000 -\n${chains}\n-A INPUT -j C0\nCOMMIT`).filter((one) => !one.includes('"C')),
    ).toEqual([]);
    const list = Array.from({ length: 1000 }, () => '10.0.0.1').join(',');
    expect(problems(`*filter\n-A INPUT -s ${list} -d ${list}\nCOMMIT`)).toEqual([
      '2: The line stands for more than 4096 rules',
    ]);
  });
});
