/** Options behind a header's fields: a kind and data each, in the ways that protocols write them. */

export interface HeaderOption {
  /** Undefined for octets that are no option: what is left where the list is malformed. */
  readonly kind?: number;
  /** Geneve's option class. */
  readonly class?: number;
  readonly data: Uint8Array;
}

export interface OptionCodec {
  /** Octets that the list takes, padding included. */
  readonly size: (options: readonly HeaderOption[]) => number;
  /** Writes the list into zeroed octets. */
  readonly write: (options: readonly HeaderOption[], bytes: Uint8Array, at: number) => void;
  readonly read: (bytes: Uint8Array, from: number, to: number) => readonly HeaderOption[];
}

interface Shape {
  /** Kinds that are one octet, without length and data. */
  readonly single: readonly number[];
  /** The kind after which nothing is an option. */
  readonly last?: number;
  /** Octets that one unit of the length octet stands for. */
  readonly unit: number;
  /** Octets of kind and length that the length counts too. */
  readonly counted: 0 | 2;
  /** The list with its header is a multiple of this; `before` octets of the header precede it. */
  readonly multiple: number;
  readonly before: number;
}

/** IPv4 (RFC 791 section 3.1) and TCP (RFC 9293 section 3.1): 0 ends the list, 1 is one octet of nothing. */
export const TCP_LIKE = codec({ single: [0, 1], last: 0, unit: 1, counted: 2, multiple: 4, before: 0 });

/** Hop-by-hop and destination options, RFC 8200 section 4.2: Pad1 is 0, PadN is 1. */
export const IPV6_LIKE = codec({ single: [0], unit: 1, counted: 0, multiple: 8, before: 2 });

/** Neighbour discovery, RFC 4861 section 4.6: lengths in units of eight octets. */
export const NEIGHBOUR_LIKE = codec({ single: [], unit: 8, counted: 2, multiple: 1, before: 0 });

function codec(shape: Shape): OptionCodec {
  const isBare = ({ kind }: HeaderOption): boolean => kind === undefined || shape.single.includes(kind);
  const octets = (option: HeaderOption): number =>
    option.data.length + (option.kind === undefined ? 0 : isBare(option) ? 1 : 2);
  return {
    size: (options) => {
      const sum = options.reduce((total, option) => total + octets(option), 0);
      return Math.ceil((sum + shape.before) / shape.multiple) * shape.multiple - shape.before;
    },
    write: (options, bytes, start) => {
      let at = start;
      for (const option of options) {
        if (option.kind !== undefined) bytes[at++] = option.kind;
        if (!isBare(option)) bytes[at++] = (option.data.length + shape.counted) / shape.unit;
        bytes.set(option.data, at);
        at += option.data.length;
      }
    },
    read: (bytes, from, to) => readList(shape, bytes, from, to),
  };
}

function readList(shape: Shape, bytes: Uint8Array, from: number, to: number): readonly HeaderOption[] {
  const options: HeaderOption[] = [];
  let at = from;
  while (at < to) {
    const kind = bytes[at]!;
    if (shape.single.includes(kind)) {
      const end = kind === shape.last ? to : at + 1;
      options.push({ kind, data: bytes.subarray(at + 1, end) });
      at = end;
      continue;
    }
    const octets = at + 1 < to ? bytes[at + 1]! * shape.unit + 2 - shape.counted : 0;
    if (octets < 2 || at + octets > to) {
      options.push({ data: bytes.subarray(at, to) });
      break;
    }
    options.push({ kind, data: bytes.subarray(at + 2, at + octets) });
    at += octets;
  }
  return options;
}
