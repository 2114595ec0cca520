/** A seeded source of chances: the same seed gives the same case, on every machine (mulberry32). */

export interface Dice {
  /** A whole number from 0 up to, but without, `below`. */
  int(below: number): number;
  chance(probability: number): boolean;
  pick<T>(options: readonly T[]): T;
  /** Some of them, in their order. */
  some<T>(options: readonly T[], most: number): readonly T[];
  /** One of them by its weight; options of weight 0 are never taken. */
  weighted<T extends { readonly weight: number }>(options: readonly T[]): T;
}

export function dice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number): number => Math.floor(next() * below);
  const pick = <T>(options: readonly T[]): T => options[int(options.length)]!;
  return {
    int,
    pick,
    chance: (probability) => next() < probability,
    some: (options, most) => {
      const wanted = new Set(Array.from({ length: 1 + int(most) }, () => pick(options)));
      return options.filter((one) => wanted.has(one));
    },
    weighted: (options) => {
      let left = next() * options.reduce((sum, { weight }) => sum + weight, 0);
      return options.find(({ weight }) => (left -= weight) < 0) ?? options.at(-1)!;
    },
  };
}
