/** A packet of a capture as the report prints it: every field by the form that its header states. */
import type { CapturedPacket } from '../packet/capture/captured.ts';
import { linkHeader } from '../packet/capture/link-type.ts';
import { isIcmpError } from '../packet/icmp.ts';
import type { FieldForm } from '../packet/header.ts';
import type { HeaderOption } from '../packet/option.ts';
import { HEADERS } from '../packet/packet.ts';
import { flagNames, TCP_OPTIONS } from '../packet/tcp.ts';
import type { Decoded, Decoder, Layer } from '../packet/wire/decode.ts';
import { quotedFlow } from '../packet/wire/quoted.ts';
import type { DecodedField, DecodedLayer, DecodedPacket, OptionFact } from '../report/decode.ts';
import { formatAddress, formatMac } from '../value/address.ts';
import { describer } from './describe-packet.ts';

/** `number` is its place in the file, from 1. */
export function decodedPacket(number: number, captured: CapturedPacket, decode: Decoder): DecodedPacket {
  const { time, bytes, length, comments, interface: face } = captured;
  const link = linkHeader(face.linkType, bytes);
  const { packet, layers, problems }: Decoded =
    link === undefined
      ? { packet: { headers: [], payload: bytes }, layers: [], problems: [] }
      : decode(bytes, link, length);
  return {
    version: 1,
    command: 'decode',
    number,
    time: time === undefined ? null : timeText(time),
    interface: face,
    length,
    captured: bytes.length,
    comments,
    layers: layers.map((layer) => layerFact(layer, packet.payload, decode)),
    payload: { length: packet.payload.length, hex: hex(packet.payload) },
    problems: link === undefined ? [{ code: 'link', linkType: face.linkType }] : problems,
  };
}

/** Years beyond 9999 and before 1970 are written as the last and first second that ISO 8601 has four digits for. */
function timeText(time: bigint): string {
  const seconds = Number(time / 1_000_000_000n);
  const shown = new Date(Math.min(Math.max(seconds, 0), 253_402_300_799) * 1000).toISOString();
  const fraction = String(time % 1_000_000_000n)
    .replace('-', '')
    .padStart(9, '0');
  return `${shown.slice(0, 19)}.${fraction}Z`;
}

const DIGITS = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));

function hex(bytes: Uint8Array): string {
  let text = '';
  for (const octet of bytes) text += DIGITS[octet]!;
  return text;
}

/** The fields that a walk states come first, in its order, then what else is on the wire. */
const FORMS = new Map<string, readonly (readonly [string, FieldForm])[]>(
  Object.values(HEADERS).map(({ proto, fields, optional, layout, variants }) => {
    const wire = [...layout, ...(variants ?? []).flat()].map(({ name, form }) => [name, form] as const);
    const forms = { ...Object.fromEntries(wire), ...fields, ...optional };
    const order = Object.keys({ ...fields, ...optional, ...forms });
    return [proto, order.map((name) => [name, forms[name]!])];
  }),
);

function layerFact({ header, made, checksum }: Layer, payload: Uint8Array, decode: Decoder): DecodedLayer {
  const { proto } = header;
  const fact: Record<string, DecodedField> & DecodedLayer = { proto };
  for (const [name, form] of FORMS.get(proto) ?? []) {
    const value = made[name] ?? header[name];
    if (typeof value === 'number' || typeof value === 'bigint') fact[name] = formed(form, value);
  }
  if (checksum !== undefined) fact['checksumState'] = checksum;
  for (const name of ['suite', 'iv', 'padding', 'nextHeader', 'trailer']) {
    const value = header[name];
    if (value instanceof Uint8Array) fact[name] = hex(value);
    else if (typeof value === 'string' || typeof value === 'number') fact[name] = value;
  }
  const options = header['options'] as readonly HeaderOption[] | undefined;
  if (options) fact['options'] = options.map((option) => optionFact(proto, option));
  if ((proto === 'icmp' || proto === 'icmpv6') && isIcmpError(proto, Number(header['type']))) {
    const about = quotedFlow(payload, decode);
    if (about) fact['quoted'] = describer().flow(about);
  }
  return fact;
}

function formed(form: FieldForm, value: number | bigint): DecodedField {
  switch (form) {
    case 'address':
      return formatAddress(typeof value === 'number' ? value >>> 0 : value);
    case 'mac':
      return formatMac(Number(value));
    case 'flags':
      return flagNames(Number(value));
    case 'number':
      return Number(value);
    case 'text':
      return String(value);
    default:
      return form satisfies never;
  }
}

const optionFact = (proto: string, { kind, class: owner, data }: HeaderOption): OptionFact => ({
  ...(kind !== undefined && { kind }),
  ...(owner !== undefined && { class: owner }),
  ...(proto === 'tcp' && kind !== undefined && kind in TCP_OPTIONS && { name: TCP_OPTIONS[kind]! }),
  hex: hex(data),
});
