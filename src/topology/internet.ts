/** The Internet as programmed: who answers to a public address, and hosts that are presumed to exist there. */
import { formatAddress, type Address, type Value } from '../value/address.ts';
import { minus, setOf, type IntegerSet } from '../value/integer-set.ts';
import { ipOf } from '../packet/packet.ts';
import { buildMachine } from '../kinds/machine/build.ts';
import { readLinux } from '../kinds/machine/linux.ts';
import { once, type Built, type Programmed } from '../kinds/kind.ts';
import { memberAt } from '../kinds/public-address.ts';
import { PUBLIC_SPACE } from '../mechanism/address-space.ts';
import { INTERNET_PORT } from '../mechanism/host-switch.ts';
import { INTERNET, internet, type Edge, type PublicOwner } from '../mechanism/internet.ts';
import { lentPorts, MUXES, toBorrower, type Located } from '../mechanism/public-address.ts';
import type { Table } from '../walk/ask.ts';
import type { Endpoint, Link } from '../walk/device.ts';
import { defaultOutboundAddress } from './outbound.ts';
import type { Declaring } from './reading.ts';

/** The multiplexers of default outbound access, in the underlay. */
export const DEFAULT_OUTBOUND_ID = `${INTERNET}/default-outbound`;

/** Adds the node to a topology that has virtual networks or machines on the Internet; another of that name is reported. */
export function declareInternet(declaring: Declaring): void {
  const isOnInternet = [...declaring.nodes.values()].some((node) =>
    node.addresses.some(({ network }) => network === INTERNET),
  );
  if (declaring.vnets.size === 0 && !isOnInternet) return;
  const namesake = declaring.nodes.get(INTERNET);
  if (namesake) {
    const suggestion = 'give the node another name';
    declaring.report(
      'name-duplicate',
      { key: namesake.at },
      `"${INTERNET}" is the name of the Internet itself`,
      suggestion,
    );
    return;
  }
  const isBalanced = declaring.publicServices.some((one) => one.entry === 'mux');
  declaring.nodes.set(INTERNET, {
    at: '',
    addresses: [],
    members: isBalanced ? MUXES : [],
    ports: [],
    build: (programmed) => [buildEdge(declaring, programmed)],
  });
}

function buildEdge(declaring: Declaring, programmed: Programmed): Built {
  const owners = ownersOf(declaring);
  const services = servicesOf(declaring);
  const machines = machinesOn(declaring, programmed);
  const device = internet({
    owners: { find: (address) => owners.get(address) },
    machines: { find: (address) => machines.get(address) },
    elsewhere: elsewhere(declaring),
    lend: lending(declaring, programmed),
  });
  const toService = (port: string): Link => ({
    carry: (packet, _nextHop, ask) => {
      const to = ask.lookup(ipOf(packet)!.dst, { find: (address) => services.get(address) }, undefined);
      return to === undefined
        ? { reason: 'neighbour-missing' }
        : { to: { device: programmed.device(to), port } };
    },
  });
  const hosts: Link = {
    carry: (_packet, nextHop, ask) => {
      const find = (address: Value): Endpoint | undefined =>
        machines.get(address) ?? { device: programmed.presumed(address), port: PRESUMED_PORT };
      const to = nextHop && ask.lookup(nextHop, { find }, undefined);
      return to ? { to } : { reason: 'neighbour-missing' };
    },
  };
  const muxes = Object.fromEntries(MUXES.map((mux) => [mux, toService(mux)]));
  return {
    device,
    links: { ...muxes, host: toService(INTERNET_PORT), hosts, fabric: programmed.fabric.link },
  };
}

/** Devices by the address that they answer to. */
const servicesOf = ({ publicServices, sites }: Declaring): ReadonlyMap<Address, string> =>
  new Map([
    ...publicServices.map((one): [Address, string] => [one.address, one.device]),
    ...[...sites.values()].map((one): [Address, string] => [one.publicAddress, one.edge]),
  ]);

/** Who of the topology answers to a public address. */
export function publicly(declaring: Declaring): Table<string> {
  const known = once(() => {
    const owners = new Map(declaring.publicServices.map((one) => [one.address, one.owner]));
    for (const [node, { addresses }] of declaring.nodes)
      for (const { address, network } of addresses) if (network === INTERNET) owners.set(address, node);
    return owners;
  });
  return { find: (address) => known().get(address) };
}

function ownersOf(declaring: Declaring): ReadonlyMap<Address, PublicOwner> {
  const address = defaultOutboundAddress(declaring);
  const lender: PublicOwner = { address, owner: 'default outbound access', entry: 'lent', at: undefined };
  const ends = tunnelEnds(declaring);
  return new Map([...ends, ...declaring.publicServices, lender].map((one) => [one.address, one]));
}

/** Machines with a NIC on the Internet. */
function machinesOn(declaring: Declaring, programmed: Programmed): ReadonlyMap<Address, Endpoint> {
  const found = new Map<Address, Endpoint>();
  for (const [node, { addresses }] of declaring.nodes)
    for (const { address, network, port } of addresses)
      if (network === INTERNET)
        found.set(address, {
          get device() {
            return programmed.device(node);
          },
          port,
        });
  return found;
}

/** Public addresses that nothing in the topology has: neither as part of a network nor as an address of its own. */
export const elsewhere = (declaring: Declaring): IntegerSet =>
  minus(
    PUBLIC_SPACE,
    setOf([
      ...[...declaring.vnets.values()].flatMap((one) => one.addressPrefixes),
      ...[...declaring.sites.values()].flatMap((one) => one.prefixes),
      ...ownAddresses(declaring).map((address) => ({ first: address, last: address })),
    ]),
  );

const ownAddresses = (declaring: Declaring): readonly Address[] =>
  [...declaring.publicServices, ...tunnelEnds(declaring)].map((one) => one.address);

/** Public addresses of gateways and of edge routers. */
const tunnelEnds = ({ sites, gateways }: Declaring): readonly PublicOwner[] => [
  ...[...sites.values()].map(({ publicAddress: address, edge: owner, at }): PublicOwner => ({
    address,
    owner,
    entry: 'site',
    at,
  })),
  ...[...gateways.values()].map(({ publicAddress: address, name: owner, at }): PublicOwner => ({
    address,
    owner,
    entry: 'tunnel',
    at,
  })),
];

/** Brings answers to the address that default outbound access lends back to the host that translated. */
function lending(declaring: Declaring, programmed: Programmed): Edge['lend'] {
  const own = once(() => programmed.fabric.publicService(DEFAULT_OUTBOUND_ID));
  const zone = lentPorts(defaultOutboundAddress(declaring));
  const locate = (nic: string): Located | undefined => memberAt(nic, 4, programmed);
  return (packet, io) =>
    toBorrower(zone, own(), locate, packet, io) ?? { do: 'drop', reason: 'session-missing' };
}

const PRESUMED_PORT = 'eth0';

/** A host at an address that is on the Internet and that nothing in the topology owns. */
export function presumedHost(address: Address, declaring: Declaring, programmed: Programmed): Built {
  const name = formatAddress(address);
  const nic = {
    port: PRESUMED_PORT,
    addresses: [address],
    subnet: undefined,
    site: undefined,
    segment: undefined,
    mac: 0,
    enableIPForwarding: false,
    networkSecurityGroup: undefined,
    at: '',
  };
  const linux = readLinux(name, {}, [PRESUMED_PORT], '', declaring);
  return buildMachine(
    { name, nics: [nic], bridges: [], linux, listeners: undefined, at: '' },
    programmed,
  )[0]!;
}
