/** For a walk that failed: why, what nearly matched, and what to try. A table by reason. */
import type { Hop, NearRow, Reason, Step, WalkFact, WalkReport } from '../report/report.ts';
import { endText, fieldText, flowText, placeText, routeText } from './flow.ts';
import { after, flowOfLayers, innermostIp, innermostTransport, type Layers } from './layers.ts';
import { memberName, nearText, ruleName, ruleText, type StepOf } from './row.ts';
import { blamed, hopNumber, listText } from './verdict.ts';
import { LATENT, REJECTED, towardsText } from './words.ts';

export interface Explanation {
  /** One sentence with the facts. */
  readonly why?: string | undefined;
  /** What almost decided otherwise. */
  readonly nearly?: string | undefined;
  /** A command line option or an edit; only where the reason makes one obvious. */
  readonly attempt?: string | undefined;
}

/** What the blamed hop knew when the packet ended. */
interface Facts {
  readonly report: WalkReport;
  readonly walk: WalkFact;
  readonly hop: Hop;
  readonly drop: StepOf<'drop'> & Step;
  readonly node: string;
  readonly src: string;
  readonly dst: string;
  readonly service: string;
  readonly isV6: boolean;
  readonly route: StepOf<'route'> | undefined;
  readonly rule: (StepOf<'rule'> & Step) | undefined;
  readonly balance: StepOf<'balance'> | undefined;
}

export function explain(report: WalkReport): Explanation {
  const failed = blamed(report);
  const step = failed?.hop.steps[failed.blame.step];
  if (!failed || !step) return {};
  if (step.type === 'loop') return { why: loopText(report, failed) };
  if (step.type === 'leave') return { why: leaveText(failed.hop, step) };
  if (step.type === 'unknown')
    return { why: `the model, not the network, is short of an answer: ${step.missing}` };
  if (step.type !== 'drop') return {};
  const facts = factsOf(report, failed.walk, failed.hop, step);
  return {
    why: WHY[step.reason](facts) ?? step.note,
    nearly: nearlyText(facts),
    attempt: TRY[step.reason]?.(facts),
  };
}

function factsOf(report: WalkReport, walk: WalkFact, hop: Hop, drop: StepOf<'drop'> & Step): Facts {
  const layers = hop.steps.reduce<Layers>(
    (now, step) => after(step, now),
    hop.in?.packet.layers ?? walk.packet.layers,
  );
  const ip = innermostIp({ layers });
  const transport = innermostTransport({ layers });
  const port = fieldText(transport, 'dport');
  return {
    report,
    walk,
    hop,
    drop,
    node: hop.node,
    src: fieldText(ip, 'src') ?? walk.flow.src,
    dst: fieldText(ip, 'dst') ?? walk.flow.dst,
    service: `${transport?.proto ?? walk.flow.proto}${port === undefined ? '' : `/${port}`}`,
    isV6: ip?.proto === 'ipv6',
    route: hop.steps.findLast((step) => step.type === 'route'),
    rule: hop.steps.findLast((step) => step.type === 'rule'),
    balance: hop.steps.findLast((step) => step.type === 'balance'),
  };
}

type Told = (facts: Facts) => string | undefined;

const routed = ({ route, dst }: Facts): string =>
  route && route.prefix !== null
    ? `the route ${routeText(route)} takes packets for ${dst}`
    : `no route takes packets for ${dst}`;

