/** Netfilter of one machine: the hooks that its kernel calls, over the rule sets of both families. */
import type { Family } from '../../value/address.ts';
import type { Term } from '../../value/term.ts';
import { ipOf } from '../../packet/packet.ts';
import type { Io } from '../../walk/device.ts';
import { walkTable } from './chain-walk.ts';
import { confirm, forgetFlow, track, withCause } from './conntrack.ts';
import { STAGES, HOOKS, type Hook, type Manip } from './hook.ts';
import type { Machine, Passed, Passing } from './machine.ts';
import { bind, isMoved, isUndecided, translate, type Decision } from './nat.ts';
import type { Chain, Ruleset, Table } from './ruleset.ts';

export { choicesOf, MATCH_WORDS } from './choice.ts';
export { attaching } from './conntrack.ts';
export { readRuleset, spellRules } from './read.ts';
export type { Hook, TableName } from './hook.ts';
export type { Machine, Passed, Passing } from './machine.ts';
export type { Ruleset, TextProblem } from './ruleset.ts';

export interface Netfilter {
  /** Whether some rule makes the kernel track connections. */
  readonly tracks: boolean;
  /**
   * Takes a packet through a hook. Every forwarded packet passes PREROUTING, FORWARD, POSTROUTING, a delivered one
   * PREROUTING, INPUT, one that the machine sends OUTPUT, POSTROUTING; what comes back is handed to the next hook.
   */
  pass(hook: Hook, passing: Passing, io: Io): Passed;
}

/** One thing to do at a hook. */
type Step = (passing: Passing, io: Io) => Passed;
type Plan = Readonly<Record<Hook, readonly Step[]>>;

export function netfilter(
  rulesets: { readonly [family in Family]?: Ruleset | undefined },
  machine: Machine,
): Netfilter {
  const plans = { 4: planOf(rulesets[4], machine), 6: planOf(rulesets[6], machine) };
  return {
    tracks: (rulesets[4]?.tracks ?? false) || (rulesets[6]?.tracks ?? false),
    pass: (hook, arrived, io) => {
      const ip = ipOf(arrived.packet);
      const steps = ip && plans[ip.proto === 'ipv4' ? 4 : 6]?.[hook];
      let passing = hook === 'OUTPUT' ? withCause(arrived) : arrived;
      for (const step of steps ?? []) {
        const passed = step(passing, io);
        if (passed.do !== 'accept') return passed;
        ({ passing } = passed);
      }
      return accepted(passing);
    },
  };
}

/** What each hook does, in the order of STAGES; stages without anything to do are left out. */
function planOf(ruleset: Ruleset | undefined, machine: Machine): Plan | undefined {
  if (!ruleset) return undefined;
  const stages = STAGES.toSorted((a, b) => a.priority - b.priority);
  const steps = (hook: Hook): readonly Step[] =>
    stages
      .filter((stage) => stage.hooks.includes(hook))
      .flatMap(({ does }): readonly (Step | undefined)[] => {
        switch (does.step) {
          case 'filter': {
            const step = filterStep(ruleset.tables.get(does.table), hook, machine);
            return [does.table === 'mangle' && hook === 'OUTPUT' ? reroutingMangled(step) : step];
          }
          case 'translate': {
            const step = natStep(ruleset, hook, does.manip, machine);
            return [hook === 'OUTPUT' ? reroutingMoved(step) : step];
          }
          case 'track':
            return ruleset.tracks ? [(passing, io) => accepted(track(passing, machine, io))] : [];
          case 'confirm':
            return ruleset.tracks ? [(passing, io) => confirm(passing, machine, io)] : [];
          default:
            return does satisfies never;
        }
      })
      .filter((step) => step !== undefined);
  return Object.fromEntries(HOOKS.map((hook) => [hook, steps(hook)])) as unknown as Plan;
}

/** What decides a route, of which mangle may have changed each (ipt_mangle_out). */
const MANGLED = ['src', 'dst', 'dscp', 'ecn', 'mark'] as const;

/** A step of OUTPUT after which the kernel routes the packet again if one of these is another. */
function reroutingMangled(step: Step | undefined): Step | undefined {
  if (!step) return undefined;
  return (passing, io) => {
    const passed = step(passing, io);
    if (passed.do !== 'accept' || passed.passing === passing) return passed;
    const [before, after] = [passing, passed.passing].map(({ packet, mark }) => ({ ...ipOf(packet)!, mark }));
    const isSame = MANGLED.every((field) => isSameTerm(before![field], after![field], io));
    const { packet, mark } = passed.passing;
    return isSame ? passed : accepted({ ...passed.passing, reroute: { packet, mark } });
  };
}

/**
 * nf_nat_ipv4_local_fn: what belongs to a flow whose destination is translated is routed again, an error about it too,
 * whether or not its own destination is another now.
 */
function reroutingMoved(step: Step | undefined): Step | undefined {
  if (!step) return undefined;
  return (passing, io) => {
    const passed = step(passing, io);
    if (passed.do !== 'accept' || !passed.passing.tracked?.flows) return passed;
    const { packet, mark, tracked } = passed.passing;
    const { original, reply } = tracked.flows!;
    const [there, back] = tracked.direction === 'original' ? [original, reply] : [reply, original];
    return isSameTerm(there.dst, back.src, io)
      ? passed
      : accepted({ ...passed.passing, reroute: { packet, mark } });
  };
}

const isSameTerm = (a: Term | undefined, b: Term | undefined, io: Io): boolean =>
  a === b || (a !== undefined && b !== undefined && io.ask.same(a, b, undefined));

const decides = (chain: Chain): boolean => chain.rules.length > 0 || chain.policy === 'DROP';

function filterStep(table: Table | undefined, hook: Hook, machine: Machine): Step | undefined {
  const chain = table?.chains.get(hook);
  if (!table || !chain || !decides(chain)) return undefined;
  return (passing, io) => {
    const walked = walkTable(table, chain, passing, machine, io);
    return walked.do === 'translate' ? { do: 'accept', passing: walked.passing } : walked;
  };
}

function natStep(ruleset: Ruleset, hook: Hook, manip: Manip, machine: Machine): Step | undefined {
  const table = ruleset.tables.get('nat');
  const chain = table?.chains.get(hook);
  if (!table || !chain) return undefined;
  if (!ruleset.tracks) return decides(chain) ? notWalked(machine) : undefined;
  return (passing, io) => {
    if (!isUndecided(passing, manip)) {
      if (!isMoved(passing, hook)) return accepted(translate(passing, manip, undefined, io));
      forgetFlow(passing.tracked!, machine, io);
      return { do: 'drop', reason: 'nat-interface-changed', at: passing.tracked?.entry.src?.at };
    }
    const walked = walkTable(table, chain, passing, machine, io);
    if (walked.do === 'drop' || walked.do === 'unknown') return walked;
    const decision: Decision | undefined = walked.do === 'translate' ? walked.decision : undefined;
    const tracked = bind(walked.passing, manip, decision, hook, machine, io);
    if (!tracked) return { do: 'drop', reason: 'nat-address-missing', at: decision?.rule.fact.at };
    return accepted(translate({ ...walked.passing, tracked }, manip, decision, io));
  };
}

const accepted = (passing: Passing): Passed => ({ do: 'accept', passing });

/** Without connection tracking the kernel never calls the nat table, even if it holds rules. */
function notWalked({ node }: Machine): Step {
  return (passing, io) => {
    io.note({ type: 'assumed', code: 'conntrack-off', about: node });
    return accepted(passing);
  };
}
