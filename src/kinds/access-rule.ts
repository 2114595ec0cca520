/** Rules of firewalls as a topology writes them: who may talk to whom, by which service. */
import * as v from 'valibot';
import { wantedPorts, type ListedRule, type Wanted } from '../mechanism/rule-list.ts';
import { setOf } from '../value/integer-set.ts';
import { formatPrefix } from '../value/prefix.ts';
import { below, type Cite } from '../walk/cite.ts';
import type { Reading } from './kind.ts';
import { ports, readPorts, writtenPorts, type Ports } from './ports.ts';
import { asList, name, oneOrMany } from './schema.ts';
import { readPrefixes } from './written.ts';

/** ICMP of both families has one name. */
const PROTOCOLS = {
  tcp: [6],
  udp: [17],
  icmp: [1, 58],
  gre: [47],
  esp: [50],
  ah: [51],
  ospf: [89],
  sctp: [132],
  any: [],
} as const;

type Protocol = keyof typeof PROTOCOLS;

const protocol = v.picklist(Object.keys(PROTOCOLS) as Protocol[]);

/** Numbers of the protocols; none of any. */
export function protocolNumbers(names: Protocol | readonly Protocol[]): readonly number[] {
  const numbers = asList(names).map((one): readonly number[] => PROTOCOLS[one]);
  return numbers.some((one) => one.length === 0) ? [] : numbers.flat();
}

/** What a rule may want of a packet. */
export const packetEntries = {
  source: v.optional(oneOrMany('Prefixes of the source. Default any.')),
  destination: v.optional(oneOrMany('Prefixes of the destination. Default any.')),
  protocol: v.optional(
    v.pipe(
      v.union([protocol, v.array(protocol)]),
      v.description('The IP protocol, one or a list; icmp is that of both families. Default any.'),
    ),
    'any',
  ),
  sourcePorts: v.optional(ports('A port, a range such as 1024-65535, or *.')),
  destinationPorts: v.optional(ports('A port, a range such as 8080-8090, or *.')),
};

export const ruleEntries = {
  name: v.pipe(name, v.description('As reports name it.')),
  ...packetEntries,
  action: v.picklist(['allow', 'deny']),
};

/** What becomes of packets that fit no session. */
export const asymmetric = v.optional(
  v.pipe(
    v.picklist(['drop', 'allow']),
    v.description(
      'What becomes of TCP without the SYN that opens a session, and of other packets that belong to none: dropped, or judged by the rules. PAN-OS calls the second non-SYN TCP and asymmetric path bypass, Cisco TCP state bypass. Default drop.',
    ),
  ),
  'drop',
);

export type PacketConfig = v.InferOutput<v.StrictObjectSchema<typeof packetEntries, undefined>>;

type RuleConfig = v.InferOutput<v.StrictObjectSchema<typeof ruleEntries, undefined>>;

export function readRule(config: RuleConfig, at: Cite, reading: Reading): ListedRule {
  const numbers = protocolNumbers(config.protocol);
  checkPorts(config, at, reading);
  return {
    name: config.name,
    access: config.action === 'allow' ? 'Allow' : 'Deny',
    wanted: {
      protocol:
        numbers.length === 0
          ? undefined
          : {
              set: setOf(numbers.map((one) => ({ first: one, last: one }))),
              text: asList(config.protocol).join(','),
            },
      source: addresses(config.source, below(at, 'source'), reading),
      sourcePort: portsAt(config.sourcePorts, below(at, 'sourcePorts'), reading),
      destination: addresses(config.destination, below(at, 'destination'), reading),
      destinationPort: portsAt(config.destinationPorts, below(at, 'destinationPorts'), reading),
    },
    text: `${config.name} ${config.action} ${packetText(config)}`,
    at,
  };
}

const portsAt = (value: Ports | undefined, at: Cite, reading: Reading): Wanted | undefined =>
  wantedPorts(readPorts(writtenPorts(value, at), reading));

function addresses(texts: string | string[] | undefined, at: Cite, reading: Reading): Wanted | undefined {
  if (texts === undefined) return undefined;
  const prefixes = readPrefixes(texts, at, reading).map(({ value }) => value);
  return { set: setOf(prefixes), text: prefixes.map(formatPrefix).join(',') };
}

const PORTED: ReadonlySet<string> = new Set<Protocol>(['tcp', 'udp', 'any']);

/** Ports are of TCP and UDP. */
export function checkPorts(config: PacketConfig, at: Cite, reading: Reading): void {
  const portless = asList(config.protocol).filter((one) => !PORTED.has(one));
  for (const key of ['sourcePorts', 'destinationPorts'] as const)
    if (config[key] !== undefined && portless.length > 0)
      reading.report(
        'value-invalid',
        below(at, key),
        `ports are of tcp and udp, not of ${portless.join(' and ')}`,
        'give it a rule of its own, without ports',
      );
}

/** `tcp any > 10.1.0.0/24:443` */
export function packetText(config: PacketConfig): string {
  const end = (texts: string | string[] | undefined, own: Ports | undefined): string =>
    `${asList(texts).join(',') || 'any'}${own === undefined ? '' : `:${asList(own).join(',')}`}`;
  const { source, sourcePorts, destination, destinationPorts } = config;
  return `${asList(config.protocol).join(',')} ${end(source, sourcePorts)} > ${end(destination, destinationPorts)}`;
}

/** A rule is found by its name. */
export function checkNames(
  of: string,
  rules: readonly { readonly name: string; readonly at?: Cite | undefined }[],
  reading: Reading,
): void {
  const names = new Set<string>();
  for (const { name: own, at = '' } of rules) {
    if (names.has(own))
      reading.report(
        'name-duplicate',
        below(at, 'name'),
        `rule ${own} stands twice in ${of}`,
        'give one of them another name',
      );
    names.add(own);
  }
}
