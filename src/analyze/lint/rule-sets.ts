/** The iptables rules of all machines, chain by chain. */
import type { MachineDeclaration } from '../../kinds/declarations.ts';
import type { Chain, Rule, Ruleset, Table } from '../../mechanism/netfilter/ruleset.ts';
import type { Topology } from '../../topology/topology.ts';

export interface Place {
  readonly machine: MachineDeclaration;
  readonly ruleset: Ruleset;
  readonly table: Table;
  readonly chain: Chain;
}

export const chainsOf = ({ declared }: Topology): readonly Place[] =>
  [...declared.machines.values()].flatMap((machine) =>
    [machine.linux.rulesets[4], machine.linux.rulesets[6]].flatMap((ruleset) =>
      [...(ruleset?.tables.values() ?? [])].flatMap((table) =>
        [...table.chains.values()].map((chain) => ({ machine, ruleset: ruleset!, table, chain })),
      ),
    ),
  );

/** Whether a packet that the rule takes sees no later rule of its chain. */
export function isLast({ target }: Rule): boolean {
  switch (target.do) {
    case 'accept':
    case 'drop':
    case 'reject':
    case 'return':
    case 'translate':
      return true;
    case 'jump':
      return target.goto;
    default:
      return false;
  }
}

/** `-A FORWARD -s 10.0.0.0/8 -j ACCEPT`, or its chain and number. */
export const textOf = ({ name }: Chain, { fact }: Rule): string => fact.text ?? `${name} ${fact.rule}`;
