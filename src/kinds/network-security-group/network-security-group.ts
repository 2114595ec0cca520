/** Network security groups: prioritised rules of subnets and NICs. */
import * as v from 'valibot';
import type { IntegerSet } from '../../value/integer-set.ts';
import { setOf } from '../../value/integer-set.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { AddressSelector, SecurityRule } from '../declarations.ts';
import { checkNames } from '../access-rule.ts';
import type { Kind, Reading } from '../kind.ts';
import { ports, readPorts, writtenPorts } from '../ports.ts';
import { asList, integer, oneOrMany } from '../schema.ts';

/** Names that Azure defines; the others must stand under serviceTags. */
const KNOWN_TAGS: readonly string[] = ['VirtualNetwork', 'Internet', 'AzureLoadBalancer'];

const PROTOCOLS = { Tcp: 6, Udp: 17, Icmp: [1, 58], Esp: 50, Ah: 51, '*': undefined } as const;

const rule = v.pipe(
  v.strictObject({
    name: v.string(),
    priority: integer('100 to 4096; the lowest is asked first.', 100, 4096),
    direction: v.picklist(['Inbound', 'Outbound']),
    access: v.picklist(['Allow', 'Deny']),
    protocol: v.optional(v.picklist(Object.keys(PROTOCOLS) as (keyof typeof PROTOCOLS)[]), '*'),
    sourceAddressPrefix: v.optional(oneOrMany('Prefixes, a service tag, or *.')),
    sourceAddressPrefixes: v.optional(oneOrMany('The same, as a list.')),
    sourceApplicationSecurityGroups: v.optional(oneOrMany('Names of application security groups.')),
    sourcePortRange: v.optional(ports('A port, a range such as 1024-65535, or *.')),
    sourcePortRanges: v.optional(ports('The same, as a list.')),
    destinationAddressPrefix: v.optional(oneOrMany('Prefixes, a service tag, or *.')),
    destinationAddressPrefixes: v.optional(oneOrMany('The same, as a list.')),
    destinationApplicationSecurityGroups: v.optional(oneOrMany('Names of application security groups.')),
    destinationPortRange: v.optional(ports('A port, a range such as 8080-8090, or *.')),
    destinationPortRanges: v.optional(ports('The same, as a list.')),
  }),
  v.description('A security rule.'),
);

const schema = v.strictObject({ securityRules: v.optional(v.array(rule), []) });

type Config = v.InferOutput<typeof schema>;
type RuleConfig = v.InferOutput<typeof rule>;

export const networkSecurityGroup: Kind<Config> = {
  kind: 'network-security-group',
  section: 'networkSecurityGroups',
  summary: 'Network security groups: prioritised rules of subnets and NICs.',
  schema,
  declare(name, config, at, reading) {
    const rules = config.securityRules.map((one, i) =>
      declareRule(one, below(at, 'securityRules', i), reading),
    );
    checkDistinct(name, rules, reading);
    reading.securityGroup({ name, rules: rules.toSorted((a, b) => a.priority - b.priority), at });
  },
};

function declareRule(config: RuleConfig, at: Cite, reading: Reading): SecurityRule {
  const protocols = [PROTOCOLS[config.protocol]]
    .flat()
    .flatMap((one) => (one === undefined ? [] : [{ first: one, last: one }]));
  return {
    name: config.name,
    priority: config.priority,
    direction: config.direction,
    access: config.access,
    protocols: protocols.length > 0 ? setOf(protocols) : undefined,
    source: selector(config, 'source', at, reading),
    destination: selector(config, 'destination', at, reading),
    sourcePorts: portSet(config, 'sourcePortRange', at, reading),
    destinationPorts: portSet(config, 'destinationPortRange', at, reading),
    text: describe(config),
    at,
  };
}

function selector(
  config: RuleConfig,
  end: 'source' | 'destination',
  at: Cite,
  reading: Reading,
): AddressSelector {
  const tags: string[] = [];
  const prefixes = ([`${end}AddressPrefix`, `${end}AddressPrefixes`] as const).flatMap((key) =>
    asList(config[key]).flatMap((text, i) => {
      if (text === '*') return [];
      const place = Array.isArray(config[key]) ? below(at, key, i) : below(at, key);
      if (!/^[A-Za-z]+[A-Za-z.]*$/.test(text)) return reading.prefix(text, place) ?? [];
      reading.later(() =>
        reading.referIn(
          ['*', ...KNOWN_TAGS, ...reading.declared.serviceTags.keys()],
          'service tag',
          text,
          place,
        ),
      );
      tags.push(text);
      return [];
    }),
  );
  const groups = asList(config[`${end}ApplicationSecurityGroups`]);
  reading.later(() => checkGroups(groups, below(at, `${end}ApplicationSecurityGroups`), reading));
  return { prefixes, tags, groups };
}

/** An application security group is where a NIC says so; one that no NIC names is a slip. */
function checkGroups(groups: readonly string[], at: Cite, reading: Reading): void {
  if (groups.length === 0 || !reading.isWhole) return;
  const known = new Set([...reading.declared.nics.values()].flatMap((nic) => nic.applicationSecurityGroups));
  for (const [i, group] of groups.entries())
    reading.referIn([...known], 'NIC in application security group', group, below(at, i));
}

function portSet(
  config: RuleConfig,
  key: 'sourcePortRange' | 'destinationPortRange',
  at: Cite,
  reading: Reading,
): IntegerSet | undefined {
  const written = [key, `${key}s` as const].flatMap((one) => writtenPorts(config[one], below(at, one)));
  return readPorts(written, reading);
}

/** The rule on one line, in the order that Azure's tools list its columns. */
function describe(config: RuleConfig): string {
  const list = (...values: readonly unknown[]): string =>
    values.flatMap((value) => asList(value as string)).join(',') || '*';
  const source = list(
    config.sourceAddressPrefix,
    config.sourceAddressPrefixes,
    config.sourceApplicationSecurityGroups,
  );
  const destination = list(
    config.destinationAddressPrefix,
    config.destinationAddressPrefixes,
    config.destinationApplicationSecurityGroups,
  );
  const from = list(config.sourcePortRange, config.sourcePortRanges);
  const to = list(config.destinationPortRange, config.destinationPortRanges);
  return `${config.priority} ${config.name} ${config.access} ${config.protocol} ${source}:${from} > ${destination}:${to}`;
}

/** A priority of a direction belongs to one rule, and so does a name. */
function checkDistinct(group: string, rules: readonly SecurityRule[], reading: Reading): void {
  for (const { name, direction, priority, at = '' } of rules)
    reading.claim({
      code: 'value-invalid',
      what: `${direction} priority`,
      value: String(priority),
      within: `group ${group}`,
      owner: `rule ${name}`,
      at: below(at, 'priority'),
    });
  checkNames(group, rules, reading);
}
