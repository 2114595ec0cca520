import { expect, test } from 'vitest';
import { formatAddress, parseAddress } from '../../value/address.ts';
import { constant, valueOf } from '../../value/term.ts';
import { chosenAddress } from './address-choice.ts';
import type { Manip } from './hook.ts';

// Recorded from Linux 6.18: conntrack -L after one datagram each.
const chosen: readonly [
  range: string,
  src: string,
  dst: string,
  persistent: boolean,
  address: string,
  manip?: Manip,
][] = [
  ['10.2.0.20-10.2.0.24', '10.1.0.165', '10.2.0.50', false, '10.2.0.23'],
  ['10.2.0.20-10.2.0.24', '10.1.0.35', '10.2.0.51', true, '10.2.0.20'],
  ['10.2.0.250-10.2.2.9', '10.1.0.120', '10.2.0.4', false, '10.2.1.99'],
  ['10.2.0.20-10.2.0.24', '10.1.0.90', '10.2.0.51', true, '10.2.0.23'],
  ['fd00:2::fff0-fd00:2:0:0:1:2:3:4', 'fd00:1::12', 'fd00:2::3', true, 'fd00:2::612f:612e:5670'],
  ['fd00:0:0:2::9-fd00:0:0:2::b', 'fd00:0:0:2::a', '2001:db8::7', false, 'fd00:0:0:2::9', 'dst'],
  ['fd00:0:0:2::9-fd00:0:0:2::b', 'fd03::4', '2001:db8:1::9', false, 'fd00:0:0:2::9', 'dst'],
  ['10.2.0.100-10.2.0.106', '10.1.0.175', '10.2.0.2', false, '10.2.0.105'],
];
test.each(chosen)(
  'when %s is the range then %s to %s (persistent %s) gets %s',
  (range, src, dst, persistent, address, manip = 'src') => {
    const read = (text: string): bigint | number => parseAddress(text)!;
    const [first, last] = range.split('-').map(read);
    const term = chosenAddress(
      { first: first!, last: last! },
      manip,
      { src: constant(read(src)), dst: constant(read(dst)) },
      persistent ? undefined : 0,
    );
    expect(formatAddress(valueOf(term))).toBe(address);
  },
);
