/** Makes a failing case small: leaves out whatever it fails without, one piece at a time, largest pieces first. */
import type { Machine } from './machine.ts';
import type { Case } from './play.ts';

/** Whether a case still fails in the same way. */
export type Fails = (one: Case) => Promise<boolean>;

export async function shrink(failing: Case, fails: Fails): Promise<Case> {
  let best = failing;
  for (let before: Case | undefined; before !== best;) {
    before = best;
    for (const part of PARTS) best = await without(best, part, fails);
  }
  return best;
}

/** A list within a case, and the case with another list in its place. */
interface Part {
  readonly get: (one: Case) => readonly unknown[];
  readonly set: (one: Case, list: readonly never[]) => Case;
}

const ofMachine = (key: 'routes' | 'rules' | 'rules6' | 'iptables' | 'ip6tables'): Part => ({
  get: ({ machine }) => machine[key],
  set: (one, list) => ({ ...one, machine: { ...one.machine, [key]: list } }),
});

const addressesOf = (port: string): Part => ({
  get: ({ machine }) => machine.addresses[port] ?? [],
  set: (one, list) => {
    const addresses: Machine['addresses'] = { ...one.machine.addresses, [port]: list };
    return { ...one, machine: { ...one.machine, addresses } };
  },
});

const PARTS: readonly Part[] = [
  { get: ({ stimuli }) => stimuli, set: (one, stimuli) => ({ ...one, stimuli }) },
  ofMachine('iptables'),
  ofMachine('ip6tables'),
  ofMachine('rules'),
  ofMachine('rules6'),
  ofMachine('routes'),
  {
    get: ({ machine }) => Object.entries(machine.sysctl),
    set: (one, list) => ({ ...one, machine: { ...one.machine, sysctl: Object.fromEntries(list) } }),
  },
  ...['eth0', 'eth1', 'eth2'].map(addressesOf),
];

async function without(failing: Case, part: Part, fails: Fails): Promise<Case> {
  let best = failing;
  for (let size = Math.max(1, part.get(best).length >> 1); size >= 1; size >>= 1) {
    for (let from = 0; from < part.get(best).length;) {
      const list = part.get(best);
      const smaller = part.set(best, [...list.slice(0, from), ...list.slice(from + size)] as never[]);
      if (await fails(smaller)) best = smaller;
      // A table's head and its COMMIT go together or not at all, so small pieces are tried at every place.
      else from += size <= 3 ? 1 : size;
    }
  }
  return best;
}
