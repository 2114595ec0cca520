/** The packets of a case: some flows, each a short script, interleaved. */
import type { Stimulus } from '../play.ts';
import type { Wire } from '../wire.ts';
import type { Dice } from './dice.ts';
import { anyAddress, type World } from './world.ts';

/** A step of a flow: the client sends, or the other end answers what its `answers`-th step became. */
type Step = { readonly sends: Partial<Wire> } | { readonly answers: number; readonly change: Partial<Wire> };

interface Script {
  readonly weight: number;
  readonly proto: string;
  readonly steps: readonly Step[];
}

const sends = (...flags: readonly string[]): readonly Step[] =>
  flags.map((one) => ({ sends: { flags: one } }));
const answer = (answers: number, change: Partial<Wire> = {}): Step => ({ answers, change });

const TCP: readonly Script['steps'][] = [
  [...sends('S'), answer(0, { flags: 'S.' }), ...sends('.', 'P.'), answer(3, { flags: '.' }), ...sends('F.')],
  [
    ...sends('S'),
    answer(0, { flags: 'S.' }),
    ...sends('.'),
    answer(0, { flags: 'P.' }),
    answer(0, { flags: 'F.' }),
    ...sends('F.', '.'),
  ],
  [...sends('S', 'S', 'S'), answer(2, { flags: 'S.' }), ...sends('.')],
  [...sends('S'), answer(0, { flags: 'R.' }), ...sends('S')],
  [...sends('S', '.', 'F.')],
  [...sends('S'), answer(0, { flags: 'S.' }), ...sends('R'), ...sends('S')],
  [...sends('.'), answer(0, { flags: '.' }), ...sends('P.')],
];
const ODD_FLAGS = ['S.', 'F', 'F.', 'R', 'R.', '', 'FP.U', 'FPU', 'SF', 'SR', 'SEW', '.E', 'P', 'U.'];

const UDP: readonly Script['steps'][] = [
  [{ sends: {} }, answer(0), { sends: {} }, answer(0)],
  [{ sends: {} }, { sends: {} }, { sends: {} }],
  [{ sends: {} }, answer(0), { sends: { tos: 0x10 } }],
];

function steps(proto: string, roll: Dice): readonly Step[] {
  if (proto === 'tcp')
    return roll.chance(0.75)
      ? roll.pick(TCP)
      : [...sends(roll.pick(ODD_FLAGS)), answer(0, { flags: roll.pick(['.', 'R', 'S.']) })];
  if (proto === 'udp') return roll.pick(UDP);
  if (proto === 'icmp' || proto === 'icmpv6') {
    const [request, reply] = proto === 'icmp' ? [8, 0] : [128, 129];
    const alone = roll.chance(0.15) ? { sends: { type: reply } } : { sends: { type: request } };
    return [alone, answer(0), { sends: { type: request } }, answer(2)];
  }
  return [{ sends: {} }, answer(0)];
}

const PROTOCOLS = [
  { weight: 5, name: 'tcp' },
  { weight: 3.5, name: 'udp' },
  { weight: 2.5, name: 'icmp' },
  { weight: 0.4, name: '47' },
  { weight: 0.3, name: '50' },
];

export function packets(of: World, roll: Dice): readonly Stimulus[] {
  const flows = Array.from({ length: 3 + roll.int(4) }, (_, i) => flow(of, roll, i * 100));
  return interleaved(flows, roll);
}

function flow(of: World, roll: Dice, first: number): readonly Stimulus[] {
  if (roll.chance(0.08)) return ownFlow(of, roll, first);
  const name = roll.weighted(PROTOCOLS).name;
  const proto = name === 'icmp' && of.family === 6 ? 'icmpv6' : name;
  const port = roll.pick(of.interfaces);
  const src = sourceFrom(of, port, roll);
  const plain: Wire = {
    src,
    dst: destinationFrom(of, port, src, roll),
    proto,
    ttl: roll.weighted(TTLS).ttl,
    tos: roll.chance(0.15) ? roll.pick([0x08, 0x10, 0xb8, 0x04, 0x01]) : 0,
    ...(proto === 'tcp' || proto === 'udp' ? { sport: roll.pick(of.ports), dport: roll.pick(of.ports) } : {}),
    ...(proto.startsWith('icmp') ? { code: 0, id: roll.pick([77, 78]) } : {}),
  };
  return steps(proto, roll).map((step, i): Stimulus => {
    const id = first + i;
    return 'sends' in step
      ? { id, arrival: { in: port, packet: { ...plain, ...step.sends } } }
      : { id, answers: first + step.answers, change: step.change };
  });
}

/** What a program on the machine sends, and answers to it. */
function ownFlow(of: World, roll: Dice, first: number): readonly Stimulus[] {
  const proto = roll.pick(['udp', 'udp', 'tcp']);
  const own = of.own.filter((one) => one !== '127.0.0.1' && one !== '::1');
  const src = roll.pick(own);
  const others = roll.chance(0.8)
    ? [...of.far, ...of.virtual, ...Object.values(of.near).flat()]
    : of.own.filter((one) => one !== src);
  const packet: Wire = {
    src,
    dst: roll.pick(others),
    proto,
    sport: roll.pick(of.ports),
    dport: roll.pick(of.ports),
    ttl: 64,
    tos: 0,
    ...(proto === 'tcp' ? { flags: 'S' } : {}),
  };
  const sent: Stimulus = { id: first, arrival: { in: 'local', packet } };
  return proto === 'tcp'
    ? [sent]
    : [sent, { id: first + 1, answers: first, change: {} }, { ...sent, id: first + 2 }];
}

const TTLS = [
  { weight: 12, ttl: 64 },
  { weight: 1, ttl: 1 },
  { weight: 1, ttl: 2 },
  { weight: 1, ttl: 128 },
];

function sourceFrom(of: World, port: string, roll: Dice): string {
  const { from } = roll.weighted([
    { weight: 12, from: of.near[port]! },
    { weight: 6, from: of.far },
    { weight: 0.6, from: of.own },
    { weight: 0.4, from: of.odd },
  ]);
  return roll.pick(from);
}

/** An address that is not the source: a packet to itself has two directions in one tuple. */
function destinationFrom(of: World, port: string, src: string, roll: Dice): string {
  const others = of.interfaces.filter((one) => one !== port).flatMap((one) => of.near[one]!);
  const dst = roll.chance(0.5) ? roll.pick(others) : anyAddress(of, roll);
  return dst === src ? of.virtual[0]! : dst;
}

/** The flows' packets in their own order, shuffled with one another. */
function interleaved(flows: readonly (readonly Stimulus[])[], roll: Dice): readonly Stimulus[] {
  const left = flows.map((one) => [...one]);
  const all: Stimulus[] = [];
  while (left.some((one) => one.length > 0)) {
    const next = roll.pick(left.filter((one) => one.length > 0));
    all.push(next.shift()!);
  }
  return all;
}
