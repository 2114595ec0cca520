import type { Nic } from '../../kinds/declarations.ts';
import type { Topology } from '../../topology/topology.ts';
import { below } from '../../walk/cite.ts';
import { injected, strangerFor } from './probe-walk.ts';
import type { Found, LintRule } from './rule.ts';
import { sampleOf, steerings, translates, type Steering } from './steering.ts';

export const internetThroughAppliance: LintRule = {
  code: 'internet-through-appliance',
  severity: 'error',
  summary: 'an appliance is to send to the Internet and does not translate, or has no way out',
  condition:
    'A default route leads a subnet to an appliance that is to reach the Internet: it translates sources, or has a public address, a NAT gateway or an outbound rule. A packet from there for the Internet that comes in by its NIC leaves with the source of the subnet, which Azure translates for nobody else (outbound-source-foreign), or by a NIC without any public address, NAT gateway or outbound rule (outbound-missing).',
  harm: 'The subnet has no Internet, and nothing says so: packets are dropped by the host of the appliance.',
  bad: `machines:
  nva:
    nics: { eth0: { subnet: hub/nva, privateIPAddress: 10.0.1.4, enableIPForwarding: true } }
    linux: { sysctl: { net.ipv4.ip_forward: 1 } }`,
  good: `machines:
  nva:
    nics: { eth0: { subnet: hub/nva, privateIPAddress: 10.0.1.4, publicIPAddress: 20.0.0.4, enableIPForwarding: true } }
    linux:
      sysctl: { net.ipv4.ip_forward: 1 }
      iptables: |
        *nat
        -A POSTROUTING -o eth0 ! -d 10.0.0.0/8 -j MASQUERADE
        COMMIT`,
  source:
    'Microsoft Learn: "Virtual network traffic routing": an appliance translates before Azure does; "NAT Gateway", order of outbound methods',
  check: (topology) =>
    steerings(topology)
      .filter(({ route }) => route.prefix.length === 0)
      .flatMap((steering) =>
        steering.nics
          .filter((nic) => nic.enableIPForwarding && !nic.deallocated && isMeant(topology, nic))
          .flatMap((nic) => lackOf(topology, nic, steering)),
      ),
};

/** Whether the machine is to reach the Internet: it translates, or was given a public address, a NAT gateway or a rule. */
function isMeant({ declared }: Topology, { node }: Nic): boolean {
  const machine = declared.machines.get(node);
  if (translates(machine, ['snat', 'masquerade'])) return true;
  return (machine?.nics ?? []).some(({ port, subnet }) => {
    const id = `${node}/${port}`;
    return (
      (declared.nics.get(id)?.publicAddresses.length ?? 0) > 0 ||
      declared.subnets.get(subnet ?? '')?.natGateway !== undefined ||
      declared.outboundGrants.has(id)
    );
  });
}

/** What is tried: a filter may let one of them through. */
const TRIED = [
  { proto: 6, port: 443 },
  { proto: 6, port: 80 },
  { proto: 17, port: 53 },
] as const;

function lackOf(topology: Topology, nic: Nic, steering: Steering): readonly Found[] {
  const src = sampleOf(topology, steering.subnet);
  for (const what of TRIED) {
    const made = injected(topology, nic, { src, dst: strangerFor(src), ...what });
    if (made?.verdict.outcome !== 'dropped') {
      if (made?.verdict.outcome === 'left') return [];
      continue;
    }
    const { reason } = made.verdict;
    if (reason === 'outbound-source-foreign' || reason === 'outbound-missing')
      return [foundOf(topology, nic, steering, reason, made.device.node)];
  }
  return [];
}

function foundOf(
  topology: Topology,
  nic: Nic,
  { subnet, route }: Steering,
  reason: 'outbound-source-foreign' | 'outbound-missing',
  node: string,
): Found {
  const machine = topology.declared.machines.get(node);
  const isForeign = reason === 'outbound-source-foreign';
  return {
    at: isForeign && machine ? below(machine.linux.at, 'iptables') : nic.at,
    about: { reason, node, nic: nic.id, subnet: subnet.id, route: route.name ?? '' },
    related: route.at === undefined ? [] : [{ what: 'the default route', at: route.at }],
  };
}
