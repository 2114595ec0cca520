/** The Internet checksum, RFC 1071: the complement of the one's complement sum of 16-bit words; and CRC32c. */
import type { Span } from './field.ts';

/** The sum of the words in [start, end) and `sum`, not folded; an odd last octet is the high one of its word. */
function sumOf(bytes: Uint8Array, start: number, end: number, sum = 0): number {
  let total = sum;
  let at = start;
  for (; at + 1 < end; at += 2) total += (bytes[at]! << 8) | bytes[at + 1]!;
  return at < end ? total + (bytes[at]! << 8) : total;
}

/** The checksum of a sum. */
function folded(sum: number): number {
  let rest = sum;
  while (rest > 0xffff) rest = (rest & 0xffff) + Math.floor(rest / 0x10000);
  return ~rest & 0xffff;
}

/** The sum of [start, end) as it is while the checksum at `start + offset` is 0. */
const sumWithout = ({ bytes, start }: Span, end: number, offset: number): number =>
  sumOf(bytes, start, end) - ((bytes[start + offset]! << 8) | bytes[start + offset + 1]!);

/** Of the header alone: IPv4. */
export const headChecksum =
  (offset: number) =>
  (span: Span): number =>
    folded(sumWithout(span, span.body, offset));

/** Of the header and what it carries: ICMP, GRE. Undefined when not all of it is there. */
export const wholeChecksum =
  (offset: number) =>
  (span: Span): number | undefined =>
    span.missing > 0 || span.isPart ? undefined : folded(sumWithout(span, span.end, offset));

/** Of the same with the pseudo-header before it (RFC 768, RFC 9293 section 3.1, RFC 8200 section 8.1): TCP, UDP, ICMPv6. */
export const transportChecksum =
  (offset: number, protocol: number) =>
  (span: Span): number | undefined => {
    const pseudo = span.missing > 0 || span.isPart ? undefined : pseudoSum(span, protocol);
    return pseudo === undefined ? undefined : folded(sumWithout(span, span.end, offset) + pseudo);
  };

/** The sum of the pseudo-header; undefined without an IP header around, or where a routing header hides the destination. */
function pseudoSum({ start, end, outer }: Span, protocol: number): number | undefined {
  const length = end - start;
  let ip = outer;
  for (; ip && ip.proto !== 'ipv4' && ip.proto !== 'ipv6'; ip = ip.outer)
    if (ip.proto === 'routing' && ip.bytes[ip.start + 3] !== 0) return undefined;
  if (!ip) return undefined;
  const [from, octets] = ip.proto === 'ipv4' ? [12, 8] : [8, 32];
  return sumOf(ip.bytes, ip.start + from, ip.start + from + octets, protocol + length);
}

/** The Castagnoli polynomial, its bits reversed. */
const CASTAGNOLI = 0x82f63b78;

const CRC_OF_OCTET = Uint32Array.from({ length: 256 }, (_, octet) => {
  let crc = octet;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? CASTAGNOLI : 0);
  return crc;
});

/** CRC32c of the header and what it carries, its least significant octet first: RFC 9260 appendix A. */
export const crc32c =
  (offset: number) =>
  ({ bytes, start, end, missing, isPart }: Span): number | undefined => {
    if (missing > 0 || isPart) return undefined;
    let crc = 0xffffffff;
    for (let at = start; at < end; at++) {
      const octet = at - start >= offset && at - start < offset + 4 ? 0 : bytes[at]!;
      crc = CRC_OF_OCTET[(crc ^ octet) & 0xff]! ^ (crc >>> 8);
    }
    return swapped(~crc);
  };

const swapped = (word: number): number =>
  ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
