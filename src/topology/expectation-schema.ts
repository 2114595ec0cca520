/** The shape of `expect:`, in a topology file or in a file of its own that names its topology. */
import * as v from 'valibot';
import { flag, integer } from '../kinds/schema.ts';
import { REASON_CODES } from '../walk/reason.ts';
import type { Outcome } from '../walk/verdict.ts';

const OUTCOMES = ['delivered', 'dropped', 'looped', 'left', 'unknown'] as const satisfies readonly Outcome[];
/** Headers by their names, and tunnels by those of ip-link(8) where a header alone does not tell them apart. */
// prettier-ignore
const TUNNELS = [
  'esp', 'vxlan', 'geneve', 'gre', 'gretap', 'ip6gre', 'ip6gretap', 'ipip', 'sit', 'ip6tnl', 'nvgre', 'lisp', 'erspan1',
  'erspan2', 'erspan3',
] as const;

const about = <Schema extends v.GenericSchema>(schema: Schema, text: string) =>
  v.pipe(schema, v.description(text));
const several = <Item extends v.GenericSchema>(item: Item) => v.pipe(v.array(item), v.minLength(1));
const oneOr = <Item extends v.GenericSchema>(item: Item, text: string) =>
  about(v.union([item, several(item)]), text);
const nodes = (text: string) => about(several(v.string()), text);
const text = (said: string) => about(v.string(), said);
const scalar = v.union([v.string(), v.number()]);

const walk = v.strictObject({
  src: oneOr(
    v.string(),
    'The source: an address, the name of a machine or NIC, or a prefix or range of addresses, `10.0.0.0/16` or `10.0.1.4-10.0.1.9`. One or a list.',
  ),
  dst: oneOr(
    v.string(),
    'The destination, likewise. All combinations are walked but those of a machine with itself.',
  ),
  proto: oneOr(
    scalar,
    'As `--proto` takes it: `tcp/22`, `udp/53`, `icmp`, or an IP protocol; or a range of ports, `tcp/8000-8010`. One or a list.',
  ),
  sport: v.optional(integer('Source port. Default: 49152.', 0, 65_535)),
  ttl: v.optional(integer('TTL of the first packet. Default: what the sender uses.', 0, 255)),
  flags: v.optional(text('TCP flags of the first packet, as `S` or `SYN,ACK`. Default: SYN.')),
  size: v.optional(integer('Octets of the first packet from its IP header on.', 20, 65_535)),
  df: v.optional(flag('It may not be fragmented.')),
  dscp: v.optional(integer('Its code point.', 0, 63)),
  in: v.optional(text('Inject the packet at this `node/port`, as if it came from the wire.')),
  handshake: v.optional(flag('Walk the ACK of a TCP handshake too.')),
  'no-return': v.optional(flag('Do not walk the answer.')),
});

const seen = v.strictObject({
  src: v.optional(text('Its source: an address, or the name of a machine or NIC.')),
  dst: v.optional(text('Its destination, likewise.')),
  sport: v.optional(integer('Its source port.', 0, 65_535)),
  dport: v.optional(integer('Its destination port.', 0, 65_535)),
});

/** Claims that each direction can have. */
const ofAWay = {
  via: v.optional(nodes('Nodes that it passes, in this order; others may lie between them.')),
  nat: v.optional(
    about(
      v.union([v.literal('none'), seen]),
      'What the receiver sees of the packet: some of `src`, `dst`, `sport`, `dport`; or `none`: nothing is rewritten on the way.',
    ),
  ),
  encapsulation: v.optional(
    about(
      v.union([v.literal('none'), several(v.picklist(TUNNELS))]),
      'Headers that are put around it, in this order, or `none`.',
    ),
  ),
  ttl: v.optional(integer('Its TTL when it arrives.', 0, 255)),
  'mtu-at-least': v.optional(
    integer('Octets that a packet may have at least and pass whole, by the MTU of every link.', 68, 65_535),
  ),
  'mirrored-to': v.optional(nodes('Nodes that are delivered a copy of it, made by port mirroring.')),
};

