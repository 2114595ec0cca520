/** Subnets of a virtual network. */
import * as v from 'valibot';
import { covers, formatPrefix, overlaps, type Prefix } from '../../value/prefix.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Subnet } from '../declarations.ts';
import type { Reading } from '../kind.ts';
import { flag, oneOrMore, reference } from '../schema.ts';
import { readPrefixes, type Written } from '../written.ts';

export const subnet = v.pipe(
  v.strictObject({
    addressPrefix: v.optional(oneOrMore('The subnet’s range; for dual stack a list, or addressPrefixes.')),
    addressPrefixes: v.optional(oneOrMore('The subnet’s ranges, one for each family.')),
    routeTable: v.optional(reference('Name of the route table associated with the subnet.', 'rt-spoke1')),
    networkSecurityGroup: v.optional(
      reference('Name of the network security group associated with the subnet.', 'nsg-prod'),
    ),
    natGateway: v.optional(reference('Name of the NAT gateway of the subnet.', 'natgw-hub')),
    defaultOutboundAccess: v.optional(
      flag('Machines without a public address get one of Azure’s own on their way out. Default true.'),
      true,
    ),
    serviceEndpoints: v.optional(
      v.pipe(
        v.array(v.string()),
        v.description(
          'Service tags reached through a service endpoint; their prefixes stand under serviceTags.',
        ),
      ),
    ),
  }),
  v.description('A subnet.'),
);

type Config = v.InferOutput<typeof subnet>;

/** A range of a subnet, which the subnets of its VNet must keep apart. */
export interface SubnetRange extends Written<Prefix> {
  /** `vnet-hub/snet-nva`. */
  readonly subnet: string;
}

/** Reads a subnet of a VNet with this address space. */
export function declareSubnet(
  vnet: { readonly name: string; readonly space: readonly Prefix[] },
  name: string,
  config: Config,
  at: Cite,
  reading: Reading,
): { readonly subnet: Subnet; readonly ranges: readonly SubnetRange[] } {
  const id = `${vnet.name}/${name}`;
  const ranges = readRanges(id, config, at, reading);
  for (const { value, at: place } of ranges) {
    if (vnet.space.length > 0 && !vnet.space.some((range) => covers(range, value)))
      reading.report(
        'address-outside-subnet',
        place,
        `${formatPrefix(value)} is not inside the address space of ${vnet.name} (${vnet.space.map(formatPrefix).join(', ')})`,
      );
  }
  refer(name, config, at, reading);
  const subnet: Subnet = {
    id,
    vnet: vnet.name,
    addressPrefixes: ranges.map((one) => one.value),
    routeTable: config.routeTable,
    networkSecurityGroup: config.networkSecurityGroup,
    natGateway: config.natGateway,
    defaultOutboundAccess: config.defaultOutboundAccess,
    serviceEndpoints: config.serviceEndpoints ?? [],
    at,
  };
  return { subnet, ranges };
}

function readRanges(id: string, config: Config, at: Cite, reading: Reading): SubnetRange[] {
  const key = config.addressPrefixes === undefined ? 'addressPrefix' : 'addressPrefixes';
  if (config[key] === undefined)
    reading.report(
      'key-missing',
      { key: at },
      `subnet ${id} has no addressPrefix`,
      'add addressPrefix: 10.0.0.0/24',
    );
  if (config.addressPrefix !== undefined && config.addressPrefixes !== undefined)
    reading.report(
      'value-invalid',
      { key: below(at, 'addressPrefix') },
      `subnet ${id} has both addressPrefix and addressPrefixes`,
      'write all of them under addressPrefixes',
    );
  return readPrefixes(config[key], below(at, key), reading).map((range) => ({ ...range, subnet: id }));
}

function refer(name: string, config: Config, at: Cite, reading: Reading): void {
  const { routeTable, networkSecurityGroup: group, natGateway, serviceEndpoints = [] } = config;
  if (routeTable !== undefined) reading.refer('routeTable', routeTable, below(at, 'routeTable'));
  if (group !== undefined) reading.refer('securityGroup', group, below(at, 'networkSecurityGroup'));
  if (group !== undefined && name === 'GatewaySubnet')
    reading.report(
      'value-invalid',
      below(at, 'networkSecurityGroup'),
      'a GatewaySubnet cannot have a network security group: Azure does not support it',
    );
  if (natGateway !== undefined) reading.refer('natGateway', natGateway, below(at, 'natGateway'));
  if (natGateway !== undefined && name === 'GatewaySubnet')
    reading.report(
      'value-invalid',
      below(at, 'natGateway'),
      'a GatewaySubnet cannot have a NAT gateway: Azure does not support it',
    );
  for (const [i, tag] of serviceEndpoints.entries())
    reading.refer('serviceTag', tag, below(at, 'serviceEndpoints', i));
}

/** Overlap is found by sorting: prefixes nest or are apart, so only neighbours in order can overlap. */
export function checkApart(ranges: readonly SubnetRange[], reading: Reading): void {
  const sorted = ranges.toSorted(({ value: a }, { value: b }) =>
    a.first < b.first ? -1 : a.first > b.first ? 1 : a.length - b.length,
  );
  let outer = sorted[0];
  for (const range of sorted.slice(1)) {
    if (outer && overlaps(outer.value, range.value))
      reading.report(
        'prefix-overlap',
        { either: [outer.at, range.at] },
        `${formatPrefix(range.value)} of ${range.subnet} overlaps ${formatPrefix(outer.value)} of ${outer.subnet}`,
      );
    else outer = range;
  }
}
