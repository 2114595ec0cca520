/** What the kinds declare while they read, with the mistakes they find. */
import { offsetBy, parseAddress, type Address, type Value } from '../value/address.ts';
import { formatPrefix, parsePrefix, type Prefix } from '../value/prefix.ts';
import type { Chain } from '../mechanism/chain.ts';
import type { VnicFilter } from '../mechanism/firewall/vnic.ts';
import type { Balanced } from '../mechanism/frontend.ts';
import type {
  Claim,
  Declared,
  NodeDeclaration,
  Reading,
  Referable,
  Text,
  TextFiles,
  Where,
} from '../kinds/kind.ts';
import type {
  Announcement,
  BridgeDeclaration,
  Connection,
  InterSiteLink,
  LinkDeclaration,
  Neighbour,
  Placed,
  Segment,
  Site,
} from '../kinds/premises.ts';
import type {
  BalancerDeclaration,
  Gateway,
  MachineDeclaration,
  Membership,
  NatGateway,
  Nic,
  OutboundGrant,
  PublicService,
  RouteTable,
  SecurityGroup,
  ServiceAddress,
  Subnet,
  VirtualNetwork,
} from '../kinds/declarations.ts';
import type { DiagnosticCode } from '../source/diagnostic.ts';
import { printable } from '../source/printable.ts';
import { nearest } from '../source/suggest.ts';
import { below, type Cite } from '../walk/cite.ts';
import { CALLED, referables } from './called.ts';
import { checkAddress } from './check-address.ts';
import { checkOwners } from './check-owners.ts';
import { noFiles } from './no-files.ts';
import { listAt } from './remembered.ts';

export type Report = (code: DiagnosticCode, at: Where, message: string, suggestion?: string) => void;

const RENAME = 'give one of them another name';

const FIRST_MAC = 0x000d3a000000;

/** Names of a file can be long; a message is not. */
const LONGEST_MESSAGE = 400;

/** Collects declarations; everything refers to everything, so references are checked by `finish`. */
export class Declaring implements Reading {
  readonly vnets = new Map<string, VirtualNetwork>();
  readonly subnets = new Map<string, Subnet>();
  readonly routeTables = new Map<string, RouteTable>();
  readonly securityGroups = new Map<string, SecurityGroup>();
  readonly nics = new Map<string, Nic>();
  readonly serviceAddresses: ServiceAddress[] = [];
  readonly publicServices: PublicService[] = [];
  readonly chains: Chain[] = [];
  readonly natGateways = new Map<string, NatGateway>();
  readonly memberships = new Map<string, Membership[]>();
  readonly outboundGrants = new Map<string, OutboundGrant[]>();
  readonly gateways = new Map<string, Gateway>();
  readonly serviceTags = new Map<string, readonly Prefix[]>();
  readonly balancers = new Map<string, BalancerDeclaration>();
  readonly machines = new Map<string, MachineDeclaration>();
  readonly sites = new Map<string, Site>();
  readonly segments = new Map<string, Segment>();
  readonly interSiteLinks = new Map<string, InterSiteLink>();
  readonly places = new Map<string, Placed>();
  readonly announcements = new Map<string, Announcement>();
  readonly vnicFilters = new Map<string, VnicFilter[]>();
  readonly bridges = new Map<string, BridgeDeclaration>();
  readonly connections = new Map<string, Connection>();
  readonly links: LinkDeclaration[] = [];
  readonly nodes = new Map<string, NodeDeclaration>();
  readonly stations = new Map<Value, string>();
  readonly hosts = new Map<string, string>();
  readonly physicals = new Map<string, Address>();
  readonly neighbours = new Map<string, Neighbour[]>();
  readonly balanced = new Map<string, Omit<Balanced, 'backend'>[]>();
  readonly declared: Declared = this;
  readonly report: Report;
  readonly isWhole: boolean;
  readonly #leftOut: ReadonlySet<string>;
  readonly #files: TextFiles;
  readonly #claims = new Map<string, Claim>();
  readonly #checks: (() => void)[] = [];
  #macs = 0;

