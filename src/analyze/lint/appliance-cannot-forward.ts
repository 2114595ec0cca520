import type { MachineDeclaration, Nic } from '../../kinds/declarations.ts';
import { familyOf } from '../../value/address.ts';
import { formatPrefix } from '../../value/prefix.ts';
import { below } from '../../walk/cite.ts';
import type { Found, LintRule } from './rule.ts';
import { steerings, type Steering } from './steering.ts';

export const applianceCannotForward: LintRule = {
  code: 'appliance-cannot-forward',
  severity: 'error',
  summary: 'an appliance that routes lead to does not forward',
  condition:
    'A user route in force leads to a NIC, directly or by the HA-ports rule of a frontend, and enableIPForwarding is off on that NIC, or the kernel of its machine does not forward packets of that family that come in by it (net.ipv4.ip_forward, net.ipv6.conf.all.forwarding).',
  harm: 'The fabric drops what is not for the NIC’s own address; a kernel that does not forward drops without a word.',
  bad: `machines:
  nva:
    nics: { eth0: { subnet: hub/nva, privateIPAddress: 10.0.1.4 } }`,
  good: `machines:
  nva:
    nics: { eth0: { subnet: hub/nva, privateIPAddress: 10.0.1.4, enableIPForwarding: true } }
    linux: { sysctl: { net.ipv4.ip_forward: 1 } }`,
  source:
    'Microsoft Learn: "Create, change, or delete a network interface", IP forwarding; Linux: ip-sysctl, ip_forward',
  check(topology) {
    const { machines } = topology.declared;
    const first = new Map<string, { readonly nic: Nic; readonly steering: Steering }>();
    for (const steering of steerings(topology))
      for (const nic of steering.nics)
        if (!first.has(nic.id) && !nic.deallocated) first.set(nic.id, { nic, steering });
    return [...first.values()].flatMap(({ nic, steering }) => {
      const machine = machines.get(nic.node);
      return [...ofNic(nic, steering), ...(machine ? ofGuest(machine, nic, steering) : [])];
    });
  },
};

const ofNic = (nic: Nic, steering: Steering): readonly Found[] =>
  nic.enableIPForwarding ? [] : [found('nic', below(nic.at, 'enableIPForwarding'), nic, steering)];

function ofGuest(
  { linux: { sysctl, at } }: MachineDeclaration,
  nic: Nic,
  steering: Steering,
): readonly Found[] {
  const family = familyOf(steering.route.prefix.first);
  if (sysctl.forwards(family, nic.port)) return [];
  const key = family === 4 ? 'net.ipv4.ip_forward' : 'net.ipv6.conf.all.forwarding';
  return [found(key, sysctl.forwardingAt(family, nic.port) ?? below(at, 'sysctl'), nic, steering)];
}

const found = (what: string, at: string, nic: Nic, { route, subnet, frontend }: Steering): Found => ({
  at,
  about: {
    what,
    nic: nic.id,
    node: nic.node,
    route: route.name ?? '',
    prefix: formatPrefix(route.prefix),
    subnet: subnet.id,
    ...(frontend !== undefined && { frontend }),
  },
  related: route.at === undefined ? [] : [{ what: 'the route that leads to it', at: route.at }],
});
