/**
 * pcap, draft-ietf-opsawg-pcap-04, in the byte order of the machine that wrote it.
 *
 *    file:    magic 4, version 2+2, reserved 4+4, snapshot length 4, FCS and link type 4
 *    packet:  seconds 4, micro- or nanoseconds 4, captured length 4, original length 4, octets
 */
import { CaptureError, LONGEST_PACKET } from './captured.ts';
import { octets, type Parser } from './demand.ts';

const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;

/** Whether a file that starts with these four octets is pcap: its byte order and its unit of time. */
export function pcapForm(magic: Uint8Array): { readonly little: boolean; readonly unit: bigint } | undefined {
  for (const little of [true, false]) {
    const number = new DataView(magic.buffer, magic.byteOffset, 4).getUint32(0, little);
    if (number === MICROSECONDS) return { little, unit: 1000n };
    if (number === NANOSECONDS) return { little, unit: 1n };
  }
  return undefined;
}

/** Reads what follows the magic number. */
export function* parsePcap({ little, unit }: { readonly little: boolean; readonly unit: bigint }): Parser {
  const head = yield* octets(20);
  if (!head) throw new CaptureError('cut', 4);
  const linkType = view(head).getUint32(16, little) & 0xffff;
  const face = { id: 0, linkType };
  let offset = 24;
  for (;;) {
    const record = yield* octets(16);
    if (!record) return;
    const fields = view(record);
    const [seconds, fraction] = [fields.getUint32(0, little), fields.getUint32(4, little)];
    const [captured, original] = [fields.getUint32(8, little), fields.getUint32(12, little)];
    if (captured > LONGEST_PACKET) throw new CaptureError('length', offset);
    const bytes = yield* octets(captured);
    if (!bytes) throw new CaptureError('cut', offset);
    offset += 16 + captured;
    const time = BigInt(seconds) * 1_000_000_000n + BigInt(fraction) * unit;
    const length = Math.max(original, captured);
    yield { packet: { time, interface: face, bytes, length, comments: [] } };
  }
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