  /** `leftOut` are the names of entries that could not be read; `*` stands for any. */
  constructor(report: Report, leftOut: ReadonlySet<string> = new Set(), files: TextFiles = noFiles) {
    this.report = (code, at, message, suggestion) =>
      report(
        code,
        at,
        printable(message, LONGEST_MESSAGE),
        suggestion && printable(suggestion, LONGEST_MESSAGE),
      );
    this.isWhole = leftOut.size === 0;
    this.#leftOut = leftOut;
    this.#files = files;
  }

  vnet(vnet: VirtualNetwork): void {
    this.vnets.set(vnet.name, vnet);
    for (const subnet of vnet.subnets.values()) this.subnets.set(subnet.id, subnet);
  }

  routeTable = (table: RouteTable): void => void this.routeTables.set(table.name, table);
  securityGroup = (group: SecurityGroup): void => void this.securityGroups.set(group.name, group);
  publicService = (service: PublicService): void => void this.publicServices.push(service);
  chain = (chain: Chain): void => void this.chains.push(chain);
  natGateway = (gateway: NatGateway): void => void this.natGateways.set(gateway.name, gateway);
  membership = (one: Membership): void => void listAt(this.memberships, one.nic).push(one);
  outboundGrant = (one: OutboundGrant): void => void listAt(this.outboundGrants, one.nic).push(one);
  balancer = (one: BalancerDeclaration): void => void this.balancers.set(one.name, one);
  machine = (one: MachineDeclaration): void => void this.machines.set(one.name, one);
  gateway = (gateway: Gateway): void => void this.gateways.set(gateway.name, gateway);
  serviceTag = (name: string, prefixes: readonly Prefix[]): void => void this.serviceTags.set(name, prefixes);
  site = (site: Site): void => void this.sites.set(site.name, site);
  segment = (segment: Segment): void => void this.segments.set(segment.name, segment);
  interSiteLink = (link: InterSiteLink): void => void this.interSiteLinks.set(link.name, link);
  vnicFilter = (machine: string, one: VnicFilter): void => void listAt(this.vnicFilters, machine).push(one);
  announcement = (one: Announcement): void => void this.announcements.set(one.node, one);
  bridge = (bridge: BridgeDeclaration): void => void this.bridges.set(bridge.name, bridge);
  link = (link: LinkDeclaration): void => void this.links.push(link);
  connection = (connection: Connection): void => void this.connections.set(connection.id, connection);
  physical = (host: string, address: Address): void => void this.physicals.set(host, address);
  host = (node: string, host: string): void => void this.hosts.set(node, host);
  later = (check: () => void): void => void this.#checks.push(check);
  nextMac = (): number => FIRST_MAC + this.#macs++;
  station = (mac: number, name: string): void => void this.stations.set(mac, name);

  nic(nic: Nic): void {
    this.nics.set(nic.id, nic);
    this.later(() => {
      for (const [i, address] of nic.addresses.entries())
        checkAddress(address, nic.subnet, nic.id, `${nic.at}/privateIPAddress/${i}`, this);
    });
  }

  serviceAddress(service: ServiceAddress): void {
    this.serviceAddresses.push(service);
    this.later(() => checkAddress(service.address, service.subnet, service.id, service.at, this));
  }

  fifthAddress(service: Omit<ServiceAddress, 'address'>): void {
    this.later(() => {
      const subnet = this.subnets.get(service.subnet)?.addressPrefixes[0];
      if (!subnet) return;
      const address = offsetBy(subnet.first, 4);
      this.serviceAddresses.push({ ...service, address });
      checkAddress(address, service.subnet, service.id, service.at, this);
    });
  }

  place(node: string, place: string, at: Cite): void {
    this.places.set(node, { place, at });
    this.later(() => {
      const known = [...this.interSiteLinks.values()].flatMap(({ between }) => between);
      this.referIn([...new Set(known)], 'place', place, at);
    });
  }

