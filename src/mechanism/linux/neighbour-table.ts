/** The neighbour table of a machine, by interface: net/core/neighbour.c. */
import type { Term } from '../../value/term.ts';
import type { Io } from '../../walk/device.ts';
import type { LinuxMachine } from './machine.ts';

const tableOf = ({ node }: LinuxMachine, port: string): string => `${node}/${port}/neighbours`;

export const learnNeighbour = (
  machine: LinuxMachine,
  port: string,
  address: Term,
  mac: Term,
  { sessions }: Io,
): void => sessions.learn(tableOf(machine, port), address, { mac });

export const knownNeighbour = (
  machine: LinuxMachine,
  port: string,
  address: Term,
  { sessions }: Io,
): Term | undefined => sessions.recall(tableOf(machine, port), address)?.mac;
