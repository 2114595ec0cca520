/**
 * Geneve, RFC 8926 section 3.4. Carried by UDP to port 6081; carries an Ethernet frame or what its protocol type says.
 *
 *    +---+-----------+-+-+-----------+-------------------------------+
 *    |Ver|  Opt Len  |O|C|  Reserved |         Protocol type         |
 *    +---+-----------+-+-+-----------+---------------+---------------+
 *    |       Virtual network identifier (VNI)        |   Reserved    |
 *    +-----------------------------------------------+---------------+
 *    |                Options, Opt Len words of 32 bits              |
 *    +-------------------------------+---------------+-----+---------+
 *    each:  |      Option class      |     Type      | Rsv | Length  |
 *           +------------------------+---------------+-----+---------+
 */
import type { Term } from '../value/term.ts';
import { always, made, next, reserved, value, type Field, type Span } from './field.ts';
import type { HeaderSpec } from './header.ts';
import type { HeaderOption, OptionCodec } from './option.ts';

export interface Geneve<V = Term> {
  readonly proto: 'geneve';
  /** 24 bits. */
  readonly vni: V;
}

const OPTIONS: OptionCodec = {
  size: (options) =>
    options.reduce((sum, { kind, data }) => sum + data.length + (kind === undefined ? 0 : 4), 0),
  write: (options, bytes, start) => {
    let at = start;
    for (const { class: owner = 0, kind, data } of options) {
      if (kind !== undefined) {
        bytes.set([owner >> 8, owner & 255, kind, data.length / 4], at);
        at += 4;
      }
      bytes.set(data, at);
      at += data.length;
    }
  },
  read: (bytes, from, to) => {
    const options: HeaderOption[] = [];
    let at = from;
    while (at < to) {
      const end = at + 4 + (bytes[at + 3]! & 31) * 4;
      // Bits that are reserved are kept only where they are 0, as they must be sent.
      if (end > to || bytes[at + 3]! > 31) return [...options, { data: bytes.subarray(at, to) }];
      const owner = (bytes[at]! << 8) | bytes[at + 1]!;
      options.push({ class: owner, kind: bytes[at + 2]!, data: bytes.subarray(at + 4, end) });
      at = end;
    }
    return options;
  },
};

/** Set if and only if an option is critical, which the first bit of its type says. */
function isCritical({ bytes, start, body }: Span): number {
  for (let at = start + 8; at + 4 <= body; at += 4 + (bytes[at + 3]! & 31) * 4)
    if (bytes[at + 2]! & 0x80) return 1;
  return 0;
}

const layout: readonly Field[] = [
  always('version', 2, 0),
  made('optionWords', 6, ({ start, body }) => (body - start) / 4 - 2),
  value('control', 1),
  made('critical', 1, isCritical),
  reserved('reserved', 6),
  next('protocol', 16, 'etherType'),
  value('vni', 24),
  reserved('reserved2', 8),
];

export const geneve = {
  proto: 'geneve',
  fields: { vni: 'number' },
  udpPort: 6081,
  layout,
  options: () => OPTIONS,
  headLength: ({ optionWords }) => 8 + Number(optionWords) * 4,
} as const satisfies HeaderSpec;
