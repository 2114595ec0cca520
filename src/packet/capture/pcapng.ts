/**
 * pcapng, draft-ietf-opsawg-pcapng-02: blocks of a type, a length, a body and the length again, in the byte order that
 * each section states.
 */
import { CaptureError, LONGEST_BLOCK, LONGEST_PACKET, type CaptureInterface } from './captured.ts';
import { octets, type Parser } from './demand.ts';

export const BLOCK = {
  section: 0x0a0d0d0a,
  interface: 1,
  /** The packet block of old. */
  packet: 2,
  simple: 3,
  enhanced: 6,
} as const;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Options by number: section 3.5, 4.2 and 4.3 of the draft. */
export const OPTION = { comment: 1, name: 2, resolution: 9, offset: 14 } as const;

interface Interface extends CaptureInterface {
  /** Octets that are kept of a packet; 0 is all. */
  readonly snapLength: number;
  /** Nanoseconds since 1970 of a time stamp. */
  readonly nanoseconds: (stamp: bigint) => bigint;
}

/** A block's body as its byte order reads it. */
interface Body {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly little: boolean;
  readonly offset: number;
}

/** Reads what follows the type of the first section header block. */
export function* parsePcapng(): Parser {
  let little = true;
  let interfaces: Interface[] = [];
  let offset = 0;
  for (let type: number = BLOCK.section; ;) {
    const start = yield* octets(type === BLOCK.section ? 8 : 4);
    if (!start) throw new CaptureError('cut', offset);
    if (type === BLOCK.section) {
      little = isLittle(start, offset);
      interfaces = [];
    }
    const length = viewOf(start).getUint32(0, little);
    if (length % 4 !== 0 || length < 8 + start.length) throw new CaptureError('length', offset);
    const rest = length - 8 - start.length;
    if (isRead(type)) {
      if (length > LONGEST_BLOCK) throw new CaptureError('length', offset);
      const bytes = yield* octets(rest);
      if (!bytes) throw new CaptureError('cut', offset);
      const body: Body = { bytes, view: viewOf(bytes), little, offset };
      if (type === BLOCK.section) checkVersion(body);
      else if (type === BLOCK.interface) interfaces.push(readInterface(body, interfaces.length));
      else yield { packet: readPacket(type, body, interfaces) };
    } else yield { skip: rest };
    const tail = yield* octets(4);
    if (!tail) throw new CaptureError('cut', offset);
    if (viewOf(tail).getUint32(0, little) !== length) throw new CaptureError('length', offset);
    offset += length;
    const next = yield* octets(4);
    if (!next) return;
    type = viewOf(next).getUint32(0, little);
  }
}

const READ: ReadonlySet<number> = new Set(Object.values(BLOCK));
const isRead = (type: number): boolean => READ.has(type);

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

function isLittle(start: Uint8Array, offset: number): boolean {
  for (const little of [true, false])
    if (viewOf(start).getUint32(4, little) === BYTE_ORDER_MAGIC) return little;
  throw new CaptureError('format', offset);
}

function checkVersion({ bytes, view, little, offset }: Body): void {
  if (bytes.length < 12) throw new CaptureError('length', offset);
  if (view.getUint16(0, little) !== 1) throw new CaptureError('version', offset);
}

function readInterface(body: Body, id: number): Interface {
  const { bytes, view, little, offset } = body;
  if (bytes.length < 8) throw new CaptureError('length', offset);
  const options = [...optionsOf(body, 8)];
  const found = (number: number): Uint8Array | undefined => options.find(([one]) => one === number)?.[1];
  const name = found(OPTION.name);
  const shift = found(OPTION.offset);
  const seconds = shift?.length === 8 ? viewOf(shift).getBigInt64(0, little) : 0n;
  return {
    id,
    ...(name && { name: text(name) }),
    linkType: view.getUint16(0, little),
    snapLength: view.getUint32(4, little),
    nanoseconds: clock(found(OPTION.resolution)?.[0] ?? 6, seconds),
  };
}

/** Section 4.2: the first bit of a resolution says whether it is a negative power of two or of ten. */
function clock(resolution: number, seconds: bigint): (stamp: bigint) => bigint {
  const power = BigInt(resolution & 0x7f);
  const units = resolution & 0x80 ? 2n ** power : 10n ** power;
  const start = seconds * 1_000_000_000n;
  return (stamp) => start + (stamp * 1_000_000_000n) / units;
}

function readPacket(type: number, body: Body, interfaces: readonly Interface[]) {
  const { bytes, view, little, offset } = body;
  const head = type === BLOCK.simple ? 4 : 20;
  if (bytes.length < head) throw new CaptureError('length', offset);
  const number =
    type === BLOCK.simple ? 0 : type === BLOCK.packet ? view.getUint16(0, little) : view.getUint32(0, little);
  const from = interfaces[number];
  if (!from) throw new CaptureError('interface', offset);
  const original = view.getUint32(head - 4, little);
  const most = Math.min(original, from.snapLength || original, bytes.length - head);
  const captured = type === BLOCK.simple ? most : view.getUint32(12, little);
  if (captured > LONGEST_PACKET || captured > bytes.length - head) throw new CaptureError('length', offset);
  const stamp = (): bigint => (BigInt(view.getUint32(4, little)) << 32n) | BigInt(view.getUint32(8, little));
  const { id, name, linkType } = from;
  return {
    time: type === BLOCK.simple ? undefined : from.nanoseconds(stamp()),
    interface: name === undefined ? { id, linkType } : { id, name, linkType },
    bytes: bytes.subarray(head, head + captured),
    length: Math.max(original, captured),
    comments:
      type === BLOCK.simple
        ? []
        : [...optionsOf(body, head + Math.ceil(captured / 4) * 4)].flatMap(([option, value]) =>
            option === OPTION.comment ? [text(value)] : [],
          ),
  };
}

/** Options from an octet of the body on: number, length, value, padding to four octets. A list that is cut just ends. */
function* optionsOf({ bytes, view, little }: Body, start: number): Generator<readonly [number, Uint8Array]> {
  let at = start;
  while (at + 4 <= bytes.length) {
    const number = view.getUint16(at, little);
    const end = at + 4 + view.getUint16(at + 2, little);
    if (number === 0 || end > bytes.length) return;
    yield [number, bytes.subarray(at + 4, end)];
    at = at + 4 + Math.ceil((end - at - 4) / 4) * 4;
  }
}

const utf8 = new TextDecoder();
const text = (bytes: Uint8Array): string => utf8.decode(bytes);
