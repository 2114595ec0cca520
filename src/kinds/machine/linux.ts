/** What a topology says of a machine's kernel, in the words of its tools. */
import type { Family } from '../../value/address.ts';
import { readRuleset, type Ruleset } from '../../mechanism/netfilter/netfilter.ts';
import { interfaceAddress, readInterfaces, type ShownInterface } from '../../mechanism/linux/address-text.ts';
import {
  ETHERNET,
  inKernelOrder,
  LOOPBACK_LINK,
  scopeOf,
  type InterfaceAddress,
  type LinkState,
} from '../../mechanism/linux/interface.ts';
import { readFdb } from '../../mechanism/linux/fdb-text.ts';
import type { IpSets } from '../../mechanism/linux/ip-set.ts';
import { readIpSets } from '../../mechanism/linux/ip-set-text.ts';
import { readNeighbours, type StatedNeighbour } from '../../mechanism/linux/neighbour-text.ts';
import type { PolicyRule } from '../../mechanism/linux/policy-rule.ts';
import { programmed, readPolicyRules, type WrittenRule } from '../../mechanism/linux/policy-rule-text.ts';
import { hopsOf, type LinuxRoute } from '../../mechanism/linux/route.ts';
import { readRoutes } from '../../mechanism/linux/route-text.ts';
import { sysctl, type Sysctl } from '../../mechanism/linux/sysctl.ts';
import { tableNames, type TableName } from '../../mechanism/linux/tables.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading, Text } from '../kind.ts';
import { asList } from '../schema.ts';
import { isText, type LinuxText } from './linux-schema.ts';
import { readSettings } from './settings.ts';
import { tell } from './tell.ts';
import { readTunnels, type TunnelInterface } from './tunnel.ts';
import { readVlanLinks, type VlanInterface } from './vlan-link.ts';

export interface LinuxConfig {
  readonly sysctl: Sysctl;
  /** By interface; undefined takes what the NICs say. */
  readonly addresses: ReadonlyMap<string, readonly InterfaceAddress[]> | undefined;
  /** What else is stated of interfaces. */
  readonly links: ReadonlyMap<string, LinkState>;
  /** Undefined: connected routes and a default route. */
  readonly routes: readonly LinuxRoute[] | undefined;
  /** Undefined: the kernel's own. */
  readonly policy: { readonly [family in Family]?: readonly PolicyRule[] };
  readonly rulesets: { readonly 4?: Ruleset; readonly 6?: Ruleset };
  /** Undefined when the topology does not say what is in them. */
  readonly sets: IpSets | undefined;
  readonly tunnels: readonly TunnelInterface[];
  readonly vlans: readonly VlanInterface[];
  readonly neighbours: readonly StatedNeighbour[];
  readonly at: Cite;
}

/** Reads the texts, reporting each mistake at its line. */
export function readLinux(
  node: string,
  text: LinuxText,
  ports: readonly string[],
  at: Cite,
  reading: Reading,
): LinuxConfig {
  const names = tableNames(new Map(Object.entries(text.tables ?? {})));
  const addresses = readAddresses(text.addresses, below(at, 'addresses'), reading);
  const written = (key: TextKey): Written | undefined => writtenAt(text[key], below(at, key), reading);
  const { ends } = readFdb(written('fdb')?.text ?? '', below(at, 'fdb'));
  const tunnels = readTunnels(node, text.links ?? {}, ports, below(at, 'links'), reading, ends);
  const interfaces = ['lo', ...ports, ...Object.keys(text.links ?? {}), ...(addresses?.keys() ?? [])];
  const routes = readTable(written('routes'), names, interfaces, reading);
  const steering = policy(written('rules'), written('rules6'), names, reading);
  checkTables(
    steering,
    [...(routes ?? []).map(({ table }) => table), ...Object.keys(text.tables ?? {})],
    reading,
  );
  return {
    sysctl: sysctl(readSettings(text.sysctl, below(at, 'sysctl'), reading)),
    addresses: addresses && mapped(addresses, (one) => one.addresses),
    links: mapped(addresses ?? new Map(), (one) => one.link),
    routes,
    policy: steering,
    rulesets: {
      ...rules(written('iptables'), 4, reading),
      ...rules(written('ip6tables'), 6, reading),
    },
    sets: readSets(written('ipset'), reading),
    tunnels,
    vlans: readVlanLinks(node, text.links ?? {}, ports, below(at, 'links'), reading),
    neighbours: readNeighbourTable(written('neighbours'), interfaces, reading),
    at,
  };
}

const mapped = <T, U>(map: ReadonlyMap<string, T>, make: (value: T) => U): ReadonlyMap<string, U> =>
  new Map([...map].map(([key, value]) => [key, make(value)]));

type TextKey = 'fdb' | 'neighbours' | 'routes' | 'rules' | 'rules6' | 'iptables' | 'ip6tables' | 'ipset';

/** A text, and where it stands. */
interface Written {
  readonly text: string;
  readonly at: Cite;
}

function writtenAt(value: Text | undefined, at: Cite, reading: Reading): Written | undefined {
  const text = value === undefined ? undefined : reading.text(value, at);
  return text === undefined ? undefined : { text, at };
}

