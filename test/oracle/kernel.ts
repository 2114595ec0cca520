/** The kernel as one side of the oracle: a process with a network namespace of its own (agent.py), and what it saw. */
import { startAgent } from './agent.ts';
import { MAC, PEER, QUIET, stepsOf, type Machine } from './machine.ts';
import type { Arrival, Sighting } from './sighting.ts';
import {
  decode,
  decodeTransport,
  encode,
  isSix,
  protocolName,
  protocolNumber,
  type Decoded,
} from './wire.ts';

export interface Kernel {
  /** Replaces whatever was there by this machine. */
  load(machine: Machine): Promise<void>;
  /** Lets a packet arrive, or a program send it (UDP, or the SYN of TCP), and tells everything that it caused. */
  inject(arrival: Arrival): Promise<readonly Sighting[]>;
  /** The output of a command on the machine. */
  run(...command: readonly string[]): Promise<string>;
  stop(): void;
}

export type Backend = 'legacy' | 'nft';

interface Seen {
  readonly frames: readonly (readonly [port: string, octets: string])[];
  readonly local: readonly LocalPacket[];
}

/** What a raw socket took: IPv4's whole packet, or what IPv6 carried and the fields of its header. */
interface LocalPacket {
  readonly family: 4 | 6;
  readonly protocol: number;
  readonly data: string;
  readonly mark?: number;
  readonly src?: string;
  readonly dst?: string;
  readonly ttl?: number;
  readonly tos?: number;
}

/** Protocols that are watched for on their way into the machine: ICMP, TCP, UDP, GRE, ESP. */
const WATCHED = { 4: [1, 6, 17, 47, 50], 6: [58, 6, 17, 47, 50] } as const;

export function startKernel(backend: Backend = 'legacy'): Kernel {
  const { ask: request, stop } = startAgent();
  return {
    load: async (machine) => {
      const steps = stepsOf(machine, { 4: `iptables-${backend}-restore`, 6: `ip6tables-${backend}-restore` });
      const listen = [WATCHED[4], WATCHED[6]];
      await request({ op: 'load', interfaces: machine.interfaces, before: QUIET, steps, listen });
    },
    inject: async ({ in: port, packet }) => {
      if (port === 'local')
        return sightings(
          (await request({ op: 'send', ...packet, family: isSix(packet) ? 6 : 4 })) as unknown as Seen,
        );
      const type = isSix(packet) ? '86dd' : '0800';
      const frame = `${MAC}${PEER}`.replaceAll(':', '') + type + encode(packet).toString('hex');
      return sightings((await request({ op: 'inject', port, frame })) as unknown as Seen);
    },
    run: async (...command) => String((await request({ op: 'run', command }))['output']),
    stop,
  };
}

const ETHERNET = 14;

function sightings({ frames, local }: Seen): readonly Sighting[] {
  const left = frames.map(([port, octets]) => {
    const frame = Buffer.from(octets, 'hex');
    return { where: port, ...decode(frame.subarray(ETHERNET)) };
  });
  // What goes by lo has no checksum yet, so there is none to be wrong.
  const delivered = local.map((one) => ({
    where: 'local',
    packet: decodeLocal(one).packet,
    faults: [],
    mark: one.mark,
  }));
  return [...left, ...delivered]
    .filter(({ packet }) => !isOfItsOwnAccord(packet))
    .map(({ where, packet, faults, ...rest }) => ({ where, packet, faults, ...rest }));
}

function decodeLocal({ family, protocol, data, src, dst, ttl, tos }: LocalPacket): Decoded {
  const octets = Buffer.from(data, 'hex');
  if (family === 4) return decode(octets);
  return decodeTransport(
    { src: src!, dst: dst!, proto: protocolName(protocol), ttl: ttl ?? 0, tos: tos ?? 0 },
    octets,
    false,
  );
}

/** Group membership reports (behind hop-by-hop options in IPv6) and neighbour discovery: ICMPv6 types 130 to 143. */
const isOfItsOwnAccord = (packet: Decoded['packet']): boolean =>
  protocolNumber(packet) === 2 ||
  packet.dst === 'ff02::16' ||
  (packet.proto === 'icmpv6' && packet.type! >= 130 && packet.type! <= 143);
