import type { MachineDeclaration, Nic } from '../../kinds/declarations.ts';
import type { Rule } from '../../mechanism/netfilter/ruleset.ts';
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
    'A user route in force leads to a NIC, directly or by the HA-ports rule of a frontend, and enableIPForwarding is off on that NIC, or the kernel of its machine does not forward packets of that family that come in by it (net.ipv4.ip_forward, net.ipv6.conf.all.forwarding). Or a machine whose kernel does not forward has a rule in PREROUTING that translates destinations to another machine.',
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
    const steered = [...first.values()].flatMap(({ nic, steering }) => {
      const machine = machines.get(nic.node);
      return [...ofNic(nic, steering), ...(machine ? ofGuest(machine, nic, steering) : [])];
    });
    return [...steered, ...[...machines.values()].flatMap(ofTranslator)];
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

/** A machine that sends what comes to it on to others. */
function ofTranslator(machine: MachineDeclaration): readonly Found[] {
  const { nics, linux, name } = machine;
  const [nic] = nics;
  const rule = translationsOf(machine).find(({ target }) => isElsewhere(machine, target));
  if (!nic || !rule || nics.some(({ port }) => linux.sysctl.forwards(4, port))) return [];
  const what = 'net.ipv4.ip_forward';
  return [
    {
      at: linux.sysctl.forwardingAt(4, nic.port) ?? below(linux.at, 'sysctl'),
      about: { what, nic: `${name}/${nic.port}`, node: name },
      related: rule.fact.at === undefined ? [] : [{ what: 'the rule that translates', at: rule.fact.at }],
    },
  ];
}

const translationsOf = ({ linux }: MachineDeclaration): readonly Rule[] =>
  linux.rulesets[4]?.tables.get('nat')?.chains.get('PREROUTING')?.rules ?? [];

const isElsewhere = ({ nics, linux }: MachineDeclaration, target: Rule['target']): boolean => {
  if (target.do !== 'translate' || target.kind !== 'dnat' || !target.addresses) return false;
  const { first } = target.addresses;
  const own = [...(linux.addresses?.values() ?? [])].flat().map(({ address }) => address);
  const isLoopback = typeof first === 'number' && first >>> 24 === 127;
  return !isLoopback && ![...own, ...nics.flatMap(({ addresses }) => addresses)].includes(first);
};

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
