import type { BalancerDeclaration, MachineDeclaration } from '../../kinds/declarations.ts';
import type { Rule } from '../../mechanism/netfilter/ruleset.ts';
import { formatAddress } from '../../value/address.ts';
import type { Found, LintRule } from './rule.ts';

export const ownFrontend: LintRule = {
  code: 'own-frontend',
  severity: 'error',
  summary: 'a member sends to the frontend that it is a member of',
  condition:
    'A rule of a machine translates destinations to the internal frontend of a load balancer of which the machine is a member (a hairpin).',
  harm: 'What the hash gives back to the sender comes from its own address, and the answer never leaves the machine: some connections hang, all of them with one member.',
  bad: `-A OUTPUT -d 10.0.1.100/32 -p tcp --dport 80 -j DNAT --to-destination 10.0.1.100:8080 # at a member of its pool`,
  good: `-A OUTPUT -d 10.0.1.100/32 -p tcp --dport 80 -j DNAT --to-destination 127.0.0.1:8080`,
  source:
    'Microsoft Learn: "Troubleshoot Azure Load Balancer backend traffic responses", access to the internal frontend from its own backend',
  check: ({ declared: { balancers, machines, nics } }) =>
    [...balancers.values()].flatMap((balancer) => {
      const nodes = new Set(
        balancer.rules.flatMap((rule) => rule.members().flatMap((id) => nics.get(id)?.node ?? [])),
      );
      return [...nodes].flatMap((node) => {
        const machine = machines.get(node);
        return machine ? hairpins(machine, balancer) : [];
      });
    }),
};

const hairpins = (machine: MachineDeclaration, balancer: BalancerDeclaration): readonly Found[] =>
  rulesOf(machine).flatMap(({ target, fact }): readonly Found[] => {
    if (target.do !== 'translate' || target.kind !== 'dnat' || !target.addresses) return [];
    const { first, last } = target.addresses;
    const own = [...balancer.frontends].find(
      ([, { address, subnet }]) => subnet !== undefined && address >= first && address <= last,
    );
    if (!own) return [];
    const [frontend, { address }] = own;
    const about = {
      node: machine.name,
      rule: fact.text ?? fact.rule,
      frontend: `${balancer.name}/${frontend}`,
      address: formatAddress(address),
    };
    return [{ at: fact.at ?? machine.at, about, related: [{ what: 'the load balancer', at: balancer.at }] }];
  });

const rulesOf = ({ linux: { rulesets } }: MachineDeclaration): readonly Rule[] =>
  [rulesets[4], rulesets[6]].flatMap((ruleset) =>
    [...(ruleset?.tables.get('nat')?.chains.values() ?? [])].flatMap(({ rules }) => rules),
  );
