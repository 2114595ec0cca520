/** -m ttl, and -m hl which is the same of IPv6. */
import type { Family } from '../../../value/address.ts';
import { EMPTY, range, type IntegerSet } from '../../../value/integer-set.ts';
import { fieldTest, NOT, withSpellings, word, type Match } from '../extension.ts';
import { number } from '../forms.ts';

function ttlMatch(family: Family, name: string): Match {
  const options = [`--${name}-eq`, `--${name}-lt`, `--${name}-gt`] as const;
  return {
    family,
    options: withSpellings(
      {
        [options[0]]: word(number(0, 255), NOT),
        [options[1]]: word(number(0, 255)),
        [options[2]]: word(number(0, 255)),
      },
      { [`--${name}`]: options[0] },
    ),
    needs: options,
    exclusive: [options],
    build: (given) =>
      given.map((one) => fieldTest(one, 'ttl', compared(one.option.slice(-2), Number(one.words[0])))),
  };
}

function compared(how: string, value: number): IntegerSet {
  if (how === 'eq') return range(value, value);
  if (how === 'lt') return value === 0 ? EMPTY : range(0, value - 1);
  return value === 255 ? EMPTY : range(value + 1, 255);
}

export const ttl = ttlMatch(4, 'ttl');
export const hl = ttlMatch(6, 'hl');
