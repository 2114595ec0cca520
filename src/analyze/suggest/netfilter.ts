/** Rules more in what `iptables-save` prints: written into the text of the machine. */
import { familyOf, formatAddress, type Value } from '../../value/address.ts';
import type { Flow } from '../../packet/flow.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Candidate, Failure, Setting } from './failure.ts';
import { lastOf } from './failure.ts';

/** What stops the packet is a rule, or a chain's policy: a rule before it that accepts. */
export function acceptInChain(failure: Failure): readonly Candidate[] {
  const { stay, direction, outer: flow, at: ended = '' } = failure;
  const matched = lastOf(stay, 'matched');
  if (matched?.chain === undefined) return [];
  const { table, chain, rule } = matched;
  const before = rule && { name: rule.rule, line: lineOf(rule.at ?? '') };
  const pointer = (rule?.at ?? ended).replace(/#.*$/, '') || textAt(stay.place.node, flow);
  const accept = (match: string): readonly Candidate[] => {
    const accepts = `${match} -j ACCEPT`;
    const setting = withRule(pointer, table, `-A ${chain} ${accepts}`, before?.line, failure);
    if (!setting) return [];
    const written = before ? `-I ${chain} ${before.name} ${accepts}` : `-A ${chain} ${accepts}`;
    return [
      {
        change: { type: 'rule', table, chain, nodes: [stay.place.node], rule: written },
        settings: [setting],
      },
    ];
  };
  // The port that an answer is for belongs to one flow.
  return accept(direction === 'return' ? '-m conntrack --ctstate RELATED,ESTABLISHED' : matchOf(flow));
}

/** These machines put their own address in the place of the sender's, so that answers come back to them. */
export function masquerade(nodes: readonly string[], failure: Failure): readonly Candidate[] {
  const settings = nodes.flatMap(
    (node) => withRule(textAt(node, failure.flow), 'nat', MASQUERADE, undefined, failure) ?? [],
  );
  if (nodes.length === 0 || settings.length < nodes.length) return [];
  return [
    { change: { type: 'rule', table: 'nat', chain: 'POSTROUTING', nodes, rule: MASQUERADE }, settings },
  ];
}

const MASQUERADE = '-A POSTROUTING -j MASQUERADE';

const textAt = (node: string, { dst }: Flow<Value>): Cite =>
  below('', 'machines', node, 'linux', familyOf(dst) === 6 ? 'ip6tables' : 'iptables');

const lineOf = (cite: Cite): number | undefined => {
  const line = /#(\d+)/.exec(cite)?.[1];
  return line === undefined ? undefined : Number(line);
};

/** The text with the rule before line `line`, or at the end of the table, which is added where it is not there. */
function withRule(
  pointer: Cite,
  table: string,
  rule: string,
  line: number | undefined,
  { valueAt, topology }: Failure,
): Setting | undefined {
  const value = valueAt(pointer) ?? '';
  const node = pointer.split('/')[2] ?? '';
  if (typeof value !== 'string' || !topology.declared.nodes.has(node)) return undefined;
  const lines = value.trimEnd().split('\n');
  const start = lines.findIndex((one) => one.trim() === `*${table}`);
  const end = lines.findIndex((one, i) => i > start && one.trim() === 'COMMIT');
  const isOpen = start >= 0 && end > start;
  if (line !== undefined) lines.splice(line - 1, 0, rule);
  else if (isOpen) lines.splice(end, 0, rule);
  else lines.push(`*${table}`, rule, 'COMMIT');
  return { pointer, value: `${lines.join('\n').trimStart()}\n` };
}

const NAMES: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  47: 'gre',
  50: 'esp',
  58: 'icmpv6',
};

/** The flow in iptables' words. */
function matchOf({ proto, src, dst, dport }: Flow<Value>): string {
  const name = NAMES[Number(proto)] ?? String(proto);
  const ports = name === 'tcp' || name === 'udp' ? ` --dport ${dport}` : '';
  return `-s ${formatAddress(src)} -d ${formatAddress(dst)} -p ${name}${ports}`;
}
