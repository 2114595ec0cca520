/** What every header says of itself, so that sizes, reports and captures need no list of protocols. */

/** How a field is printed. */
export type FieldForm = 'address' | 'mac' | 'number' | 'flags' | 'text';

export interface HeaderSpec {
  readonly proto: string;
  /** Fields in wire order, each with its form. Fields that bytes imply (lengths, checksums, next protocol) are absent. */
  readonly fields: Readonly<Record<string, FieldForm>>;
  /** Fields that few packets set, in wire order. A header without one has 0 there. */
  readonly optional?: Readonly<Record<string, FieldForm>>;
  /** IP protocol number that announces this header; undefined when it is not carried directly by IP. */
  readonly ipProtocol?: number;
  /** Octets that the header, with its trailer if it has one, puts around `inner` octets. */
  readonly size: (inner: number, header: Readonly<Record<string, unknown>>) => number;
}
