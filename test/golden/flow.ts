// Topologies of the repository, and flows of any protocol through them.
import type { Question } from '../../src/analyze/trace.ts';
import type { Topology } from '../../src/topology/topology.ts';
import { parseAddress } from '../../src/value/address.ts';
import { draft, read } from './draft.ts';

export const topologyOf = (file: string): Topology => draft(read(file, [])).topology;

export const flow = (src: string, dst: string, proto: number, handshake: boolean): Question => ({
  packet: {
    src: parseAddress(src)!,
    dst: parseAddress(dst)!,
    proto,
    sport: 50_000,
    dport: 22,
    flags: ['SYN'],
    id: 7,
  },
  picks: new Map(),
  noReturn: false,
  handshake,
});
