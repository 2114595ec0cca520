/**
 * IPv6 extension headers, RFC 8200 section 4.
 *
 *    +---------------+---------------+-------------------------------+
 *    |  Next header  |  Length       |  Options, or routing data     |
 *    +---------------+---------------+-------------------------------+
 *
 * The length is in units of eight octets and does not count the first eight. Of a fragment:
 *
 *    +---------------+---------------+-------------------------+---+-+
 *    |  Next header  |   Reserved    |     Fragment offset     |Res|M|
 *    +---------------+---------------+-------------------------+---+-+
 *    |                        Identification                         |
 *    +---------------------------------------------------------------+
 */
import type { Term } from '../value/term.ts';
import { made, next, reserved, value, type Span } from './field.ts';
import type { HeaderSpec, Values } from './header.ts';
import { IPV6_LIKE, type HeaderOption, type OptionCodec } from './option.ts';

const units = ({ start, body }: Span): number => (body - start) / 8 - 1;
const headLength = ({ units: count }: Values): number => (Number(count) + 1) * 8;
const head = [next('protocol', 8, 'ipProtocol'), made('units', 8, units)];

const withOptions = <const Proto extends string, const Number extends number>(
  proto: Proto,
  ipProtocol: Number,
) =>
  ({
    proto,
    fields: {},
    ipProtocol,
    layout: head,
    options: (): OptionCodec => IPV6_LIKE,
    headLength,
  }) as const satisfies HeaderSpec;

export const hopByHop = withOptions('hop-by-hop', 0);

/** Options for the receiver; a walk has that of tunnels alone. */
export interface DestinationOptions<V = Term> {
  readonly proto: 'destination-options';
  /** How many more tunnels the packet may be put into: RFC 2473 section 4.1.1. */
  readonly limit?: V;
}

const ENCAPSULATION_LIMIT = 4;
const PADDING: HeaderOption = { kind: 1, data: Uint8Array.of(0) };

export const destinationOptions = {
  ...withOptions('destination-options', 60),
  optional: { limit: 'number' },
  asOptions: ({ limit }: Values): readonly HeaderOption[] =>
    limit === undefined ? [] : [{ kind: ENCAPSULATION_LIMIT, data: Uint8Array.of(Number(limit)) }, PADDING],
} as const satisfies HeaderSpec;

/** What follows the segments left is the routing type's own. */
const DATA: OptionCodec = {
  size: ([option]) => option?.data.length ?? 4,
  write: ([option], bytes, at) => bytes.set(option?.data ?? [], at),
  read: (bytes, from, to) => [{ data: bytes.subarray(from, to) }],
};

export const routing = {
  proto: 'routing',
  fields: { type: 'number', segments: 'number' },
  ipProtocol: 43,
  layout: [...head, value('type', 8), value('segments', 8)],
  options: () => DATA,
  headLength,
} as const satisfies HeaderSpec;

const fragmentLayout = [
  next('protocol', 8, 'ipProtocol'),
  reserved('reserved', 8),
  value('offset', 13),
  reserved('reserved2', 2),
  value('mf', 1),
  value('id', 32),
];

export const fragment = {
  proto: 'fragment',
  fields: { offset: 'number', mf: 'number', id: 'number' },
  ipProtocol: 44,
  layout: fragmentLayout,
  carries: ({ offset }: Values) => (offset === 0 ? undefined : 'opaque'),
} as const satisfies HeaderSpec;
