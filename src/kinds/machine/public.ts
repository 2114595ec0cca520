/** Public addresses of NICs: translated at the host in Azure; alone, they put the NIC on the Internet. */
import { familyOf, type Address } from '../../value/address.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';
import { declareChain, refusePrivateChain } from '../chain.ts';
import { claimRouted } from '../public-address.ts';
import { asList } from '../schema.ts';
import type { Written } from '../written.ts';
import type { NicConfig } from './nic.ts';

interface Place {
  readonly subnet?: string | undefined;
  readonly site?: string | undefined;
  readonly segment?: string | undefined;
  readonly bridge?: string | undefined;
  readonly switch?: string | undefined;
}

/** A NIC that is plugged into nothing; with a public address it is on the Internet. */
export const isUnplugged = ({ subnet, site, segment, bridge, switch: plugged }: Place): boolean =>
  [subnet, site, segment, bridge, plugged].every((place) => place === undefined);

/** One a family; in a subnet each belongs to the NIC's first address of its family. */
export function readPublic(
  id: string,
  texts: NicConfig['publicIPAddress'],
  at: Cite,
  reading: Reading,
): readonly Written<Address>[] {
  const read = asList(texts).flatMap((text, i) => {
    const where = Array.isArray(texts) ? below(at, i) : at;
    const value = claimRouted(text, id, where, reading);
    return value === undefined ? [] : [{ value, at: where }];
  });
  const families = new Set<number>();
  for (const { value, at: where } of read) {
    const family = familyOf(value);
    if (families.has(family))
      reading.report(
        'value-invalid',
        where,
        `${id} has two public addresses of one family`,
        'leave one of them',
      );
    families.add(family);
  }
  return read;
}

/** At its host a public address is translated one to one. */
export function declarePublic(
  id: string,
  node: string,
  { value: address, at }: Written<Address>,
  reading: Reading,
): void {
  reading.publicService({ id, device: `${node}:host`, address, owner: id, entry: 'host', at });
  reading.balance([id], {
    frontend: address,
    protocols: undefined,
    frontendPorts: undefined,
    backendPort: undefined,
    enableFloatingIP: false,
    rule: `public address of ${id}`,
    layer: 'slb-nat',
    isClosed: true,
    at,
  });
}

/** Puts a gateway load balancer into the way of a NIC's public addresses. */
export function chainPublic(
  id: string,
  node: string,
  publics: readonly Written<Address>[],
  gateway: string | undefined,
  at: Cite,
  reading: Reading,
): void {
  if (gateway === undefined) return;
  if (publics.length === 0) return refusePrivateChain(`NIC ${id}`, at, reading);
  const chain = { owner: id, device: `${node}:host`, gateway, at: below(at, 'gatewayLoadBalancer') };
  declareChain(
    chain,
    publics.map((one) => one.value),
    reading,
  );
}
