import type { BalancerDeclaration, BalancingRule, MachineDeclaration } from '../../kinds/declarations.ts';
import type { Topology } from '../../topology/topology.ts';
import { formatAddress, type Address } from '../../value/address.ts';
import { below } from '../../walk/cite.ts';
import type { Found, LintRule } from './rule.ts';
import { translates } from './steering.ts';

export const floatingIpAddress: LintRule = {
  code: 'floating-ip-address',
  severity: 'error',
  summary: 'a member of a rule with floating IP does not have the frontend’s address',
  condition:
    'A rule for a port has enableFloatingIP, and a member’s kernel has the frontend’s address on no interface and no rule that translates destinations.',
  harm: 'The member sees packets for the frontend’s address, which are not for it: it drops them, or forwards them.',
  bad: `rules: { web: { frontend: fip, backendPool: web, protocol: Tcp, frontendPort: 80, enableFloatingIP: true } }`,
  good: `machines:
  web1:
    linux: { addresses: { lo: [10.0.1.100/32], eth0: [10.0.1.4/24] } } # 10.0.1.100 is the frontend`,
  source:
    'Microsoft Learn: "Azure Load Balancer floating IP configuration": a loopback interface with the frontend’s address',
  check: (topology) =>
    [...topology.declared.balancers.values()].flatMap((balancer) =>
      balancer.rules.flatMap((rule) => foundOf(topology, balancer, rule)),
    ),
};

function foundOf(
  topology: Topology,
  { name, frontends }: BalancerDeclaration,
  { enableFloatingIP, frontend, members, name: rule, at, protocol }: BalancingRule,
): readonly Found[] {
  const { nics, machines } = topology.declared;
  const address = frontends.get(frontend)?.address;
  if (!enableFloatingIP || address === undefined || protocol === 'All') return [];
  const without = members().flatMap((id) => {
    const machine = machines.get(nics.get(id)?.node ?? '');
    return machine && !answersTo(machine, address) ? [{ what: id, at: machine.at }] : [];
  });
  if (without.length === 0) return [];
  const about = {
    balancer: name,
    rule,
    address: formatAddress(address),
    members: without.map(({ what }) => what).join(', '),
  };
  return [{ at: below(at, 'enableFloatingIP'), about, related: without.slice(0, 5) }];
}

const answersTo = (machine: MachineDeclaration, address: Address): boolean =>
  translates(machine, ['dnat', 'redirect']) ||
  machine.nics.some(({ addresses }) => addresses.includes(address)) ||
  [...(machine.linux.addresses?.values() ?? [])].some((list) => list.some((one) => one.address === address));