function rules(
  written: Written | undefined,
  family: 4 | 6,
  reading: Reading,
): { readonly 4?: Ruleset; readonly 6?: Ruleset } {
  if (written === undefined) return {};
  const { text, at } = written;
  const { ruleset, problems } = readRuleset(text, { family, at });
  for (const { line, column, message, suggestion, isWarning } of problems) {
    if (isWarning) continue;
    reading.report(
      'text-syntax',
      `${at}#${line}:${column}`,
      message.replace(/^[A-Z](?=[a-z]| )/, (letter) => letter.toLowerCase()),
      suggestion === undefined || / is /.test(suggestion) ? suggestion : `write ${suggestion}`,
    );
  }
  return { [family]: ruleset };
}

/** Undefined when the topology states none. */
function readTable(
  written: Written | undefined,
  names: TableName,
  interfaces: readonly string[],
  reading: Reading,
): readonly LinuxRoute[] | undefined {
  if (written === undefined) return undefined;
  const { text, at } = written;
  const { routes, problems } = readRoutes(text, at, names);
  tell(problems, at, reading);
  for (const route of routes)
    for (const { dev } of hopsOf(route))
      if (dev !== undefined) reading.referIn(interfaces, 'interface', dev, route.at ?? at);
  return routes;
}

/**
 * Rules of both families. One text may have those of both; a rule without an address is then of both, and else of IPv4,
 * as `ip rule` prints it.
 */
function policy(
  both: Written | undefined,
  six: Written | undefined,
  names: TableName,
  reading: Reading,
): LinuxConfig['policy'] {
  const rules = readRules(both, names, reading);
  const rules6 = readRules(six, names, reading);
  for (const { family, at } of rules6 ?? [])
    if (family === 4)
      reading.report('text-syntax', at!, 'this is no IPv6 rule', 'IPv4 rules stand under rules');
  const isOfBoth = rules6 === undefined && (rules?.some(({ family }) => family === 6) ?? false);
  const of6 = isOfBoth ? rules : rules6;
  return {
    ...(rules && {
      4: programmed(
        rules.filter(({ family }) => family !== 6),
        4,
      ),
    }),
    ...(of6 && {
      6: programmed(
        of6.filter(({ family }) => family !== 4),
        6,
      ),
    }),
  };
}

/** A table that a rule names and no route is in has nothing to say, unless its name is a slip. */
function checkTables(steering: LinuxConfig['policy'], tables: readonly string[], reading: Reading): void {
  const named = tables.filter((table) => !/^\d+$/.test(table));
  const known = new Set([...named, 'local', 'main', 'default']);
  for (const { action, at } of [...(steering[4] ?? []), ...(steering[6] ?? [])]) {
    if (action.do !== 'lookup' || known.has(action.table) || at === undefined) continue;
    if (!/^\d+$/.test(action.table)) reading.nearly([...known], 'routing table', action.table, at);
  }
}

function readNeighbourTable(
  written: Written | undefined,
  interfaces: readonly string[],
  reading: Reading,
): readonly StatedNeighbour[] {
  if (written === undefined) return [];
  const { neighbours, problems } = readNeighbours(written.text, written.at);
  tell(problems, written.at, reading);
  for (const { port, at } of neighbours) reading.referIn(interfaces, 'interface', port, at);
  return neighbours;
}

function readRules(
  written: Written | undefined,
  names: TableName,
  reading: Reading,
): readonly WrittenRule[] | undefined {
  if (written === undefined) return undefined;
  const { rules: read, problems } = readPolicyRules(written.text, written.at, names);
  tell(problems, written.at, reading);
  return read;
}

function readSets(written: Written | undefined, reading: Reading): IpSets | undefined {
  if (written === undefined) return undefined;
  const { sets, problems } = readIpSets(written.text, written.at);
  tell(problems, written.at, reading);
  return sets;
}

type Interfaces = ReadonlyMap<string, ShownInterface>;

/** Interfaces of a map, or of a text or file; undefined takes what the NICs say. */
function readAddresses(value: LinuxText['addresses'], at: Cite, reading: Reading): Interfaces | undefined {
  if (value === undefined) return undefined;
  if (!isText(value))
    return new Map(
      Object.entries(value).map(([port, texts]) => [
        port,
        shown(port, inKernelOrder(readList(asList(texts), below(at, port), reading))),
      ]),
    );
  const text = reading.text(value, at);
  if (text === undefined) return undefined;
  const { interfaces, problems } = readInterfaces(text, at);
  tell(problems, at, reading);
  return interfaces;
}

const shown = (port: string, addresses: readonly InterfaceAddress[]): ShownInterface => ({
  addresses,
  link: port === 'lo' ? LOOPBACK_LINK : ETHERNET,
});

const readList = (texts: readonly string[], at: Cite, reading: Reading): readonly InterfaceAddress[] =>
  texts.flatMap((text, i) => {
    const own = interfaceAddress(text);
    if (own) return [{ ...own, scope: scopeOf(own.address), at: below(at, i) }];
    reading.report(
      'value-invalid',
      below(at, i),
      `"${text}" is not an interface address`,
      'write 10.0.1.4/24',
    );
    return [];
  });
