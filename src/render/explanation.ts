/** For a walk that failed: why, and what nearly matched. A table by reason. */
import type { Hop, Reason, WalkReport } from '../report/report.ts';
import { strangerText, strayText, unseenText } from './asymmetry.ts';
import { factsOf, type Facts, type Told } from './facts.ts';
import { fieldText, flowText, packetName, routeText } from './flow.ts';
import { flowOfLayers } from './layers.ts';
import { nearlyText } from './near-miss.ts';
import { outboundText } from './outbound.ts';
import { memberName, ruleText, type StepOf } from './row.ts';
import { blamed, hopNumber } from './verdict.ts';
import { tooBigText } from './too-big.ts';
import { towardsText } from './words.ts';

export interface Explanation {
  /** One sentence with the facts. */
  readonly why?: string | undefined;
  /** What almost decided otherwise. */
  readonly nearly?: string | undefined;
}

export function explain(report: WalkReport): Explanation {
  const failed = blamed(report);
  const step = failed?.hop.steps[failed.blame.step];
  if (!failed || !step) return report.symmetric === false ? { why: strayText(report) } : {};
  if (step.type === 'loop') return { why: loopText(report, failed) };
  if (step.type === 'leave') return { why: leaveText(failed.hop, step) };
  if (step.type === 'unknown')
    return { why: `the model, not the network, is short of an answer: ${step.missing}` };
  if (step.type !== 'drop') return {};
  const facts = factsOf(report, failed.walk, failed.hop, step);
  return { why: WHY[step.reason](facts) ?? step.note, nearly: nearlyText(facts) };
}

const routed = ({ route, dst }: Facts): string =>
  route && route.prefix !== null
    ? `the route ${routeText(route)} takes packets for ${dst}`
    : route?.policy
      ? `rule ${route.policy.rule} refuses packets for ${dst}`
      : `no route takes packets for ${dst}`;

/** The routes of the Internet, which nobody edits. */
const PUBLIC_ROUTES = 'public routes';

const WHY: Readonly<Record<Reason, Told>> = {
  'route-none': (facts) => `${routed(facts)}, and its next hop is None`,
  'route-missing': ({ route, node, dst }) =>
    route?.table === PUBLIC_ROUTES
      ? `the Internet has no route to ${dst}`
      : `${node} has no route to ${dst}${route ? ` in ${route.table}` : ''}`,
  'route-next-hop-unknown': (facts) =>
    `${routed(facts)}, and ${facts.drop.note === undefined ? 'nothing in reach can take them there' : `${facts.drop.note}, which has the next hop's address`}`,
  'route-blackhole': routed,
  'route-unreachable': routed,
  'route-prohibit': routed,
  'frame-other-host': ({ drop }) =>
    `the frame is for ${fieldText(drop.packet.layers[0], 'dst') ?? 'a MAC address'}, which nobody there has`,
  'bridge-port-missing': ({ drop, node }) => drop.note ?? `a bridge of ${node} has no other port`,
  'bridge-same-port': ({ drop, node }) =>
    drop.note ?? `a bridge of ${node} has the frame’s destination where the frame came from`,
  'vlan-not-member': ({ drop, node }) => drop.note ?? `${node} takes no frame of that VLAN there`,
  'mirror-port-reserved': ({ drop, node }) => drop.note ?? `a port of ${node} is for copies alone`,
  'multicast-not-joined': ({ node, dst }) =>
    `${node} is not in the multicast group ${dst}, and routes no multicast`,
  'filter-denied': ({ rule, node }) => (rule ? `${node} denies it: ${ruleText(rule)}` : undefined),
  'filter-default-policy': ({ rule, node, service, src, dst }) =>
    rule
      ? `no rule at ${node} lets ${service} from ${src} to ${dst} through; what remains is ${ruleText(rule)}`
      : undefined,
  'nic-forwarding-off': ({ node, dst }) =>
    `the packet is for ${dst}, which is not an address of ${node}'s NIC, and enableIPForwarding is off there`,
  'guest-forwarding-off': (facts) =>
    `the packet is for ${facts.dst}, not for ${facts.node}, and ${forwardingKey(facts)} is 0 there`,
  'source-spoofed': ({ node, src }) =>
    `the packet is from ${src}, which is not an address of ${node}'s NIC, and enableIPForwarding is off there`,
  'traffic-not-carried': ({ node, walk, dst }) =>
    `${node} sends ${packetName(walk.flow)} to ${dst}, and a VNet carries no multicast, broadcast, IP-in-IP or GRE`,
  'reverse-path-failed': ({ route, node, src }) =>
    `rp_filter on ${node} wants the way back to ${src} on the interface of arrival, and it is ${route && route.prefix !== null ? routeText(route) : 'nowhere'}`,
  'source-martian': (facts) =>
    hairpinText(facts) ??
    `${facts.node} takes no packet from ${facts.src} to ${facts.dst}: such addresses cannot be there`,
  'neighbour-missing': absentText,
  'nat-address-missing': ({ node }) => `${node} has no address to translate to on the interface of the rule`,
  'nat-tuple-taken': ({ node }) =>
    `${node} has another flow with the same address and port after translation, and the rule allows no other`,
  'nat-interface-changed': ({ node }) =>
    `${node} masqueraded this flow to the address of another interface than the one that it leaves by now`,
  'session-missing': (facts) =>
    unseenText(facts) ??
    strangerText(facts) ??
    `${facts.node} has no session for ${packetName(facts.walk.flow)}, which cannot open one`,
  'session-invalid': (facts) =>
    unseenText(facts) ??
    `${facts.node} cannot place ${packetName(facts.walk.flow)} in any connection that it knows`,
  'balancer-no-rule': ({ node, service, dst, hop }) =>
    `no rule of ${node} takes ${service} for ${dst}${hop.where?.endsWith(` ${dst}`) === true ? '' : ': what is not for its frontend needs an HA-ports rule'}`,
  'balancer-no-backend': ({ balance, node }) =>
    balance ? backendsText(balance) : `no member behind ${node} is up`,
  'balancer-out-of-reach': ({ node, dst }) =>
    `${dst} is a frontend with sku Basic in another region than ${node}, out of reach of a global peering`,
  'public-inbound-closed': ({ node }) =>
    `${node} has no network security group, and a Standard public address lets in only what one allows`,
  'outbound-missing': outboundText,
  'outbound-protocol': outboundText,
  'outbound-source-foreign': ({ node, src }) =>
    `${node} sends from ${src}, which is not an address of its NIC, and Azure translates no other`,
  'outbound-ports-exhausted': ({ node, dst }) => `${node} has no SNAT port left for another flow to ${dst}`,
  'tunnel-no-endpoint': ({ node }) => `no tunnel of ${node} has these two ends`,
  'tunnel-key-mismatch': ({ node }) => `the tunnel's other end uses a key that ${node} does not expect`,
  'tunnel-option-mismatch': ({ node }) =>
    `the tunnel's ends do not agree about checksums or sequence numbers, and ${node} drops what it did not ask for`,
  'tunnel-recursion': ({ node }) =>
    `on ${node} the way to the tunnel's other end leads into the tunnel itself`,
  'tunnel-congested': ({ node }) =>
    `a router marked the tunnel's packet for congestion, which ${node} cannot tell the packet inside`,
  'tunnel-station-elsewhere': ({ drop, node }) =>
    drop.note ?? `${node} was told that the sender is behind another end of the tunnel`,
  'tunnel-selector-mismatch': ({ node, dst }) => `${node} has no tunnel that carries packets for ${dst}`,
  'packet-too-big': tooBigText,
  'ttl-expired': ({ node }) => `the packet came to ${node} with no router left in its TTL`,
  'peering-forwarded-denied': ({ src, node, drop }) =>
    `${src} is not in the VNet that ${node} sends from, and ${peeringName(drop.pointer)} has allowForwardedTraffic off`,
  'peering-access-denied': ({ drop }) => `${peeringName(drop.pointer)} has allowVirtualNetworkAccess off`,
  'peering-not-connected': () => 'only one of the two VNets is peered with the other',
  'listener-missing': ({ node, service }) =>
    `${node} says what it listens on, and ${service} is not among it`,
  'receiver-other': ({ node, hop, dst, drop }) =>
    `here ${dst} is ${node}${hop.where === undefined ? '' : ` in ${hop.where}`}, and no way leads to ${drop.note ?? 'the machine that was named'}, which has the same address elsewhere`,
  'node-down': ({ node, drop: { note } }) =>
    note === 'deallocated' ? `${node} is deallocated` : `${note ?? node} is down`,
  'link-down': ({ drop: { note } }) => `${note ?? 'the link'} is down`,
  'hop-limit': () => 'the walk went on past its bound without an exact repetition',
};

