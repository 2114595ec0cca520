/** Where a rule stands, which decides what it may say: its table, the hooks that reach its chain, its protocol. */
import type { Dice } from './dice.ts';
import type { World } from './world.ts';

export const HOOKS = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'] as const;
export type Hook = (typeof HOOKS)[number];

/** The built-in chains of each table. */
export const TABLES: Readonly<Record<Table, readonly Hook[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: HOOKS,
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};
export type Table = 'raw' | 'mangle' | 'nat' | 'filter' | 'security';

export type Protocol = 'tcp' | 'udp' | 'icmp' | 'icmpv6' | undefined;

export interface Place {
  readonly world: World;
  readonly table: Table;
  /** Hooks that can reach the chain. */
  readonly hooks: readonly Hook[];
  readonly protocol: Protocol;
  readonly roll: Dice;
}

/** One thing that a rule can have. */
export interface Feature {
  /** What coverage counts it as: the extension's name. */
  readonly name: string;
  readonly weight: number;
  /** Whether the kernel takes it there. */
  fits(place: Place): boolean;
  text(place: Place): string;
}

export const isAmong = (place: Place, ...hooks: readonly Hook[]): boolean =>
  place.hooks.every((hook) => hooks.includes(hook));

export const anywhere = (): boolean => true;

export const hasPorts = ({ protocol }: Place): boolean => protocol === 'tcp' || protocol === 'udp';

/** `! ` now and then. */
export const not = ({ roll }: Place, probability = 0.15): string => (roll.chance(probability) ? '! ' : '');

export const portRange = ({ world: { ports }, roll }: Place): string => {
  const [a, b] = [roll.pick(ports), roll.pick(ports)].toSorted((x, y) => x - y);
  return a === b || roll.chance(0.7) ? `${a}` : `${a}:${b}`;
};
