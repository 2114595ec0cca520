/**
 * From bytes to a packet. Whatever the bytes are, encoding the packet makes them again: what is wrong in them is stated
 * by the headers, what cannot be read is payload, and both are told as problems.
 */
import type { UdpPorts } from '../header.ts';
import { NO_NEXT_HEADER } from './implied.ts';
import { openEsp } from './open-esp.ts';
import { readHeader, type ReadHeader, type Region, type Unreadable } from './read-header.ts';
import type { Sealer } from './sealer.ts';
import { settle, type Layer, type Wrong } from './settle.ts';
import { announcedBy, specOf, type WirePacket } from './wire-packet.ts';

export interface DecodeOptions {
  readonly sealer?: Sealer | undefined;
  /** Ports at which an encapsulation is expected beside its own. */
  readonly ports?: UdpPorts;
  /** Keyed GRE around Ethernet is NVGRE. */
  readonly nvgre?: boolean;
}

export type { Layer };

export type DecodeProblem =
  | Unreadable
  | Wrong
  /** No header is known by this number. */
  | { readonly code: 'unknown'; readonly proto: string; readonly field: string; readonly value: number }
  /** The integrity check value is not that of the key. */
  | { readonly code: 'forged'; readonly proto: string }
  /** There are more headers than are read. */
  | { readonly code: 'deep'; readonly proto: string };

export interface Decoded {
  readonly packet: WirePacket;
  readonly layers: readonly Layer[];
  readonly problems: readonly DecodeProblem[];
}

export type Decoder = (bytes: Uint8Array, link: string, wireLength?: number) => Decoded;

/** Headers of one packet; a capture file could hold thousands of empty ones. */
const DEEPEST = 64;

/** What a decoder knows. */
interface Known {
  readonly numbers: Readonly<Record<'ipProtocol' | 'etherType', ReadonlyMap<number, string>>>;
  readonly ports: UdpPorts;
  readonly sealer: Sealer | undefined;
  readonly nvgre: boolean;
}

/** A decoder of packets; `link` is the outermost header, `wireLength` the octets that the packet had before it was cut. */
export function decoder({ sealer, ports = new Map(), nvgre = false }: DecodeOptions = {}): Decoder {
  const known: Known = {
    numbers: { ipProtocol: announcedBy('ipProtocol'), etherType: announcedBy('etherType') },
    ports: new Map([...announcedBy('udpPort'), ...ports]),
    sealer,
    nvgre,
  };
  return (bytes, link, wireLength = bytes.length) => decode(known, bytes, link, wireLength - bytes.length);
}

function decode(known: Known, bytes: Uint8Array, link: string, cut: number): Decoded {
  const read: ReadHeader[] = [];
  const problems: DecodeProblem[] = [];
  let region: Region = { bytes, start: 0, end: bytes.length };
  let proto: string | undefined = link;
  while (proto !== undefined && read.length < DEEPEST) {
    const one: ReadHeader | Unreadable = readAs(known, proto, region, read.at(-1));
    if ('code' in one) {
      problems.push(one);
      break;
    }
    if (one.end < region.end) one.header['trailer'] = region.bytes.subarray(one.end, region.end);
    read.push(one);
    const next: Next = follow(known, one, region, cut > 0);
    if (next.problem) problems.push(next.problem);
    region = next.region;
    proto = next.proto;
  }
  if (read.length === DEEPEST && proto !== undefined) problems.push({ code: 'deep', proto });
  // Octets behind a datagram are there, so what was cut off is behind it too.
  const missing = cut > 0 && read.every(({ header }) => header['trailer'] === undefined) ? cut : 0;
  const { layers, wrong } = settle(read, missing, cut > 0);
  const payload = read.length > 0 ? region.bytes.subarray(region.start, region.end) : bytes;
  const headers = layers.map(({ header }) => header);
  const packet = missing > 0 ? { headers, payload, missing } : { headers, payload };
  return { packet, layers, problems: [...problems, ...wrong] };
}

function readAs(
  known: Known,
  proto: string,
  region: Region,
  outer: ReadHeader | undefined,
): ReadHeader | Unreadable {
  if (proto === 'opaque')
    return {
      header: { proto, protocol: outer?.values['protocol'] ?? outer?.header['nextHeader'] ?? 0 },
      values: {},
      implied: [],
      ...region,
      body: region.start,
    };
  if (proto === 'gre' && known.nvgre) {
    const nvgre = readHeader(specOf('nvgre'), region);
    if (!('code' in nvgre) && nvgre.values['protocol'] === specOf('ethernet').etherType) return nvgre;
  }
  return readHeader(specOf(proto), region);
}

interface Next {
  readonly proto: string | undefined;
  readonly region: Region;
  readonly problem?: DecodeProblem;
}

/** What follows a header, and where. */
function follow(known: Known, one: ReadHeader, { bytes, start }: Region, isCut: boolean): Next {
  const { header, values, body, end } = one;
  const region = { bytes, start: body, end };
  if (header.proto === 'esp') {
    const opened = isCut ? 'keyless' : (known.sealer?.open(bytes, start, end) ?? 'keyless');
    if (opened === 'keyless') return { proto: undefined, region };
    if (opened === 'forged') return { proto: undefined, region, problem: { code: 'forged', proto: 'esp' } };
    const content = openEsp(header, opened);
    if (content) return byNumber(known, 'ipProtocol', 'nextHeader', one, content);
    const problem = {
      code: 'malformed',
      proto: 'esp',
      field: 'padLength',
      value: opened.plain.at(-2)!,
    } as const;
    return { proto: undefined, region, problem };
  }
  const carried = specOf(header.proto).carries?.(values, bytes.subarray(body, end), known.ports);
  if (carried !== undefined) return { proto: carried, region };
  const field = one.implied.find(({ announces }) => announces !== undefined);
  if (field?.announces === undefined) return { proto: undefined, region };
  return byNumber(known, field.announces, field.name, one, { region, number: Number(values[field.name]) });
}

function byNumber(
  { numbers }: Known,
  space: 'ipProtocol' | 'etherType',
  field: string,
  { header }: ReadHeader,
  { region, number }: { readonly region: Region; readonly number: number },
): Next {
  const proto = numbers[space].get(number);
  if (proto !== undefined) return { proto, region };
  if (space === 'ipProtocol' && number === NO_NEXT_HEADER) return { proto: undefined, region };
  const problem = { code: 'unknown', proto: header.proto, field, value: number } as const;
  return { proto: space === 'ipProtocol' ? 'opaque' : undefined, region, problem };
}
