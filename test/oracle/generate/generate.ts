/** A case from a seed. */
import type { Case } from '../play.ts';
import { dice } from './dice.ts';
import { packets } from './packets.ts';
import { routes, rules, settings, TABLES, withTargets } from './routing.ts';
import { ruleset, type Allowed } from './rules.ts';
import { world } from './world.ts';

export interface Generating {
  readonly family: 4 | 6;
  readonly allowed: Allowed;
  /** Whether cases have policy rules. */
  readonly policies: boolean;
}

export function generate(seed: number, { family, allowed, policies }: Generating): Case {
  const roll = dice(Math.imul(seed, 2) + (family === 6 ? 1 : 0));
  const of = world(family, roll);
  const policy = withTargets(rules(of, roll));
  const lines = ruleset(of, roll, allowed);
  return {
    name: `seed ${seed}, IPv${family}`,
    machine: {
      interfaces: of.interfaces,
      addresses: of.addresses,
      routes: routes(of, roll, policies ? TABLES : []),
      rules: policies && family === 4 ? policy : [],
      rules6: policies && family === 6 ? policy : [],
      sysctl: settings(of, roll),
      iptables: family === 4 ? lines : [],
      ip6tables: family === 6 ? lines : [],
    },
    stimuli: packets(of, roll),
  };
}
