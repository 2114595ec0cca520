// Packets of the captures with octets changed, cut off, put in and copied: the same ones every time.
import { CAPTURES, linkOf, openCapture } from './captures.ts';

export interface Mutation {
  /** The capture that it was made from. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly link: string;
  /** Octets that the packet is said to have had; at least those that it has. */
  readonly wireLength: number;
}

/** xorshift32: numbers below `bound` that are the same in every run. */
export function randomFrom(seed: number): (bound: number) => number {
  let state = seed | 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

type Random = (bound: number) => number;
type Change = (bytes: Uint8Array, random: Random) => Uint8Array;

const EDGES = [0, 1, 0x7f, 0x80, 0xff];

const CHANGES: readonly Change[] = [
  (bytes, random) => set(bytes, random(bytes.length), random(256)),
  (bytes, random) => set(bytes, random(bytes.length), EDGES[random(EDGES.length)]!),
  // The first headers decide most.
  (bytes, random) => set(bytes, random(Math.min(bytes.length, 80)), random(256)),
  (bytes, random) => bytes.slice(0, random(bytes.length + 1)),
  (bytes, random) => {
    const at = random(bytes.length);
    return Uint8Array.from([...bytes.subarray(0, at), random(256), random(256), ...bytes.subarray(at)]);
  },
  (bytes, random) => {
    const at = random(bytes.length);
    return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(random(bytes.length))]);
  },
];

function set(bytes: Uint8Array, at: number, octet: number): Uint8Array {
  // A Buffer's slice is the same memory.
  const changed = Uint8Array.from(bytes);
  if (at < changed.length) changed[at] = octet;
  return changed;
}

const LINKS = [
  'ethernet',
  'ipv4',
  'ipv6',
  'sll',
  'sll2',
  'null',
  'gre',
  'geneve',
  'esp',
  'arp',
  'lisp',
  'icmpv6',
];

export function* mutations(count: number): Generator<Mutation> {
  const random = randomFrom(20_261_121);
  const all = CAPTURES.flatMap((name) => openCapture(name).packets.map((packet) => ({ name, packet })));
  for (let i = 0; i < count; i++) {
    const { name, packet } = all[random(all.length)]!;
    let { bytes } = packet;
    for (let changes = 1 + random(4); changes > 0 && bytes.length > 0; changes--)
      bytes = CHANGES[random(CHANGES.length)]!(bytes, random);
    const link = random(8) === 0 ? LINKS[random(LINKS.length)]! : linkOf(packet);
    const wireLength = bytes.length + (random(6) === 0 ? random(2000) : 0);
    yield { name, bytes, link, wireLength };
  }
}
