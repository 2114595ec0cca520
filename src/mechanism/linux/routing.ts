/** The kernel's route lookup: policy rules, and the tables that they name (fib_rules_lookup, fib4_rule_action). */
import { masked } from '../../value/bits.ts';
import { range, single } from '../../value/integer-set.ts';
import type { Family } from '../../value/address.ts';
import type { Flow } from '../../packet/flow.ts';
import { ZERO, type Term } from '../../value/term.ts';
import type { Ask } from '../../walk/ask.ts';
import type { PassedBecause, Rejected } from '../../walk/event.ts';
import { DEFAULT_RULES, type PolicyRule } from './policy-rule.ts';
import type { LinuxRoute, NextHop } from './route.ts';
import { hasTos, RouteTable, type TableQuery } from './route-table.ts';

/** What a lookup is about: the kernel's struct flowi4. */
export interface RouteQuery extends TableQuery {
  readonly family: Family;
  /** Addresses, protocol and ports; an address of zeros is a source that is not chosen yet. */
  readonly flow: Flow;
  /** `lo` for what the machine itself sends. */
  readonly iif: string;
  readonly mark: Term;
  /** An interface that rules with `oif` see; a route by another is good all the same. */
  readonly asked?: string | undefined;
}

/** What a lookup found: a route, or none because a rule refuses or nothing matches. */
export interface Found {
  readonly route: LinuxRoute | undefined;
  /** The rule that ended the search; undefined when none did, or the machine has no rules of its own. */
  readonly rule: PolicyRule | undefined;
}

export interface PassedRule {
  readonly rule: PolicyRule;
  readonly why: PassedBecause;
}

export interface Routing {
  lookup(query: RouteQuery, ask: Ask): Found;
  /** The rules that a lookup passed, in order. */
  passed(query: RouteQuery, ask: Ask): readonly PassedRule[];
  /** Whether it is the machine's own, alone or among others. */
  isLocal(destination: Term, ask: Ask): boolean;
  /** The route of one table alone. */
  inTable(table: string, query: TableQuery, ask: Ask): LinuxRoute | undefined;
  /** Routes of the table that hold the destination and lost. */
  rejected(table: string, query: TableQuery, taken: LinuxRoute | undefined, ask: Ask): readonly Rejected[];
  /** Whether the machine has rules of its own (fib4_has_custom_rules). */
  hasRules(family: Family): boolean;
  /** Whether a rule looks at what only the packet's own headers tell (fib_rules_require_fldissect). */
  dissects(family: Family): boolean;
  /** Whether a local route was stated that no address made (fib_has_custom_local_routes). */
  readonly hasLocalRoutes: boolean;
}

export interface RoutingConfig {
  readonly routes: readonly LinuxRoute[];
  /** Undefined: the kernel's own. */
  readonly rules?: { readonly [family in Family]?: readonly PolicyRule[] | undefined };
  readonly isUsable?: (hop: NextHop) => boolean;
  readonly hasLocalRoutes?: boolean;
  /** Groups of interfaces, for suppress_ifgroup; 0 unless stated. */
  readonly group?: (dev: string) => number;
}

/** Programs the tables; routes with a `dev` that the machine does not have must not be among them. */
export function routing(config: RoutingConfig): Routing {
  const { routes, rules = {}, isUsable = () => true, hasLocalRoutes = false, group = () => 0 } = config;
  const byTable = new Map<string, LinuxRoute[]>();
  for (const route of routes) {
    const own = byTable.get(route.table);
    if (own) own.push(route);
    else byTable.set(route.table, [route]);
  }
  const tables = new Map([...byTable].map(([name, own]) => [name, new RouteTable(own, isUsable)] as const));
  const search = searchIn(tables, group);
  const local = tables.get('local');
  const rest = { 4: [tables.get('main'), tables.get('default')], 6: [tables.get('main')] };
  const byDefault = (query: RouteQuery, ask: Ask): Found => {
    let route = local?.find(query, ask);
    for (const table of rest[query.family]) {
      if (route && route.type !== 'throw') break;
      route = table?.find(query, ask);
    }
    return { route: route?.type === 'throw' ? undefined : route, rule: undefined };
  };
  return {
    lookup: (query, ask) => {
      const own = rules[query.family];
      return own ? search(own, query, ask) : byDefault(query, ask);
    },
    passed: (query, ask) => {
      const passed: PassedRule[] = [];
      search(rules[query.family] ?? DEFAULT_RULES[query.family], query, ask, passed);
      return passed;
    },
    isLocal: (dst, ask) => isOwn(local?.find({ dst, dscp: ZERO }, ask)),
    inTable: (table, query, ask) => tables.get(table)?.find(query, ask),
    rejected: (table, query, taken, ask) => tables.get(table)?.rejected(query, taken, ask) ?? [],
    hasRules: (family) => rules[family] !== undefined,
    dissects: (family) => rules[family]?.some(isDissecting) === true,
    hasLocalRoutes,
  };
}