  neighbour(neighbour: Neighbour): void {
    listAt(this.neighbours, neighbour.network).push(neighbour);
  }

  balance(nics: readonly string[], balanced: Omit<Balanced, 'backend'>): void {
    for (const nic of nics) listAt(this.balanced, nic).push(balanced);
  }

  node(name: string, node: NodeDeclaration): void {
    const earlier = this.nodes.get(name);
    if (earlier)
      this.report('name-duplicate', { key: node.at }, `"${printable(name)}" names two nodes`, RENAME);
    else this.nodes.set(name, node);
  }

  isClaimed = (what: string, value: string): boolean => this.#claims.has(`${what} ${value} `);

  claim(claim: Claim): void {
    const key = `${claim.what} ${claim.value} ${claim.within ?? ''}`;
    const earlier = this.#claims.get(key);
    if (earlier)
      this.report(
        claim.code,
        { either: [earlier.at, claim.at] },
        `${claim.what} ${claim.value} of ${claim.owner} is already that of ${earlier.owner}`,
        claim.suggestion,
      );
    else this.#claims.set(key, claim);
  }

  address(text: string, at: Cite): Address | undefined {
    const address = parseAddress(text);
    if (address === undefined)
      this.report(
        'value-invalid',
        at,
        `"${printable(text)}" is not an IP address`,
        text.includes('/') ? 'write it without the prefix length' : 'write it as 10.0.1.4 or fd00::4',
      );
    return address;
  }

  text(value: Text, at: Cite): string | undefined {
    if (typeof value === 'string') return value;
    const read = this.#files(value.file);
    if (typeof read === 'string') return read;
    this.report('file-unreadable', below(at, 'file'), read.problem, read.suggestion);
    return undefined;
  }

  prefix(text: string, at: Cite): Prefix | undefined {
    const parsed = parsePrefix(text);
    if (!('problem' in parsed)) return parsed;
    if (parsed.problem === 'syntax')
      this.report(
        'value-invalid',
        at,
        `"${printable(text)}" is not a prefix`,
        'write it as 10.0.0.0/24 or fd00::/64',
      );
    else
      this.report(
        'prefix-host-bits',
        at,
        `${printable(text)} has bits set behind its length`,
        `did you mean ${formatPrefix(parsed.prefix)}?`,
      );
    return undefined;
  }

  refer(of: Referable, name: string, at: Where): void {
    this.later(() => {
      const names = referables(of, this);
      if (names.has(name)) return;
      const [node = '', port = ''] = name.split('/');
      if (of === 'nic' && this.nodes.get(node)?.ports.includes(port))
        this.report('reference-missing', at, `${name} is on a site, not in a subnet`);
      else this.#missing([...names.keys()], CALLED[of], name, at);
    });
  }

  referIn(names: readonly string[], what: string, name: string, at: Where): void {
    if (!names.includes(name)) this.#missing(names, what, name, at);
  }

  nearly(names: readonly string[], what: string, name: string, at: Where): void {
    const near = nearest(name, names);
    if (near !== undefined)
      this.report(
        'key-unknown',
        at,
        `"${printable(name)}" is not a ${what} that is known`,
        `did you mean "${near}"?`,
      );
  }

  /** Runs the checks that need everything declared. */
  finish(): void {
    for (let i = 0; i < this.#checks.length; i++) this.#checks[i]!();
    checkOwners(this);
  }

  #missing(names: readonly string[], what: string, name: string, at: Where): void {
    if (this.#leftOut.has('*') || this.#leftOut.has(name.split('/')[0]!)) return;
    const near = nearest(name, names);
    const shown =
      names.length > 0
        ? `there are: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`
        : `the topology has none`;
    this.report(
      'reference-missing',
      at,
      `there is no ${what} "${printable(name)}"`,
      near === undefined ? shown : `did you mean "${near}"?`,
    );
  }
}
