/** What every header says of itself, so that sizes, reports, bytes and captures need no list of protocols. */
import { octetsOf, type Field } from './field.ts';
import type { HeaderOption, OptionCodec } from './option.ts';

/** How a field is printed. */
export type FieldForm = 'address' | 'mac' | 'number' | 'flags' | 'text';

/** A header's fields by name, as its own functions see them. */
export type Values = Readonly<Record<string, unknown>>;

export interface HeaderSpec {
  readonly proto: string;
  /** Fields that a walk states, each with its form. Fields that bytes imply (lengths, checksums, next protocol) are absent. */
  readonly fields: Readonly<Record<string, FieldForm>>;
  /** Fields that few packets set, in wire order. A header without one has 0 there. */
  readonly optional?: Readonly<Record<string, FieldForm>>;
  /** IP protocol number that announces this header; undefined when it is not carried directly by IP. */
  readonly ipProtocol?: number;
  /** EtherType that announces this header, in Ethernet and in GRE. */
  readonly etherType?: number;
  /** UDP port at which this header is expected. */
  readonly udpPort?: number;
  /** Octets that the header and its trailer put around `inner` octets, where that is more than its fields and options. */
  readonly size?: (inner: number, header: Values) => number;
  /** Bit for bit, in wire order. */
  readonly layout: readonly Field[];
  /** Fields behind the layout that depend on those in it, one of the `variants`. */
  readonly more?: (header: Values) => readonly Field[];
  readonly variants?: readonly (readonly Field[])[];
  /** How the options behind the fields are written, where the header has them. */
  readonly options?: (header: Values) => OptionCodec | undefined;
  /** Fields of a walk that bytes have as options. */
  readonly asOptions?: (header: Values) => readonly HeaderOption[];
  /** Octets of the header, options included, by its own length field; without it options reach to the end. */
  readonly headLength?: (header: Values) => number;
  /** Octets of the header and its body by its own length field; undefined when it says nothing. */
  readonly wholeLength?: (header: Values) => number | undefined;
  /** What follows where no field announces it by number, or not always. */
  readonly carries?: (header: Values, body: Uint8Array, ports: UdpPorts) => string | undefined;
}

/** Which header is expected at which UDP port. */
export type UdpPorts = ReadonlyMap<number, string>;

/** A header's options: as it states them, else those that its fields are. */
export const optionsOf = (spec: HeaderSpec, header: Values): readonly HeaderOption[] =>
  (header['options'] as readonly HeaderOption[] | undefined) ?? spec.asOptions?.(header) ?? NO_OPTIONS;

const NO_OPTIONS: readonly HeaderOption[] = [];

/** Octets of a header, its options included and its trailer not. */
export function headSize(spec: HeaderSpec, header: Values): number {
  const fields = octetsOf(spec.layout) + (spec.more ? octetsOf(spec.more(header)) : 0);
  const options = spec.options?.(header);
  return options ? fields + options.size(optionsOf(spec, header)) : fields;
}
