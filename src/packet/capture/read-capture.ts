/** Packets of a capture file, from its octets as they come; no more is held than the packet or block at hand. */
import { CaptureError, type CapturedPacket } from './captured.ts';
import { octets, type Parser } from './demand.ts';
import { parsePcap, pcapForm } from './pcap.ts';
import { BLOCK, parsePcapng } from './pcapng.ts';

/** Reads pcap or pcapng by its first octets. */
function* parseCapture(): Parser {
  const magic = yield* octets(4);
  const form = magic && pcapForm(magic);
  if (form) yield* parsePcap(form);
  // Reads the same in both byte orders.
  else if (magic && new DataView(magic.buffer, magic.byteOffset, 4).getUint32(0) === BLOCK.section)
    yield* parsePcapng();
  else throw new CaptureError('format', 0);
}

export interface CaptureReader {
  /** Packets that are whole with these further octets. Throws CaptureError. */
  readonly feed: (chunk: Uint8Array) => Generator<CapturedPacket>;
  /** There are no further octets: throws CaptureError when there should be. */
  readonly finish: () => void;
}

export function captureReader(): CaptureReader {
  const parser = parseCapture();
  const held = holder();
  let demand = parser.next();
  return {
    *feed(chunk) {
      held.add(chunk);
      while (!demand.done) {
        if ('packet' in demand.value) {
          yield demand.value.packet;
          demand = parser.next();
          continue;
        }
        const skip = 'skip' in demand.value;
        const given = 'skip' in demand.value ? held.skip(demand.value.skip) : held.take(demand.value.read);
        if (!given) return;
        demand = skip ? parser.next() : parser.next(given);
      }
    },
    finish() {
      const isBetween = held.length() === 0;
      const last = demand.done ? demand : parser.next();
      if (!last.done || !isBetween) throw new CaptureError('cut', held.given());
    },
  };
}

const NOTHING = new Uint8Array(0);

/** Octets that have come and were not asked for yet. */
function holder() {
  let chunks: Uint8Array[] = [];
  let length = 0;
  let toSkip: number | undefined;
  let given = 0;
  const join = (): Uint8Array => {
    if (chunks.length === 1) return chunks[0]!;
    const joined = new Uint8Array(length);
    let at = 0;
    for (const chunk of chunks) {
      joined.set(chunk, at);
      at += chunk.length;
    }
    chunks = [joined];
    return joined;
  };
  const take = (count: number): Uint8Array | undefined => {
    if (length < count) return undefined;
    if (count === 0) return NOTHING;
    const all = join();
    chunks = count === all.length ? [] : [all.subarray(count)];
    length -= count;
    given += count;
    return all.subarray(0, count);
  };
  return {
    length: () => length,
    given: () => given,
    add(chunk: Uint8Array): void {
      if (chunk.length === 0) return;
      chunks.push(chunk);
      length += chunk.length;
    },
    take,
    /** Passes over octets that need not all be here at once. */
    skip(count: number): Uint8Array | undefined {
      toSkip ??= count;
      const now = Math.min(toSkip, length);
      take(now);
      toSkip -= now;
      if (toSkip > 0) return undefined;
      toSkip = undefined;
      return NOTHING;
    },
  };
}
