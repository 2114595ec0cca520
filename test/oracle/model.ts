/** nettrace as one side of the oracle, asked as `nettrace walk --batch --keep-state` asks, in this process. */
import { foldTrace } from '../../src/analyze/fold-trace.ts';
import { trace } from '../../src/analyze/trace.ts';
import { inWords } from '../../src/cli/load.ts';
import { readFlow, type FlowText } from '../../src/cli/flow.ts';
import { UsageError } from '../../src/cli/usage.ts';
import type {
  FieldFact,
  FlowFact,
  Hop,
  LayerFact,
  PacketFact,
  WalkFact,
  WalkReport,
} from '../../src/report/report.ts';
import { readDocument } from '../../src/source/document.ts';
import { formatPosition } from '../../src/source/position.ts';
import { readTopology, type Topology } from '../../src/topology/topology.ts';
import { topologyOf, type Machine } from './machine.ts';
import { ModelState, type PortTaken } from './model-state.ts';
import type { Arrival, Sighting } from './sighting.ts';
import { FLAG_LETTERS, lengthOf, type Wire } from './wire.ts';

/** nettrace does not read this machine or packet. */
export class Unread extends Error {}

export interface Walked {
  readonly sightings: readonly Sighting[];
  /** What the model says that it lacks. */
  readonly unknown: string | undefined;
  readonly report: WalkReport;
}

export interface Model {
  walk(arrival: Arrival): Walked;
  /** A port that the kernel drew is taken for the one that the last walk chose. */
  adopt(taken: PortTaken): void;
}

export const readModel = (machine: Machine): Model => modelOf(topologyOf(machine));

/** Of a topology in which the machine under test is called `dut`. */
export function modelOf(stated: object): Model {
  const { document, diagnostics: unread } = readDocument('oracle.json', JSON.stringify(stated));
  if (!document) throw new Unread(inWords(unread));
  const { topology, diagnostics } = readTopology(document);
  if (!topology) throw new Unread(inWords(diagnostics));
  const state = new ModelState();
  const context = {
    topology: { name: topology.name, file: topology.file },
    locate: (cite: string) => formatPosition(document.locate(cite)),
  };
  return {
    walk: (arrival) => {
      state.begin();
      const { in: place, ...flow } = batchLine(arrival);
      const [node = '', port = ''] = place?.split('/') ?? [];
      const question = {
        packet: packetOf(flow, topology),
        in: place === undefined ? undefined : { node, port },
        picks: new Map(),
        noReturn: !isAnswered(arrival.packet),
        onlyKnown: true as const,
        handshake: false,
      };
      const traced = trace(topology, question, state);
      if ('problem' in traced) throw new Unread(traced.problem);
      const report = foldTrace(traced, context);
      return { sightings: report.walks.flatMap(sightingsOf), unknown: unknownOf(report), report };
    },
    adopt: (taken) => state.adopt(taken),
  };
}

function packetOf(flow: FlowText, topology: Topology): ReturnType<typeof readFlow>['packet'] {
  try {
    return readFlow(flow, topology).packet;
  } catch (error) {
    throw error instanceof UsageError ? new Unread(`error ${error.message}`) : error;
  }
}

/** A ping that the machine answers: not one to everybody (net.ipv4.icmp_echo_ignore_broadcasts). */
const isAnswered = ({ proto, type, dst }: Wire): boolean =>
  (proto === 'icmp' && type === 8 && !dst.endsWith('.255')) || (proto === 'icmpv6' && type === 128);

/** MSS, SACK, timestamps and window scale, which the kernel puts into its own SYN. */
const SYN_OPTIONS = 20;

/** The arrival as a line of a batch file. */
export function batchLine({ in: port, packet }: Arrival): FlowText & { readonly in?: string } {
  const { src, dst, proto, sport, dport, flags, type, code, id, ttl, tos } = packet;
  const stated = {
    src,
    dst,
    proto,
    sport,
    dport,
    flags,
    type,
    code,
    id,
    ttl,
    ...(tos === 0 ? {} : { tos }),
    size: lengthOf(packet) + (port === 'local' && proto === 'tcp' ? SYN_OPTIONS : 0),
  };
  return {
    ...(port === 'local' ? {} : { in: `dut/${port}` }),
    ...Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined)),
  };
}

const unknownOf = ({ walks }: WalkReport): string | undefined =>
  walks.find((one) => one.verdict === 'unknown')?.note;

/** What closes in the socket layer has reached the machine all the same. */
const AT_SOCKETS = ['listener-missing', 'session-missing'];

function sightingsOf(walk: WalkFact): readonly Sighting[] {
  const last = walk.hops.at(-1);
  if (!last) return [];
  if (walk.verdict === 'left')
    return last.out ? [{ where: last.out.port, packet: wireOf(last.out.packet) }] : leftBy(walk);
  const isDelivered = walk.verdict === 'delivered' || AT_SOCKETS.includes(walk.reason ?? '');
  const end = last.steps.at(-1);
  if (!isDelivered || !end || !('packet' in end)) return [];
  return [{ where: 'local', packet: wireOf(end.packet), mark: markAt(last) }];
}

/** The packet as it left by the last hop that sent it. */
const leftBy = ({ hops }: WalkFact): readonly Sighting[] =>
  hops.flatMap(({ out }) => (out ? [{ where: out.port, packet: wireOf(out.packet) }] : [])).slice(-1);

const markAt = ({ steps }: Hop): number =>
  steps.reduce((mark, step) => (step.type === 'mark' ? step.after : mark), 0);

function wireOf({ layers }: PacketFact): Wire {
  const at = layers.findIndex(({ proto }) => proto === 'ipv4' || proto === 'ipv6');
  const ip = layers[at]!;
  const transport = layers[at + 1];
  const number = (field: FieldFact | undefined): number | undefined =>
    typeof field === 'number' ? field : undefined;
  const quoted = transport?.['quoted'] as FlowFact | undefined;
  return {
    src: text(ip['src']),
    dst: text(ip['dst']),
    proto: protocolOf(transport),
    ttl: number(ip['ttl']) ?? 0,
    tos: ((number(ip['dscp']) ?? 0) << 2) | (number(ip['ecn']) ?? 0),
    sport: number(transport?.['sport']),
    dport: number(transport?.['dport']),
    flags: flagsOf(transport?.['flags']),
    type: number(transport?.['type']),
    code: number(transport?.['code']),
    id: quoted ? undefined : number(transport?.['id']),
    quoted: quoted && quotedOf(quoted),
  };
}

const protocolOf = (layer: LayerFact | undefined): string =>
  layer === undefined ? '' : layer.proto === 'opaque' ? text(layer['protocol']) : layer.proto;

const text = (field: FieldFact | undefined): string =>
  typeof field === 'string' || typeof field === 'number' ? String(field) : '';

const NAMES = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

const flagsOf = (flags: FieldFact | undefined): string | undefined =>
  Array.isArray(flags)
    ? FLAG_LETTERS.filter((_, bit) => (flags as readonly string[]).includes(NAMES[bit]!)).join('')
    : undefined;

const quotedOf = ({ src, dst, proto, sport, dport, id }: FlowFact): Wire => ({
  src,
  dst,
  proto,
  sport,
  dport,
  id,
  ttl: 0,
  tos: 0,
});