const WHY: Readonly<Record<Reason, Told>> = {
  'route-none': (facts) => `${routed(facts)}, and its next hop is None`,
  'route-missing': ({ route, node, dst }) =>
    `${node} has no route to ${dst}${route ? ` in ${route.table}` : ''}`,
  'route-next-hop-unknown': (facts) => `${routed(facts)}, and nothing in reach can take them there`,
  'route-blackhole': routed,
  'route-unreachable': routed,
  'route-prohibit': routed,
  'filter-denied': ({ rule, node }) => (rule ? `${node} denies it: ${ruleText(rule)}` : undefined),
  'filter-default-policy': ({ rule, node }) =>
    rule ? `no rule matched at ${node}, and what remains is denied: ${ruleText(rule)}` : undefined,
  'nic-forwarding-off': ({ node, dst }) =>
    `the packet is for ${dst}, which is not an address of ${node}'s NIC, and enableIPForwarding is off there`,
  'guest-forwarding-off': (facts) =>
    `the packet is for ${facts.dst}, not for ${facts.node}, and ${forwardingKey(facts)} is 0 there`,
  'source-spoofed': ({ node, src }) =>
    `the packet is from ${src}, which is not an address of ${node}'s NIC, and enableIPForwarding is off there`,
  'reverse-path-failed': ({ route, node, src }) =>
    `rp_filter on ${node} wants the way back to ${src} on the interface of arrival, and it is ${route && route.prefix !== null ? routeText(route) : 'nowhere'}`,
  'source-martian': ({ node, src, dst }) =>
    `${node} takes no packet from ${src} to ${dst}: such addresses cannot be there`,
  'neighbour-missing': ({ route, dst, node }) => {
    const network =
      route && route.prefix !== null ? `that the route ${routeText(route)} leads to` : `behind ${node}`;
    return `${dst} is on the network ${network}, and nothing there owns it`;
  },
  'nat-address-missing': ({ node }) => `${node} has no address to translate to on the interface of the rule`,
  'session-missing': (facts) =>
    unseenText(facts) ??
    strangerText(facts) ??
    `${facts.node} has no session for ${packetName(facts.walk)}, which cannot open one`,
  'session-invalid': (facts) =>
    unseenText(facts) ??
    `${facts.node} cannot place ${packetName(facts.walk)} in any connection that it knows`,
  'balancer-no-rule': ({ node, service, dst }) => `no rule of ${node} takes ${service} for ${dst}`,
  'balancer-no-backend': ({ balance, node }) =>
    balance ? backendsText(balance) : `no member behind ${node} is up`,
  'tunnel-no-endpoint': ({ node }) => `no tunnel of ${node} has these two ends`,
  'tunnel-key-mismatch': ({ node }) => `the tunnel's other end uses a key that ${node} does not expect`,
  'tunnel-selector-mismatch': ({ node, dst }) => `${node} has no tunnel that carries packets for ${dst}`,
  'packet-too-big': ({ drop }) => `the packet has ${drop.packet.length} bytes and may not be fragmented`,
  'ttl-expired': ({ node }) => `the packet came to ${node} with no router left in its TTL`,
  'peering-forwarded-denied': ({ src, node, drop }) =>
    `${src} is not in the VNet that ${node} sends from, and ${peeringName(drop.pointer)} has allowForwardedTraffic off`,
  'peering-access-denied': ({ drop }) => `${peeringName(drop.pointer)} has allowVirtualNetworkAccess off`,
  'peering-not-connected': () => 'only one of the two VNets is peered with the other',
  'listener-missing': ({ node, service }) =>
    `${node} says what it listens on, and ${service} is not among it`,
  'node-down': ({ node }) => `${node}, or the port that the packet needs there, is down`,
  'hop-limit': () => 'the walk went on past its bound without an exact repetition',
};

const TRY: Partial<Record<Reason, Told>> = {
  'nic-forwarding-off': ({ drop }) => set(drop.pointer, 'enableIPForwarding', 'true'),
  'source-spoofed': ({ drop }) => set(drop.pointer, 'enableIPForwarding', 'true'),
  'guest-forwarding-off': (facts) =>
    set(`/machines/${escapeKey(facts.node)}/linux/sysctl`, forwardingKey(facts), '1'),
  'peering-forwarded-denied': ({ drop }) => set(drop.pointer, 'allowForwardedTraffic', 'true'),
  'peering-access-denied': ({ drop }) => set(drop.pointer, 'allowVirtualNetworkAccess', 'true'),
  'route-next-hop-unknown': ({ route, drop }) =>
    route && route.prefix !== null && route.nextHop !== undefined
      ? `give ${route.nextHop} to a NIC or a frontend in reach, or correct the next hop${placed(drop.at)}`
      : undefined,
  'route-none': addRoute,
  'route-missing': addRoute,
  'filter-denied': permit,
  'filter-default-policy': permit,
  'balancer-no-backend': ({ balance }) =>
    balance && balance.members.length === 0 ? `put a NIC into pool ${balance.pool}` : undefined,
  'listener-missing': ({ node, service, drop }) =>
    `add ${service} to the listeners of ${node}${placed(drop.at)}`,
  'session-invalid': rejoin,
  'session-missing': rejoin,
  'ttl-expired': ({ walk }) => (walk.direction === 'forward' ? '--ttl 64' : undefined),
};

