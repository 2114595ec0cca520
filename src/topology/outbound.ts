/** A NIC's ways to the Internet, as the controllers program them: all of them by rank, with why one is not there. */
import { familyOf, type Address } from '../value/address.ts';
import { setOf, single, type IntegerSet } from '../value/integer-set.ts';
import { prefix } from '../value/prefix.ts';
import type { Declarations, Nic, Subnet } from '../kinds/declarations.ts';
import { PORTS_EACH, type OutboundMethod, type PortShare } from '../mechanism/outbound.ts';

const TCP_AND_UDP = setOf([6, 17].map((protocol) => ({ first: protocol, last: protocol })));

/** RFC 5737, TEST-NET-1: stands for the address that Azure lends by default, which nobody can know beforehand. */
const STAND_INS = prefix('192.0.2.0/24');

/** The first address of the documentation network that the topology does not use. */
export function defaultOutboundAddress({ publicServices }: Declarations): Address {
  const taken = new Set(publicServices.map((one) => one.address));
  let address = Number(STAND_INS.first) + 1;
  while (taken.has(address)) address++;
  return address;
}

/** Microsoft, "What is Azure NAT Gateway?" for the order; the LB's and the NAT gateway's protocols are TCP and UDP. */
export function outboundMethods(nic: Nic, declarations: Declarations): readonly OutboundMethod[] {
  const subnet = declarations.subnets.get(nic.subnet)!;
  return [
    natGateway(nic, subnet, declarations),
    ...publicAddresses(nic),
    ...grants(nic, declarations),
    byDefault(nic, subnet, declarations),
  ];
}

const setOfAddresses = (addresses: readonly Address[]): IntegerSet =>
  setOf(addresses.map((address) => ({ first: address, last: address })));

const COMMON = { isExclusive: false, isPresumed: false } as const;
const ALL_PORTS = (addresses: readonly Address[]): PortShare => ({
  first: 0,
  count: addresses.length * PORTS_EACH,
});

/** It serves all addresses of the NIC, and what it does not carry is taken to go no other way: the sources are silent. */
function natGateway({ addresses }: Nic, subnet: Subnet, { natGateways }: Declarations): OutboundMethod {
  const gateway = subnet.natGateway === undefined ? undefined : natGateways.get(subnet.natGateway);
  const sources = setOfAddresses(addresses.filter((one) => familyOf(one) === 4));
  const serving = { ...COMMON, sources, protocols: TCP_AND_UDP, isExclusive: true };
  return gateway
    ? {
        ...serving,
        name: `NAT gateway ${gateway.name}`,
        addresses: gateway.addresses,
        ports: ALL_PORTS(gateway.addresses),
        text: gateway.text,
        at: gateway.at,
      }
    : {
        ...serving,
        name: 'NAT gateway',
        lacks: { failed: 'natGateway', wanted: `one on ${subnet.id}`, had: 'none' },
        addresses: [],
        ports: undefined,
        at: undefined,
      };
}

/** One to one: the public address stands for the first private one of its family, all protocols and ports. */
function publicAddresses({ id, addresses, publicAddresses: owned, at }: Nic): readonly OutboundMethod[] {
  const methods = owned.flatMap((address): OutboundMethod[] => {
    const own = addresses.find((one) => familyOf(one) === familyOf(address));
    if (own === undefined) return [];
    const name = `public address of ${id}`;
    return [
      {
        ...COMMON,
        name,
        sources: single(own),
        protocols: undefined,
        addresses: [address],
        ports: undefined,
        at,
      },
    ];
  });
  if (methods.length > 0) return methods;
  const lacks = { failed: 'publicIPAddress', wanted: `one on ${id}`, had: 'none' };
  return [
    {
      ...COMMON,
      name: 'public address',
      lacks,
      sources: [],
      protocols: undefined,
      addresses: [],
      ports: undefined,
      at: undefined,
    },
  ];
}

/** Outbound rules before load balancing rules; of a pool's members only the primary address sends. */
function grants({ id, addresses }: Nic, { outboundGrants }: Declarations): readonly OutboundMethod[] {
  const granted = outboundGrants.get(id) ?? [];
  if (granted.length === 0) {
    const lacks = { failed: 'outbound rule', wanted: `one for ${id}`, had: 'none' };
    const none = {
      ...COMMON,
      sources: [],
      protocols: undefined,
      addresses: [],
      ports: undefined,
      at: undefined,
    };
    return [{ ...none, name: 'load balancer', lacks }];
  }
  return granted.flatMap(({ name, addresses: frontends, protocols, ports, text, lacks, at }) =>
    ([4, 6] as const).flatMap((family): OutboundMethod[] => {
      const own = addresses.find((one) => familyOf(one) === family);
      const fronts = frontends.filter((one) => familyOf(one) === family);
      if (own === undefined || fronts.length === 0) return [];
      const method = { ...COMMON, name, sources: single(own), protocols, addresses: fronts, ports, text, at };
      return [lacks ? { ...method, lacks } : method];
    }),
  );
}

/** Lost in a private subnet, and by members of a Standard load balancer's pool; IPv4 only. */
function byDefault(nic: Nic, subnet: Subnet, declarations: Declarations): OutboundMethod {
  const member = (declarations.memberships.get(nic.id) ?? []).find((one) => one.losesDefault);
  const lacks = !subnet.defaultOutboundAccess
    ? { failed: 'defaultOutboundAccess', wanted: `true on ${subnet.id}`, had: 'false' }
    : member && { failed: 'membership', wanted: 'no Standard load balancer', had: `in pool ${member.pool}` };
  const addresses = [defaultOutboundAddress(declarations)];
  return {
    ...COMMON,
    name: 'default outbound access',
    ...(lacks && { lacks }),
    sources: setOfAddresses(nic.addresses.filter((one) => familyOf(one) === 4)),
    protocols: TCP_AND_UDP,
    addresses,
    ports: ALL_PORTS(addresses),
    isPresumed: true,
    at: lacks ? (member?.at ?? subnet.at) : undefined,
  };
}
