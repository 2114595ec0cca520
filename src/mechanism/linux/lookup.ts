/** A machine's route lookups: what is asked, the choice among next hops, and the event that says so. */
import { formatAddress } from '../../value/address.ts';
import { formatPrefix } from '../../value/prefix.ts';
import { constant, ZERO, type Term } from '../../value/term.ts';
import { flowOf, ipOf, transportOf, type Packet } from '../../packet/packet.ts';
import { reverse, type Flow } from '../../packet/flow.ts';
import type { Io } from '../../walk/device.ts';
import type { PassedRuleFact } from '../../walk/event.ts';
import { familyNumber } from '../ttl.ts';
import type { LinuxMachine } from './machine.ts';
import { isDefault, type PolicyRule } from './policy-rule.ts';
import { by, type LinuxRoute, type NextHop } from './route.ts';
import { routeFact } from './route-table.ts';
import type { Found, PassedRule, RouteQuery } from './routing.ts';

/** How the lookup's packet came to be looked up. */
export interface Asking {
  /** `lo` for what the machine itself sends. */
  readonly iif: string;
  readonly mark: Term;
  readonly oif?: string | undefined;
  readonly asked?: string | undefined;
}

type Host = Pick<LinuxMachine, 'routing'>;

/** The five-tuple that rules see: ICMP has no ports (fib4_rules_early_flow_dissect). */
function flowForRules(packet: Packet): Flow {
  const flow = flowOf(packet);
  const transport = transportOf(packet)?.proto;
  return transport === 'icmp' || transport === 'icmpv6' ? { ...flow, sport: ZERO, dport: ZERO } : flow;
}

export function queryFor(packet: Packet, { iif, mark, oif, asked }: Asking): RouteQuery {
  const { proto, dst, dscp = ZERO } = ipOf(packet)!;
  return { family: familyNumber(proto), dst, flow: flowForRules(packet), dscp, iif, mark, oif, asked };
}

/** The same for a packet that is looked at from outside: its ports are read only if a rule needs them. */
export function queryOf({ routing }: Host, packet: Packet, asking: Asking): RouteQuery {
  const query = queryFor(packet, asking);
  if (routing.dissects(query.family)) return query;
  return { ...query, flow: { ...query.flow, proto: ZERO, sport: ZERO, dport: ZERO } };
}

/** The lookup of the way back to the packet's source (__fib_validate_source). */
export function queryBack(machine: Host, packet: Packet, asking: Asking): RouteQuery {
  const there = queryOf(machine, packet, asking);
  return { ...there, dst: there.flow.src, flow: reverse(there.flow) };
}

/** The lookup, and the event that says what came of it. */
export const routed = (machine: LinuxMachine, query: RouteQuery, io: Io): Found =>
  noted(machine, query, machine.routing.lookup(query, io.ask), io);

/** What a lookup found, as it is used: of a multipath route one next hop is taken. */
export function noted(machine: LinuxMachine, query: RouteQuery, found: Found, io: Io): Found {
  if (found.route?.nextHops) return multipath(machine, query, found, found.route, io);
  note(machine, query, found, undefined, io);
  return found;
}

function note(
  machine: LinuxMachine,
  query: RouteQuery,
  { route, rule }: Found,
  picked: { readonly nextHops: readonly string[]; readonly how: 'hash' | 'picked' | 'only' } | undefined,
  io: Io,
): void {
  const { routing } = machine;
  const table = route?.table ?? 'main';
  const hasRules = routing.hasRules(query.family);
  io.note({
    type: 'routed',
    table,
    route: route && routeFact(route),
    rejected: () => routing.rejected(table, query, route, io.ask),
    rule: rule && ruleFact(rule),
    passed: hasRules ? () => routing.passed(query, io.ask).map(passedFact) : undefined,
    nextHops: picked?.nextHops,
    how: picked?.how,
  });
}

/** The kernel's own rules are nobody's line, though a text may state them. */
const ruleFact = (rule: PolicyRule): PassedRuleFact['rule'] => ({
  rule: String(rule.preference),
  text: rule.text,
  at: isDefault(rule) ? undefined : rule.at,
});

const passedFact = ({ rule, why }: PassedRule): PassedRuleFact => ({ rule: ruleFact(rule), why });

/** A next hop as `--pick` names it: its address, else its interface. */
const hopName = ({ via, dev }: NextHop): string => (via === undefined ? (dev ?? '') : formatAddress(via));

/** What a multipath route leaves open, as `--pick NODE:CHOICE=NEXTHOP` names it. */
const choiceName = ({ table, prefix }: LinuxRoute): string => `${table}/${formatPrefix(prefix)}`;

/** The choices that routes leave open, each with what may be picked. */
export const routeChoices = (
  routes: readonly LinuxRoute[],
): readonly (readonly [string, readonly string[]])[] =>
  routes.flatMap((route) =>
    route.nextHops ? [[choiceName(route), route.nextHops.map(hopName)] as const] : [],
  );

/**
 * fib_select_multipath: a hash of the fields that fib_multipath_hash_policy names, keyed by a secret of the running
 * kernel unless fib_multipath_hash_seed is set, takes a next hop by weight. Which one cannot be known.
 */
function multipath(machine: LinuxMachine, query: RouteQuery, found: Found, route: LinuxRoute, io: Io): Found {
  const hops = route.nextHops!;
  const { option, how, passedOver } = io.ask.choose({
    node: `${machine.node}:${choiceName(route)}`,
    options: hops,
    name: hopName,
    weight: ({ weight = 1 }) => weight,
    over: hashed(machine, query),
  });
  const chosen = { route: by(route, option), rule: found.rule };
  const names = hops.map(
    (hop) => `${hopName(hop)}${hop.weight === undefined ? '' : ` weight ${hop.weight}`}`,
  );
  note(machine, query, chosen, { nextHops: names, how }, io);
  if (how === 'hash') io.note({ type: 'assumed', code: 'multipath-hash', about: machine.node });
  if (passedOver !== undefined) io.note({ type: 'assumed', code: 'pick-unavailable', about: passedOver });
  return chosen;
}

/** net.ipv4.fib_multipath_hash_policy: 1 and 3 look at ports too. */
function hashed({ sysctl }: LinuxMachine, { family, flow }: RouteQuery): readonly Term[] {
  const policy = sysctl.get(`net.ipv${family}.fib_multipath_hash_policy`);
  const { src, dst, proto, sport, dport } = flow;
  return policy === 1 || policy === 3 ? [src, dst, proto, sport, dport] : [src, dst];
}

/** An address of zeros: a source that is not chosen yet. */
export const UNBOUND = { 4: ZERO, 6: constant(1n << 128n) } as const;