const placed = (at: string | undefined): string => {
  const place = placeText(at);
  return place === undefined ? '' : ` (${place})`;
};

/** `vnet-spoke1's peering with vnet-hub`, from `/vnets/vnet-spoke1/peerings/vnet-hub`. */
function peeringName(pointer = ''): string {
  const [, , owner, , remote] = pointer.split('/');
  return owner === undefined || remote === undefined ? 'the peering' : `${owner}'s peering with ${remote}`;
}

function addRoute({ route, node, dst }: Facts): string | undefined {
  if (!route) return undefined;
  const tables: Readonly<Record<string, string>> = {
    'system routes': "a route table on the sender's subnet",
    main: `table main of ${node}`,
  };
  return `add a route for ${dst} to ${tables[route.table] ?? route.table}`;
}

const forwardingKey = ({ isV6 }: Facts): string =>
  isV6 ? 'net.ipv6.conf.all.forwarding' : 'net.ipv4.ip_forward';

const escapeKey = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** `--set POINTER/KEY=VALUE`, in quotes when a shell would read more into it than a word. */
function set(pointer: string | undefined, key: string, value: string): string | undefined {
  if (pointer === undefined) return undefined;
  const path = pointer.endsWith(`/${key}`) ? pointer : `${pointer}/${key}`;
  const word = `${path}=${value}`;
  return /^[\w./=:~-]+$/.test(word) ? `--set ${word}` : `--set '${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** The rule that would have let it through, had one field been other. */
function permit({ rule, src, dst, service }: Facts): string | undefined {
  if (!rule) return undefined;
  const near = rule.near.find((miss) => isPermission(miss) && !isDefault(miss));
  if (near) {
    const name = ruleName({ ...rule, rule: near.rule });
    return `let ${name}${placed(near.at)} take ${near.failed} ${near.had}; it wants ${near.wanted}`;
  }
  const isGroup = rule.chain === 'Inbound' || rule.chain === 'Outbound';
  return isGroup
    ? `add a rule to ${rule.table} ${rule.chain} that allows ${service} from ${src} to ${dst}`
    : undefined;
}

/** A rule that every security group ends with, and that nobody can change. */
const isDefault = ({ text = '' }: NearRow): boolean => /^65\d{3} /.test(text);

/** Whether the rule would have let the packet through: an Allow of a security group, a target that does not discard. */
const isPermission = ({ text = '' }: NearRow): boolean =>
  !/ Deny (?:Tcp|Udp|Icmp|Esp|Ah|\*) |-j (?:DROP|REJECT)\b/.test(text);

function nearlyText({ rule, route }: Facts): string | undefined {
  const near = rule?.near.find(isPermission);
  if (rule && near) return `${nearText(rule, near)}${placed(near.at)}`;
  const lost = route?.rejected.find(({ why, nextHopType }) => LATENT.has(why) && nextHopType !== 'None');
  return lost ? `${routeText(lost)}: ${REJECTED[lost.why]}${placed(lost.at)}` : undefined;
}

function backendsText(balance: StepOf<'balance'>): string {
  const members = balance.members.map(
    ({ name, why }) => `${memberName(name, balance)}${why === undefined ? '' : ` (${why})`}`,
  );
  return members.length === 0
    ? `pool ${balance.pool} is empty`
    : `no member of pool ${balance.pool} passes its probe: ${members.join(', ')}`;
}

const packetName = ({ flow }: WalkFact): string =>
  flow.flags?.length ? `the ${flow.flags.join(',')}` : `the ${flow.proto} packet`;

/** The way there, when the device that misses state was not on it: the usual cause. */
function unseenText({ report, walk, node }: Facts): string | undefined {
  const there = report.walks.find(({ direction }) => direction === 'forward');
  if (!there || walk.direction !== 'return' || there.hops.some((hop) => hop.node === node)) return undefined;
  const between = there.hops.slice(1, -1).map((hop) => hop.node);
  const before = walk.hops.slice(1, -1).map((hop) => hop.node);
  const via = before.length === 0 ? 'straight' : `through ${listText(before)}`;
  const way = between.length === 0 ? 'went straight' : `went through ${listText(between)}`;
  return `${packetName(there)} ${way}; ${packetName(walk)} came ${via} to ${node}, which never saw ${packetName(there)}`;
}

/** Whoever asked has no session with the address that answers: a translation of the way there that the way back missed. */
function strangerText({ report, walk, node, src }: Facts): string | undefined {
  const there = report.walks.find(({ direction }) => direction === 'forward');
  if (!there || walk.direction !== 'return' || there.hops[0]?.node !== node) return undefined;
  const asked = endText(there.flow.dst, there.flow.dport);
  const answers = endText(src, walk.flow.sport);
  return `${node} asked ${asked}, and ${answers} answers: what was rewritten on the way there was not undone on the way back`;
}

/** Where the two ways part: the appliance that the answer was routed to, and the hop of the way there that took another route. */
function rejoin({ report, walk, node }: Facts): string | undefined {
  const there = report.walks.find(({ direction }) => direction === 'forward');
  if (!there || walk.direction !== 'return' || there.hops.some((hop) => hop.node === node)) return undefined;
  const steered = routesOf(walk).find(
    ({ route }) => route.nextHopType === 'VirtualAppliance' && route.nextHop !== undefined,
  );
  const direct = routesOf(there).findLast(({ route }) => /^VNet/i.test(route.nextHopType));
  if (!steered || !direct) return `send both ways through ${node}, or neither`;
  const { route, hop } = direct;
  const table = route.table === 'system routes' ? `a route table on ${hop.where ?? hop.node}` : route.table;
  return `add to ${table}: ${route.prefix} -> VirtualAppliance ${steered.route.nextHop ?? ''}`;
}

type Taken = Extract<StepOf<'route'>, { readonly prefix: string }>;

const routesOf = ({ hops }: WalkFact): readonly { readonly hop: Hop; readonly route: Taken }[] =>
  hops.flatMap((hop) =>
    hop.steps.flatMap((step) =>
      step.type === 'route' && step.prefix !== null ? [{ hop, route: step }] : [],
    ),
  );

function leaveText({ steps }: Hop, { towards }: StepOf<'leave'>): string {
  const route = steps.findLast((step) => step.type === 'route');
  const by = route && route.prefix !== null ? `by the route ${routeText(route)} ` : '';
  return `${by}the packet leaves the modelled network towards ${towardsText(towards)}`;
}

function loopText(report: WalkReport, { walk, hop, blame }: NonNullable<ReturnType<typeof blamed>>): string {
  const first = walk.hops.findLastIndex((one, i) => i < blame.hop && one.node === hop.node);
  // A node that sends to itself is one hop, which holds the whole turn.
  const turn =
    first < 0 ? [hop.node, hop.node] : walk.hops.slice(first, blame.hop + 1).map(({ node }) => node);
  const since = first < 0 ? '' : ` since hop ${hopNumber(report, { walk: blame.walk, hop: first })}`;
  const flow = flowOfLayers(walk.packet);
  return `${flow ? flowText(flow) : 'the packet'} goes round${since}: ${turn.join(' > ')}`;
}