/** fib_rule_requires_fldissect: what the machine itself sends is known without. */
const isDissecting = ({ iif, protocol, sport, dport }: PolicyRule): boolean =>
  iif !== 'lo' && (protocol !== undefined || sport !== undefined || dport !== undefined);

const isOwn = (route: LinuxRoute | undefined): boolean =>
  route?.type === 'local' || route?.type === 'anycast';

type Search = (rules: readonly PolicyRule[], query: RouteQuery, ask: Ask, passed?: PassedRule[]) => Found;

const searchIn =
  (tables: ReadonlyMap<string, RouteTable>, group: (dev: string) => number): Search =>
  (rules, query, ask, passed) => {
    for (let i = 0; i < rules.length; i++) {
      const rule = rules[i]!;
      const outcome = matches(rule, query, ask) ? act(rule, tables, group, query, ask) : 'selector';
      if (typeof outcome !== 'string') return outcome;
      passed?.push({ rule, why: outcome });
      if (outcome === 'goto') i = target(rules, rule, i) - 1;
    }
    return { route: undefined, rule: undefined };
  };

/** The rule that a goto leads to: the first of that preference, or the next rule if there is none. */
function target(rules: readonly PolicyRule[], { action }: PolicyRule, from: number): number {
  const found = rules.findIndex((one) => action.do === 'goto' && one.preference === action.preference);
  return found > from ? found : from + 1;
}

function act(
  rule: PolicyRule,
  tables: ReadonlyMap<string, RouteTable>,
  group: (dev: string) => number,
  query: RouteQuery,
  ask: Ask,
): Found | PassedBecause {
  const { action } = rule;
  if (action.do === 'nop' || action.do === 'goto') return action.do;
  if (action.do !== 'lookup') return { route: undefined, rule };
  const route = tables.get(action.table)?.find(query, ask);
  if (!route) return 'no-route';
  if (route.type === 'throw') return 'throw';
  return isSuppressed(rule, route, group) ? 'suppressed' : { route, rule };
}

/** fib4_rule_suppress: routes that refuse are never suppressed. */
function isSuppressed(
  { suppressLength, suppressGroup }: PolicyRule,
  route: LinuxRoute,
  group: (dev: string) => number,
): boolean {
  if (isRefusal(route)) return false;
  if (suppressLength !== undefined && route.prefix.length <= suppressLength) return true;
  const dev = route.dev ?? route.nextHops?.[0]?.dev;
  return suppressGroup !== undefined && dev !== undefined && group(dev) === suppressGroup;
}

export const isRefusal = ({ type }: LinuxRoute): boolean =>
  type === 'unreachable' || type === 'blackhole' || type === 'prohibit';

/** fib_rule_match and fib4_rule_match. A rule for a VRF, a tunnel or a user matches nothing that is not one's. */
function matches(rule: PolicyRule, query: RouteQuery, ask: Ask): boolean {
  return selects(rule, query, ask) !== (rule.not === true);
}

function selects(rule: PolicyRule, query: RouteQuery, ask: Ask): boolean {
  const { flow, iif, mark, dscp, oif = query.asked } = query;
  const { from, to } = rule;
  if (rule.iif !== undefined && rule.iif !== iif) return false;
  if (rule.oif !== undefined && rule.oif !== oif) return false;
  if (rule.mark && !hasMark(rule.mark, mark, ask)) return false;
  if (rule.l3mdev === true || (rule.tunnel !== undefined && rule.tunnel !== 0)) return false;
  // What is forwarded, and what the kernel itself sends, is root's (sock_net_uid).
  if (rule.uids && !ask.within(ZERO, rule.uids, rule.at)) return false;
  if (from && !ask.within(flow.src, range(from.first, from.last), rule.at)) return false;
  if (to && !ask.within(flow.dst, range(to.first, to.last), rule.at)) return false;
  if (rule.tos !== undefined && rule.tos !== 0 && !hasTos(dscp, rule.tos, ask)) return false;
  if (rule.dscp !== undefined && !ask.within(dscp, single(rule.dscp), rule.at)) return false;
  if (rule.protocol !== undefined && !ask.within(flow.proto, single(rule.protocol), rule.at)) return false;
  if (rule.sport && !ask.within(flow.sport, rule.sport, rule.at)) return false;
  return !rule.dport || ask.within(flow.dport, rule.dport, rule.at);
}

const hasMark = ({ value, mask }: NonNullable<PolicyRule['mark']>, mark: Term, ask: Ask): boolean =>
  ask.within(masked(mark, mask), single((value & mask) >>> 0), undefined);
