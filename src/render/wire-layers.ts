/** The packet of a report as headers with values, ready to become bytes. */
import type { FieldForm } from '../packet/header.ts';
import { HEADERS, sizeOf } from '../packet/packet.ts';
import { flagByte, type TcpFlag } from '../packet/tcp.ts';
import { encode } from '../packet/wire/encode.ts';
import { specOf, type WireHeader, type WirePacket, type WireValue } from '../packet/wire/wire-packet.ts';
import type { FlowFact, LayerFact, PacketFact } from '../report/report.ts';
import { parseAddress, parseMac } from '../value/address.ts';
import { dataOf } from './data.ts';
import { fieldText, quotedFlow } from './flow.ts';

/**
 * What a walk leaves open has fixed values: IP identification 0, sequence numbers as if the sender started at 0, data that
 * means nothing. An ICMP error quotes a packet of the flow that it is about. `known` are the octets behind the headers, where the
 * padding of ESP leaves more than one number possible.
 */
export function wirePacket(
  { layers, length }: Pick<PacketFact, 'layers' | 'length'>,
  known?: number,
): WirePacket {
  const headers = layers.map(wireHeader);
  const isKnown = known !== undefined && lengthWith(headers, known) === length;
  const payload = dataOf(headers.at(-1)?.proto, isKnown ? known : payloadLength(headers, length));
  const about = layers.map(quotedFlow).find((flow) => flow !== undefined);
  if (about) payload.set(quoted(about, payload.length).subarray(0, payload.length));
  return { headers, payload };
}

function wireHeader(layer: LayerFact): WireHeader {
  const spec = specOf(layer.proto);
  const forms: Readonly<Record<string, FieldForm>> = { ...spec.fields, ...spec.optional };
  const values = Object.entries(forms).flatMap(([field, form]) => {
    const value = wireValue(form, layer, field);
    return value === undefined ? [] : [[field, value] as const];
  });
  return {
    proto: layer.proto,
    ...(isEcho(layer) && { seq: 1 }),
    ...Object.fromEntries(values),
    ...(layer.proto === 'tcp' && sequence(layer)),
  };
}

function wireValue(form: FieldForm, layer: LayerFact, field: string): WireValue | undefined {
  const value = layer[field];
  if (value === undefined) return undefined;
  switch (form) {
    case 'number':
      return Number(value);
    case 'flags':
      return flagByte(value as readonly TcpFlag[]);
    case 'address':
      return parseAddress(fieldText(layer, field) ?? '');
    case 'mac':
      return parseMac(fieldText(layer, field) ?? '');
    case 'text':
      return fieldText(layer, field);
    default:
      return form satisfies never;
  }
}

/** A ping's first packet has number 1, and a walk sends one. */
const isEcho = ({ proto, type }: LayerFact): boolean =>
  (proto === 'icmp' && (type === 8 || type === 0)) || (proto === 'icmpv6' && (type === 128 || type === 129));

/** A SYN is octet 0 of its sender; who has seen one goes on from 1. */
function sequence({ flags }: LayerFact): { readonly seq: number; readonly ack: number } {
  const has = (flag: TcpFlag): boolean => Array.isArray(flags) && flags.includes(flag);
  return { seq: has('SYN') ? 0 : 1, ack: has('ACK') ? 1 : 0 };
}

/** Octets behind the headers of a packet of this length. Padding makes several fit: the fewest are taken. */
function payloadLength(headers: readonly WireHeader[], length: number): number {
  let payload = Math.max(0, length - lengthWith(headers, 0));
  while (payload > 0 && lengthWith(headers, payload - 1) >= length) payload--;
  while (lengthWith(headers, payload) < length) payload++;
  return payload;
}

const lengthWith = (headers: readonly WireHeader[], payload: number): number =>
  headers.reduceRight((size, header) => size + sizeOf(specOf(header.proto), size, header), payload);

/** The packet that an error is about, in as many octets as it quotes. The TTL that it came with is not known: 1. */
function quoted({ src, dst, proto, sport, dport, id }: FlowFact, length: number): Uint8Array {
  const ip = { proto: src.includes(':') ? 'ipv6' : 'ipv4', src, dst, ttl: 1 };
  const transport: LayerFact = Object.hasOwn(HEADERS, proto)
    ? {
        proto,
        ...(sport !== undefined && { sport }),
        ...(dport !== undefined && { dport }),
        ...(id !== undefined && { type: proto === 'icmpv6' ? 128 : 8, id }),
        ...(proto === 'tcp' && { flags: ['SYN'] }),
      }
    : { proto: 'opaque', protocol: Number(proto) || 0 };
  return encode(wirePacket({ layers: [ip, transport], length }));
}
