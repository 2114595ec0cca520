/** -m ttl, and -m hl which is the same of IPv6. */
import type { Family } from '../../../value/address.ts';
import { EMPTY, range, type IntegerSet } from '../../../value/integer-set.ts';
import { fieldTest, oneWord, type Match } from '../extension.ts';
import { parseNumber } from '../numbers.ts';
import { quote } from '../words.ts';

const ttlMatch = (family: Family, name: string): Match => ({
  family,
  options: oneWord({ [`--${name}-eq`]: [], [`--${name}-lt`]: [], [`--${name}-gt`]: [] }),
  build: (given, draft) => {
    if (given.length !== 1)
      draft.refuse(`-m ${name} takes one of --${name}-eq, --${name}-lt and --${name}-gt`);
    return given.flatMap((one) => {
      const value = parseNumber(one.words[0]!, 255);
      if (value !== undefined) return [fieldTest(one, 'ttl', compared(one.option.slice(-2), value))];
      draft.refuse(`${quote(one.words[0]!)} is not a number from 0 to 255`);
      return [];
    });
  },
});

function compared(how: string, value: number): IntegerSet {
  if (how === 'eq') return range(value, value);
  if (how === 'lt') return value === 0 ? EMPTY : range(0, value - 1);
  return value === 255 ? EMPTY : range(value + 1, 255);
}

export const ttl = ttlMatch(4, 'ttl');
export const hl = ttlMatch(6, 'hl');
