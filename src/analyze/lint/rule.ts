/** A rule of lint: what it looks for, why that hurts, and how it finds it. */
import type { LintCode } from '../../report/lint.ts';
import type { Topology } from '../../topology/topology.ts';
import type { Cite } from '../../walk/cite.ts';

export interface LintRule extends LintPage {
  readonly code: LintCode;
  /** An error breaks flows; a warning may be meant. */
  readonly severity: 'error' | 'warning';
  check(topology: Topology): Iterable<Found>;
}

/** What `nettrace explain CODE` prints. */
interface LintPage {
  /** What is wrong, in a few words. */
  readonly summary: string;
  /** Exactly when it is found. */
  readonly condition: string;
  /** What happens to packets. */
  readonly harm: string;
  /** Parts of a topology file. */
  readonly bad: string;
  readonly good: string;
  /** Where the behaviour is documented or was measured. */
  readonly source: string;
}

export interface Found {
  /** The place to change; of one that could stand there and does not, the nearest around it counts. */
  readonly at: Cite;
  /** What the sentence needs, by name. */
  readonly about: Readonly<Record<string, string>>;
  readonly related?: readonly Related[];
}

export interface Related {
  readonly what: string;
  readonly at: Cite;
}

/** `make`, called once for each topology: what several rules look at. */
export function ofTopology<T>(make: (topology: Topology) => T): (topology: Topology) => T {
  const answers = new WeakMap<Topology, { readonly value: T }>();
  return (topology) => {
    const answer = answers.get(topology) ?? { value: make(topology) };
    answers.set(topology, answer);
    return answer.value;
  };
}