/** A member that is a client of its own frontend, and is picked itself (Microsoft: it works for other members only). */
function absentText({ route, dst, node }: Facts): string {
  if (!route || route.prefix === null)
    return `${dst} is on the network behind ${node}, and nothing there owns it`;
  const { nextHop, interface: port } = route;
  return nextHop === undefined
    ? `${dst} is on the network that the route ${routeText(route)} leads to, and nothing there owns it`
    : `nothing on the network ${port === undefined ? `behind ${node}` : `of ${port}`} owns ${nextHop}, the next hop of the route ${routeText(route)}`;
}

const hairpinText: Told = ({ node, src, walk, hop }) =>
  walk.hops[0]?.node === node && walk.hops.slice(0, walk.hops.indexOf(hop)).some(isBalancing)
    ? `${node} was picked for its own connection, and takes no packet from outside that is from its own address ${src}`
    : undefined;

const isBalancing = ({ steps }: Hop): boolean => steps.some((step) => step.type === 'balance');

/** `vnet-spoke1's peering with vnet-hub`, from `/vnets/vnet-spoke1/peerings/vnet-hub`. */
function peeringName(pointer = ''): string {
  const [, , owner, , remote] = pointer.split('/');
  return owner === undefined || remote === undefined ? 'the peering' : `${owner}'s peering with ${remote}`;
}

/** The setting that decides when it is stated, else the one to state. */
const forwardingKey = ({ isV6, drop: { pointer = '' } }: Facts): string =>
  /\/sysctl\/([^/]+)$/.exec(pointer)?.[1] ?? (isV6 ? 'net.ipv6.conf.all.forwarding' : 'net.ipv4.ip_forward');

function backendsText(balance: StepOf<'balance'>): string {
  const members = balance.members.map(
    ({ name, why }) => `${memberName(name, balance)}${why === undefined ? '' : ` (${why})`}`,
  );
  return members.length === 0
    ? `pool ${balance.pool} is empty`
    : `no member of pool ${balance.pool} passes its probe: ${members.join(', ')}`;
}

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
