/** A rule more in the list of a firewall, before the one that denies or after all others. */
import type { Flow } from '../../packet/flow.ts';
import type { Value } from '../../value/address.ts';
import { formatPrefix, hostPrefix } from '../../value/prefix.ts';
import { lastOf, type Candidate, type Failure } from './failure.ts';

export function allowInFirewall({ stay, flow, at = '', valueAt, topology }: Failure): readonly Candidate[] {
  const matched = lastOf(stay, 'matched');
  const [, pointer = at, index] = /^(.+)\/(\d+)$/.exec(at) ?? [];
  const rules = valueAt(pointer);
  const isOther = topology.declared.securityGroups.has(matched?.table ?? '');
  if (!matched || isOther || !Array.isArray(rules)) return [];
  const position = index === undefined ? rules.length : Number(index);
  const entry = ruleFor(flow);
  const before = matched.rule?.rule;
  return [
    {
      change: {
        type: 'rule',
        table: 'rules',
        chain: matched.chain ?? '',
        // A filter at the NIC of a machine is a distributed firewall's.
        nodes: [pointer.split('/')[2] ?? stay.place.node],
        rule: ruleText(entry),
        ...(before !== undefined && { before }),
      },
      settings: [{ pointer, value: rules.toSpliced(position, 0, entry) }],
    },
  ];
}

interface Entry {
  readonly name: string;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly destinationPorts?: number;
  readonly action: 'allow';
}

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  58: 'icmp',
};

function ruleFor({ proto, src, dst, dport }: Flow<Value>): Entry {
  const protocol = PROTOCOLS[Number(proto)] ?? 'any';
  const port = protocol === 'tcp' || protocol === 'udp' ? Number(dport) : undefined;
  return {
    name: ['allow', protocol, port].filter((one) => one !== undefined).join('-'),
    source: formatPrefix(hostPrefix(src)),
    destination: formatPrefix(hostPrefix(dst)),
    protocol,
    ...(port !== undefined && { destinationPorts: port }),
    action: 'allow',
  };
}

/** As firewalls print their rules. */
const ruleText = ({ name, source, destination, protocol, destinationPorts }: Entry): string =>
  `${name} allow ${protocol} ${source} > ${destination}${destinationPorts === undefined ? '' : `:${destinationPorts}`}`;
