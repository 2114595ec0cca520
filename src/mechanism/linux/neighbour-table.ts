/** The neighbour table of a machine, by interface: net/core/neighbour.c. */
import type { Term } from '../../value/term.ts';
import type { Io, Known } from '../../walk/device.ts';
import type { LinuxMachine } from './machine.ts';

const tableOf = ({ node }: LinuxMachine, port: string): string => `${node}/${port}/neighbours`;

export const learnNeighbour = (
  machine: LinuxMachine,
  port: string,
  address: Term,
  mac: Term,
  { sessions }: Io,
): void => sessions.learn(tableOf(machine, port), address, { mac });

/** What is stated goes before what was learned. */
export function knownNeighbour(
  machine: LinuxMachine,
  port: string,
  address: Term,
  { ask, sessions }: Io,
): Known | undefined {
  const stated = machine.neighbours.get(port);
  const found = stated && ask.lookup(address, stated, undefined);
  if (found) return found;
  const mac = sessions.recall(tableOf(machine, port), address)?.mac;
  return mac && { mac };
}
