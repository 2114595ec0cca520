/** Every branch of a question: each way that its choices can go, there and back. */
import type { Topology } from '../topology/topology.ts';
import { exploring, type Turn } from '../walk/exploring.ts';
import { SessionStore } from '../walk/session.ts';
import { traceEstablished } from './mid-flow.ts';
import type { NoOrigin, Question, Trace } from './trace.ts';

export interface Branch {
  /** In the order in which the packets came to them. */
  readonly turns: readonly Turn[];
  /** How many of them came up on the way there. */
  readonly there: number;
  readonly trace: Trace;
}

export interface Branches {
  /** The first is the one that is walked when nobody asks for the others. */
  readonly branches: readonly Branch[];
  /** There are more than were asked for. */
  readonly isCut: boolean;
}

/** Walks at most `most` branches, each with sessions of its own. */
export function branchesOf(topology: Topology, question: Question, most: number): Branches | NoOrigin {
  const branches: Branch[] = [];
  const walked = walkBranches(topology, question, most, (branch) => branches.push(branch));
  return 'problem' in walked ? walked : { branches, ...walked };
}

/** The same, handing over each branch when it is walked: who keeps less of it than all has less to keep. */
export function walkBranches(
  topology: Topology,
  question: Question,
  most: number,
  take: (branch: Branch) => void,
): Pick<Branches, 'isCut'> | NoOrigin {
  const open: ReadonlyMap<string, string>[] = [new Map()];
  for (let walked = 0; walked < most; walked++) {
    const decided = open.pop();
    if (!decided) break;
    const turns: Turn[] = [];
    const ask = exploring(question.picks, decided, turns);
    let there: number | undefined;
    const traced = traceEstablished(
      topology,
      question,
      new SessionStore(),
      ask,
      () => (there ??= turns.length),
    );
    if ('problem' in traced) return traced;
    take({ turns, there: there ?? 0, trace: traced });
    open.push(...othersOf(turns, decided.size));
  }
  return { isCut: open.length > 0 };
}

/** The branches that part from this one at its turns from `first` on; the last to be walked first. */
function othersOf(turns: readonly Turn[], first: number): readonly ReadonlyMap<string, string>[] {
  return turns.slice(first).flatMap(({ name, options, picked }, i) => {
    const before = turns.slice(0, first + i).map((turn): [string, string] => [turn.name, turn.picked]);
    return options
      .filter((option) => option !== picked)
      .toReversed()
      .map((option) => new Map([...before, [name, option]]));
  });
}