/** One entry of `expect:`. */
export const expectationSchema = v.strictObject({
  name: about(
    v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
    'What is expected, in a few words; no two alike in a file.',
  ),
  why: v.optional(text('For the reader of a failure: why it must be so, whom to ask.')),
  severity: v.optional(
    about(v.picklist(['error', 'warning']), 'A warning is told and does not fail the check. Default: error.'),
  ),
  walk: about(walk, 'The flow, or all flows of a set: the options of `nettrace walk`.'),
  pick: v.optional(
    about(v.record(v.string(), v.string()), 'What load balancers and the like choose, as `--pick`.'),
  ),
  fail: v.optional(nodes('Nodes, ports and links that are taken to have failed, as `--fail`.')),
  'fail-any': v.optional(
    integer(
      'All this must hold whichever so many nodes, links and ports fail, down every branch, as `--fail-any`.',
      1,
      3,
    ),
  ),
  'mid-flow': v.optional(
    about(
      v.literal(true),
      'The flow is established first; then `fail`, `fail-any` and `set` come, and all this is about its next packet, as `--mid-flow`.',
    ),
  ),
  set: v.optional(
    about(
      v.record(v.string(), v.unknown()),
      'What if: values of the topology that are other ones, by their paths, as `--set`: `machines.nva1.linux.sysctl.net.ipv4.ip_forward: 0`; null removes.',
    ),
  ),
  verdict: v.optional(
    oneOr(
      v.picklist(OUTCOMES),
      'How it ends, both directions taken together: `delivered`, `dropped`, `looped`, `left` or `unknown`. Default: delivered, and dropped where a `reason` is given.',
    ),
  ),
  reason: v.optional(
    oneOr(v.picklist(REASON_CODES), 'Why it is dropped: `nettrace explain` lists the reasons.'),
  ),
  at: v.optional(text('The node where it ends: the receiver of what is delivered.')),
  ...ofAWay,
  'not-via': v.optional(nodes('Nodes that it does not pass, there or back.')),
  'through-same': v.optional(
    nodes('Of these nodes it passes exactly one, and the answer the same one: appliances that share a job.'),
  ),
  branches: v.optional(
    about(
      v.picklist(['every', 'some']),
      'All this must hold down every way that load balancers and other choices can go, or down some. Default: the usual one.',
    ),
  ),
  symmetric: v.optional(flag('Whether both directions pass the same stateful devices.')),
  trombone: v.optional(
    flag('Whether a link between places is crossed to come back again, beyond what the ends ask for.'),
  ),
  return: v.optional(
    about(
      v.strictObject({ ...ofAWay, 'not-via': v.optional(nodes('Nodes that the answer does not pass.')) }),
      'The same of the answer.',
    ),
  ),
});

export type ExpectationText = v.InferOutput<typeof expectationSchema>;
export type WayText = Pick<
  ExpectationText,
  'via' | 'nat' | 'encapsulation' | 'ttl' | 'mtu-at-least' | 'mirrored-to' | 'not-via'
>;

const expectations = v.pipe(
  v.array(expectationSchema),
  v.description('What must hold of flows: `nettrace check` walks them. No other command reads it.'),
);

/** `expect:` in a topology file. */
export const expectEntry = v.optional(expectations);

/** A file of expectations. */
export const expectationFileSchema = v.strictObject({
  topology: v.pipe(
    v.string(),
    v.description('The topology file, from the folder of this one: `../hub.yaml`.'),
  ),
  name: v.optional(v.pipe(v.string(), v.description('For the reader.'))),
  description: v.optional(v.pipe(v.string(), v.description('For the reader.'))),
  $schema: v.optional(
    v.pipe(v.string(), v.description('Where the JSON Schema is, for editors of JSON files.')),
  ),
  expect: expectations,
});

/** As much of a topology file as expectations are. */
export const expectSchema = v.object({ expect: expectEntry });
