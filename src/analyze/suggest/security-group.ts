/** A rule more in a network security group, which is asked before the one that denies. */
import type { SecurityGroup } from '../../kinds/declarations.ts';
import { protocolWord } from '../../mechanism/rule-list.ts';
import type { Flow } from '../../packet/flow.ts';
import type { Value } from '../../value/address.ts';
import { formatPrefix, hostPrefix } from '../../value/prefix.ts';
import { below } from '../../walk/cite.ts';
import { lastOf, type Candidate, type Failure } from './failure.ts';

type Direction = 'Inbound' | 'Outbound';

export function allowInGroup(failure: Failure): readonly Candidate[] {
  const matched = lastOf(failure.stay, 'matched');
  const group = failure.topology.declared.securityGroups.get(matched?.table ?? '');
  if (!matched || !group) return [];
  const direction = matched.chain === 'Outbound' ? 'Outbound' : 'Inbound';
  const denying = group.rules.find((one) => one.at !== undefined && one.at === matched.rule?.at);
  const priority = priorityBefore(denying?.priority, direction, group);
  if (priority === undefined) return [];
  const entry = ruleFor(failure.flow, direction, priority);
  const at = below(group.at, 'securityRules');
  return [
    {
      change: {
        type: 'rule',
        table: group.name,
        chain: direction,
        rule: ruleText(entry),
        ...(matched.rule && { before: matched.rule.rule }),
      },
      settings: [
        group.rules.length > 0 ? { pointer: below(at, '-'), value: entry } : { pointer: at, value: [entry] },
      ],
    },
  ];
}

/** Nothing is let in without a group: a new one, on the NIC that the packet came to. */
export function newGroup({ flow, topology: { declared }, at = '' }: Failure): readonly Candidate[] {
  const nic = [...declared.nics.values()].find((one) => one.at === at);
  if (!nic) return [];
  const name = `nsg-${nic.id.replaceAll('/', '-')}`;
  const entry = ruleFor(flow, 'Inbound', FIRST);
  return [
    {
      change: { type: 'rule', table: name, chain: 'Inbound', nodes: [nic.id], rule: ruleText(entry) },
      settings: [
        { pointer: below('', 'networkSecurityGroups', name), value: { securityRules: [entry] } },
        { pointer: below(nic.at, 'networkSecurityGroup'), value: name },
      ],
    },
  ];
}

const FIRST = 100;
const LAST = 4096;

/** The free priority that is next before `limit`; without one, a free one after all others. */
function priorityBefore(
  limit: number | undefined,
  direction: Direction,
  { rules }: SecurityGroup,
): number | undefined {
  const taken = new Set(rules.filter((one) => one.direction === direction).map(({ priority }) => priority));
  const start = limit === undefined ? Math.min(LAST, Math.max(FIRST - 10, ...taken) + 10) : limit - 1;
  for (let priority = start; priority >= FIRST; priority--) if (!taken.has(priority)) return priority;
  return undefined;
}

interface Entry {
  readonly name: string;
  readonly priority: number;
  readonly protocol: string;
  readonly sourceAddressPrefix: string;
  readonly destinationAddressPrefix: string;
  readonly destinationPortRange?: number;
}

function ruleFor({ proto, src, dst, dport }: Flow<Value>, direction: Direction, priority: number): Entry {
  const protocol = protocolWord(proto) ?? '*';
  const hasPorts = protocol === 'Tcp' || protocol === 'Udp';
  const entry = {
    name: `allow-${direction.toLowerCase()}-${priority}`,
    priority,
    direction,
    access: 'Allow',
    protocol,
    sourceAddressPrefix: formatPrefix(hostPrefix(src)),
    destinationAddressPrefix: formatPrefix(hostPrefix(dst)),
    ...(hasPorts && { destinationPortRange: Number(dport) }),
  };
  return entry;
}

/** As groups print their rules. */
const ruleText = ({ name, priority, protocol, ...rest }: Entry): string =>
  `${priority} ${name} Allow ${protocol} ${rest.sourceAddressPrefix}:* > ${rest.destinationAddressPrefix}:${rest.destinationPortRange ?? '*'}`;
