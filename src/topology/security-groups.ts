/** Network security groups as Azure programs them at a subnet's NICs: service tags and groups become addresses. */
import type {
  AddressSelector,
  Declarations,
  SecurityGroup,
  SecurityRule,
  Subnet,
} from '../kinds/declarations.ts';
import { protocolText, wantedPorts } from '../mechanism/rule-list.ts';
import type {
  Direction,
  ProgrammedGroup,
  ProgrammedRule,
  WantedByGroup,
} from '../mechanism/security-group.ts';
import type { Address } from '../value/address.ts';
import { rangesOf, setOf, type IntegerSet } from '../value/integer-set.ts';
import { formatPrefix, hostPrefix } from '../value/prefix.ts';
import { remembered, rememberedOnce } from './remembered.ts';
import { addressesOfTag, routedIntoTag } from './service-tags.ts';

const ANY: AddressSelector = { prefixes: [], tags: [], groups: [] };
const tag = (name: string): AddressSelector => ({ ...ANY, tags: [name] });

/** The rules that every group ends with, as `az network nsg rule list --include-default` prints them. */
const DEFAULT_RULES: readonly SecurityRule[] = (
  [
    ['AllowVnetInBound', 65_000, 'Inbound', tag('VirtualNetwork'), tag('VirtualNetwork'), 'Allow'],
    ['AllowAzureLoadBalancerInBound', 65_001, 'Inbound', tag('AzureLoadBalancer'), ANY, 'Allow'],
    ['DenyAllInBound', 65_500, 'Inbound', ANY, ANY, 'Deny'],
    ['AllowVnetOutBound', 65_000, 'Outbound', tag('VirtualNetwork'), tag('VirtualNetwork'), 'Allow'],
    ['AllowInternetOutBound', 65_001, 'Outbound', ANY, tag('Internet'), 'Allow'],
    ['DenyAllOutBound', 65_500, 'Outbound', ANY, ANY, 'Deny'],
  ] as const
).map(([name, priority, direction, source, destination, access]) => ({
  name,
  priority,
  direction,
  access,
  protocols: undefined,
  source,
  destination,
  sourcePorts: undefined,
  destinationPorts: undefined,
  text: `${priority} ${name} ${access} * ${textOf(source)}:* > ${textOf(destination)}:*`,
  at: undefined,
}));

const groupsAt = remembered<Subnet, Map<SecurityGroup, ProgrammedGroup>>(() => new Map());

/** The group as it is at NICs of the subnet: the tags VirtualNetwork and Internet differ from one to the next. */
export function programmedGroup(
  group: SecurityGroup,
  subnet: Subnet,
  declarations: Declarations,
): ProgrammedGroup {
  const known = groupsAt(subnet, declarations);
  const programmed = known.get(group) ?? program(group, subnet, declarations);
  known.set(group, programmed);
  return programmed;
}

function program(
  { name, rules }: SecurityGroup,
  subnet: Subnet,
  declarations: Declarations,
): ProgrammedGroup {
  const inForce = (direction: Direction): ProgrammedRule[] =>
    [...rules, ...DEFAULT_RULES]
      .filter((rule) => rule.direction === direction)
      .toSorted((a, b) => a.priority - b.priority)
      .map((rule) => programRule(rule, subnet, declarations));
  return { name, rules: { Inbound: inForce('Inbound'), Outbound: inForce('Outbound') } };
}

const programRule = (rule: SecurityRule, subnet: Subnet, declarations: Declarations): ProgrammedRule => ({
  name: rule.name,
  access: rule.access,
  wanted: {
    protocol: rule.protocols && { set: rule.protocols, text: protocolsText(rule.protocols) },
    source: wantedAddresses(rule.source, subnet, declarations),
    sourcePort: wantedPorts(rule.sourcePorts),
    destination: wantedAddresses(rule.destination, subnet, declarations),
    destinationPort: wantedPorts(rule.destinationPorts),
  },
  isDefault: DEFAULT_RULES.includes(rule),
  text: rule.text,
  at: rule.at,
});

const protocolsText = (set: IntegerSet): string =>
  [...new Set(rangesOf(set).flatMap(({ first, last }) => [protocolText(first), protocolText(last)]))].join(
    ',',
  );

function wantedAddresses(
  selector: AddressSelector,
  subnet: Subnet,
  declarations: Declarations,
): WantedByGroup | undefined {
  const { prefixes, tags, groups } = selector;
  if (prefixes.length + tags.length + groups.length === 0) return undefined;
  const parts = [
    ...(prefixes.length > 0 ? [setOf(prefixes)] : []),
    ...tags.map((name) => addressesOfTag(name, subnet, declarations)),
    ...groups.map((name) => setOf((members(declarations).get(name) ?? []).map(hostPrefix))),
  ];
  const [only] = parts;
  const set = parts.length === 1 && only ? only : setOf(parts.flatMap(rangesOf));
  const [routed] = parts.length === 1 ? tags.map((name) => routedIntoTag(name, subnet, declarations)) : [];
  return { set, text: textOf(selector), routed };
}

function textOf({ prefixes, tags, groups }: AddressSelector): string {
  return [...prefixes.map(formatPrefix), ...tags, ...groups].join(',') || '*';
}

/** Addresses of the NICs in each application security group. */
const members = rememberedOnce(({ nics }): ReadonlyMap<string, readonly Address[]> => {
  const byGroup = new Map<string, Address[]>();
  for (const nic of nics.values()) {
    for (const group of nic.applicationSecurityGroups) {
      const addresses = byGroup.get(group);
      if (addresses) addresses.push(...nic.addresses);
      else byGroup.set(group, [...nic.addresses]);
    }
  }
  return byGroup;
});
