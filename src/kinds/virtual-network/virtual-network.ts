/** Virtual networks: address space, subnets and peerings. */
import * as v from 'valibot';
import { formatPrefix, overlaps, prefix, type Prefix } from '../../value/prefix.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { VirtualNetwork } from '../declarations.ts';
import type { Kind, Reading } from '../kind.ts';
import { integer, named, oneOrMore } from '../schema.ts';
import { readPrefixes, type Written } from '../written.ts';
import { checkPeering, declarePeering, peering } from './peering.ts';
import { checkApart, declareSubnet, subnet } from './subnet.ts';

const schema = v.strictObject({
  addressPrefixes: oneOrMore('The address space.'),
  vni: v.optional(
    integer(
      'VXLAN network identifier in the underlay. Default: 10000 and up by 10, in file order.',
      1,
      0xffffff,
    ),
  ),
  location: v.optional(
    v.pipe(
      v.string(),
      v.description('Azure region. Peerings between different regions are global.'),
      v.examples(['westeurope']),
    ),
  ),
  subnets: v.optional(named(subnet), {}),
  peerings: v.optional(named(peering), {}),
});

type Config = v.InferOutput<typeof schema>;

export const virtualNetwork: Kind<Config> = {
  kind: 'virtual-network',
  section: 'vnets',
  summary: 'Virtual networks: address space, subnets and peerings.',
  schema,
  declare(name, config, at, reading) {
    const space = readPrefixes(config.addressPrefixes, below(at, 'addressPrefixes'), reading);
    checkSpace(name, space, reading);
    const addressPrefixes = space.map((one) => one.value);
    const owner = { name, space: addressPrefixes };
    const subnets = Object.entries(config.subnets).map(([key, one]) => ({
      key,
      ...declareSubnet(owner, key, one, below(at, 'subnets', key), reading),
    }));
    checkApart(
      subnets.flatMap((one) => one.ranges),
      reading,
    );
    const vni = vniOf(name, config.vni, at, reading);
    const vnet: VirtualNetwork = {
      name,
      addressPrefixes,
      get vni() {
        return vni();
      },
      location: config.location,
      subnets: new Map(subnets.map((one) => [one.key, one.subnet])),
      peerings: new Map(
        Object.entries(config.peerings).map(([remote, one]) => [
          remote,
          declarePeering(name, remote, one, below(at, 'peerings', remote), reading),
        ]),
      ),
      at,
    };
    reading.vnet(vnet);
    reading.later(() => {
      for (const one of vnet.peerings.values()) checkPeering(vnet, one, reading);
    });
  },
};

const FIRST_VNI = 10_000;

/** The identifier: as stated, else the one that its place in the file gives, or the next that no other VNet states. */
function vniOf(name: string, stated: number | undefined, at: Cite, reading: Reading): () => number {
  let vni = stated ?? FIRST_VNI + 10 * reading.declared.vnets.size;
  const claim = { code: 'vni-duplicate', what: 'vni', owner: name, at: below(at, 'vni') } as const;
  if (stated !== undefined) reading.claim({ ...claim, value: String(stated) });
  else
    reading.later(() => {
      while (reading.isClaimed('vni', String(vni))) vni++;
      reading.claim({ ...claim, value: String(vni) });
    });
  return () => vni;
}

/** Azure refuses these as address space: Microsoft, "Virtual Network FAQ". */
const REFUSED: readonly Prefix[] = [
  '224.0.0.0/4',
  '255.255.255.255/32',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '168.63.129.16/32',
].map(prefix);

function checkSpace(vnet: string, space: readonly Written<Prefix>[], reading: Reading): void {
  for (const [i, { value, at }] of space.entries()) {
    const refused = REFUSED.find((range) => overlaps(range, value));
    if (refused)
      reading.report(
        'value-invalid',
        at,
        `${formatPrefix(value)} cannot be a range of ${vnet}: Azure keeps ${formatPrefix(refused)} for itself`,
      );
    const earlier = space.slice(0, i).find((one) => overlaps(one.value, value));
    if (earlier)
      reading.report(
        'prefix-overlap',
        { either: [earlier.at, at] },
        `${formatPrefix(value)} overlaps ${formatPrefix(earlier.value)}, another range of ${vnet}`,
      );
  }
}
