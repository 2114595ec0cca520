/** Compares what headers say with what their packet's bytes imply; what is as implied need not be said. */
import type { Span } from '../field.ts';
import { implied, isFragment, NO_NEXT_HEADER } from './implied.ts';
import type { ReadHeader } from './read-header.ts';
import { announced, type WireHeader } from './wire-packet.ts';

/** `absent` is UDP without a checksum; `unverified` one over octets that are not there. */
export type ChecksumState = 'good' | 'bad' | 'absent' | 'unverified';

/** A header as it was read. */
export interface Layer {
  readonly header: WireHeader;
  /** Fields that the bytes imply, as they are in the bytes. */
  readonly made: Readonly<Record<string, number>>;
  readonly checksum?: ChecksumState;
  /** Octets of the header. */
  readonly length: number;
}

/** A field is not what the bytes imply. */
export interface Wrong {
  readonly code: 'wrong';
  readonly proto: string;
  readonly field: string;
  readonly value: number;
  readonly right: number;
}

/** `missing` octets count in every length; of a packet that was cut, what does not fit is not said to be wrong. */
export function settle(
  read: readonly ReadHeader[],
  missing: number,
  isCut: boolean,
): { readonly layers: readonly Layer[]; readonly wrong: readonly Wrong[] } {
  const wrong: Wrong[] = [];
  let outer: Span | undefined;
  let isPart = false;
  const layers = read.map((one, i) => {
    const { header, bytes, start, body, end } = one;
    const inner = read[i + 1]?.header;
    const span: Span = { proto: header.proto, bytes, start, body, end, missing, outer, isPart };
    const layer = settleOne(one, span, inner, isCut || isPart ? [] : wrong);
    if (header['suite'] !== undefined) settleEsp(one, inner);
    outer = span;
    isPart ||= isFragment(header);
    return layer;
  });
  return { layers, wrong };
}

function settleOne(one: ReadHeader, span: Span, inner: WireHeader | undefined, wrong: Wrong[]): Layer {
  const { header, values, start, body } = one;
  const made: Record<string, number> = {};
  let checksum: ChecksumState | undefined;
  for (const field of one.implied) {
    const { name } = field;
    const value = Number(values[name]);
    const right = implied(field, span, inner);
    made[name] = value;
    if (value !== (right ?? field.initial)) header[name] = value;
    if (name === 'checksum') checksum = stateOf(header.proto, value, right);
    if (right !== undefined && right !== value && checksum !== 'absent' && field.announces === undefined)
      wrong.push({ code: 'wrong', proto: header.proto, field: name, value, right });
  }
  const layer = { header, made, length: body - start };
  return checksum === undefined ? layer : { ...layer, checksum };
}

function stateOf(proto: string, value: number, right: number | undefined): ChecksumState {
  if (proto === 'udp' && value === 0) return 'absent';
  if (right === undefined) return 'unverified';
  return right === value ? 'good' : 'bad';
}

/** The next header of what was sealed need not be said where it is that of the header there. */
function settleEsp({ header }: ReadHeader, inner: WireHeader | undefined): void {
  if (header['nextHeader'] === (announced('ipProtocol', inner) ?? NO_NEXT_HEADER))
    delete header['nextHeader'];
}
