/** A topology document read into a network that can be walked. */
import type { Address } from '../value/address.ts';
import type { EffectiveTable } from '../mechanism/effective-route.ts';
import type { Balanced } from '../mechanism/host-switch.ts';
import { KINDS } from '../kinds/index.ts';
import type { Built, Declared, NodeDeclaration, Programmed } from '../kinds/kind.ts';
import type { Device, Endpoint, Network } from '../walk/device.ts';
import type { MemberFact } from '../walk/event.ts';
import { below } from '../walk/cite.ts';
import { Diagnostics, type Diagnostic } from '../source/diagnostic.ts';
import type { Document } from '../source/document.ts';
import { effectiveTable } from './effective-routes.ts';
import { internetLink, programFabric } from './fabric.ts';
import { advertisedBy } from './advertised.ts';
import { probeMember } from './health.ts';
import { Declaring } from './reading.ts';
import { programmedGroup } from './security-groups.ts';
import { shape } from './shape.ts';

/** Nodes and ports that are taken to have failed: `nva1`, `nva1/eth0`. */
export type Failures = ReadonlySet<string>;

export interface Topology {
  readonly name: string;
  readonly file: string;
  readonly declared: Declared;
  readonly network: Network;
  /** The device that sends and receives for a machine or router; throws when the node is neither. */
  device(node: string): Device;
  /** Every owner of an address as a machine; several when VNets that are apart reuse it. */
  owners(address: Address): readonly { readonly node: string; readonly network: string }[];
  effectiveTable(subnet: string): EffectiveTable;
}

export interface Read {
  /** Undefined when there are errors. */
  readonly topology: Topology | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a document: shape first, then meaning; all problems of a stage are reported at once. */
export function readTopology(document: Document, failures: Failures = new Set()): Read {
  const diagnostics = new Diagnostics();
  const shaped = shape(document.value);
  for (const { at, part, ...problem } of shaped.problems)
    diagnostics.report({ ...problem, severity: 'error', at: document.locate(at, part) });
  const declaring = new Declaring((code, at, message, suggestion) =>
    diagnostics.report({
      code,
      severity: 'error',
      message,
      at: document.locate(at),
      ...(suggestion === undefined ? {} : { suggestion }),
    }),
  );
  if (!shaped.value) return { topology: undefined, diagnostics: diagnostics.all };
  for (const kind of KINDS) {
    const section = shaped.value[kind.section] as Readonly<Record<string, unknown>> | undefined;
    for (const [name, config] of Object.entries(section ?? {}))
      kind.declare(name, config, below('', kind.section, name), declaring);
  }
  declaring.finish();
  const name =
    typeof shaped.value['name'] === 'string'
      ? shaped.value['name']
      : document.file.replace(/^.*[/\\]|\.(ya?ml|json)$/g, '');
  const isGood = diagnostics.errors.length === 0;
  return {
    topology: isGood ? program(name, document.file, declaring, failures) : undefined,
    diagnostics: diagnostics.all,
  };
}

/** Programs the tables, each when it is first needed. */
function program(name: string, file: string, declaring: Declaring, failures: Failures): Topology {
  const built = new Map<string, Built>();
  const device = (wanted: string): Device => {
    const known = built.get(wanted);
    if (known) return known.device;
    const node = declaring.nodes.get(wanted.split(':')[0]!);
    for (const one of node?.build(programmed) ?? []) built.set(one.device.name, one);
    const made = built.get(wanted);
    if (!made) throw new Error(`no device ${wanted}`);
    return made.device;
  };
  const network: Network = {
    link: (from, port) => built.get(from.name)?.links[port],
    failed: (node, port) =>
      isDown(declaring.nodes.get(node)) ||
      failures.has(node) ||
      (port !== undefined && failures.has(`${node}/${port}`)),
  };
  const fabric = programFabric(declaring, device);
  const table = (subnet: string): EffectiveTable => effectiveTable(declaring.subnets.get(subnet)!, declaring);
  const probes = new Map<string, MemberFact>();
  const neighbours = new Map<string, ReadonlyMap<Address, Endpoint>>();
  const programmed: Programmed = {
    fabric,
    internet: internetLink(declaring, device),
    effectiveTable: table,
    securityGroup: (group, subnet) =>
      programmedGroup(declaring.securityGroups.get(group)!, declaring.subnets.get(subnet)!, declaring),
    physical: (node) => fabric.physical(node),
    neighbours: (site) => {
      const known = neighbours.get(site) ?? neighboursOf(site, declaring, device);
      neighbours.set(site, known);
      return { find: (address) => known.get(address) };
    },
    advertised: (gateway) => advertisedBy(declaring.gateways.get(gateway), declaring),
    balanced: (nic) => balancedAt(nic, declaring),
    device,
    probe: (nic, probe) => {
      const key = `${nic} ${probe.protocol} ${probe.port}`;
      const known = probes.get(key) ?? probeMember(network, declaring.nics.get(nic)!, probe, device);
      probes.set(key, known);
      return known;
    },
    declared: declaring,
  };
  const owners = ownersOf(declaring);
  return {
    name,
    file,
    declared: declaring,
    network,
    device,
    owners: (address) => owners().get(address) ?? [],
    effectiveTable: table,
  };
}

const isDown = (node: NodeDeclaration | undefined): boolean => node?.down === true;

function neighboursOf(
  site: string,
  declaring: Declaring,
  device: (name: string) => Device,
): ReadonlyMap<Address, Endpoint> {
  const found = new Map<Address, Endpoint>();
  const add = (address: Address, name: string, port: string): void => {
    found.set(address, {
      get device() {
        return device(name);
      },
      port,
    });
  };
  const declared = declaring.sites.get(site);
  for (const address of declared?.edgeAddresses ?? []) add(address, declared!.edge, 'lan');
  for (const one of declaring.neighbours.get(site) ?? [])
    for (const address of one.addresses) add(address, one.node, one.port);
  return found;
}

/** A load balancer's rules with the NIC's own address of the frontend's family as the backend. */
const balancedAt = (nic: string, declaring: Declaring): readonly Balanced[] =>
  (declaring.balanced.get(nic) ?? []).flatMap((rule) => {
    const backend = declaring.nics
      .get(nic)
      ?.addresses.find((address) => typeof address === typeof rule.frontend);
    return backend === undefined ? [] : [{ ...rule, backend }];
  });

type Owners = ReadonlyMap<Address, readonly { readonly node: string; readonly network: string }[]>;

/** An index of who owns which address, made when it is first asked for. */
function ownersOf(declaring: Declaring): () => Owners {
  let index: Owners | undefined;
  return () => {
    if (index) return index;
    const made = new Map<Address, { node: string; network: string }[]>();
    for (const [node, { addresses }] of declaring.nodes) {
      for (const { address, network } of addresses)
        made.set(address, [...(made.get(address) ?? []), { node, network }]);
    }
    index = made;
    return made;
  };
}
