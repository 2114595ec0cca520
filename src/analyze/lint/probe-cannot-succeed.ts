import type { BalancerDeclaration, BalancingRule } from '../../kinds/declarations.ts';
import type { Topology } from '../../topology/topology.ts';
import type { Found, LintRule } from './rule.ts';

export const probeCannotSucceed: LintRule = {
  code: 'probe-cannot-succeed',
  severity: 'error',
  summary: 'a health probe fails by configuration',
  condition:
    'The probe of a load balancing rule, walked from 168.63.129.16 to a member that runs and back, is dropped or not answered: by a network security group, by rules of the machine, by routes that answer elsewhere, or because nothing listens on the port.',
  harm: 'The member takes no new flows; with all members down the frontend takes none.',
  bad: `probes: { web: { protocol: Tcp, port: 8080 } } # the members have listeners: [tcp/80]`,
  good: `probes: { web: { protocol: Tcp, port: 80 } }`,
  source: 'Microsoft Learn: "Azure Load Balancer health probes"',
  check: (topology) =>
    [...topology.declared.balancers.values()].flatMap((balancer) =>
      balancer.rules.flatMap((rule) => foundOf(topology, balancer, rule)),
    ),
};

function foundOf(
  topology: Topology,
  { name }: BalancerDeclaration,
  { probe, probeAt, members, name: rule }: BalancingRule,
): readonly Found[] {
  const { nics } = topology.declared;
  if (!probe || probeAt === undefined) return [];
  const failing = members().flatMap((id) => {
    const nic = nics.get(id);
    if (!nic || nic.deallocated) return [];
    const { up, why = '' } = topology.probe(id, probe);
    return up ? [] : [{ id, why, at: nic.at }];
  });
  const [first] = failing;
  if (!first) return [];
  return [
    {
      at: probeAt,
      about: {
        balancer: name,
        rule,
        probe: `${probe.protocol}/${probe.port}`,
        members: failing.map(({ id, why }) => `${id} (${why})`).join(', '),
        reason: first.why,
      },
      related: failing.slice(0, 5).map(({ id, at }) => ({ what: id, at })),
    },
  ];
}
