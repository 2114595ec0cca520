/** The published JSON Schema of `nettrace decode`. The compiler refuses it when it and decode.ts disagree. */
import type { Field } from '../packet/field.ts';
import type { FieldForm } from '../packet/header.ts';
import { HEADERS } from '../packet/packet.ts';
import type { DecodedPacket } from './decode.ts';
import { count, DIALECT, listOf, object, orNull, ref, text, texts } from './schema-part.ts';
import type { Described, Same } from './schema-type.ts';

const FORMS = { address: text, mac: text, number: count, flags: texts, text } as const satisfies Record<
  FieldForm,
  object
>;

/** Fields that headers have beside those of their layout. */
const BESIDES = {
  options: listOf(ref('option')),
  checksumState: { enum: ['good', 'bad', 'absent', 'unverified'] },
  quoted: ref('flow'),
  trailer: { ...text, description: 'octets behind the body that no length counts, in hexadecimal' },
  suite: { ...text, description: 'of ESP that was opened with a key' },
  iv: text,
  padding: { ...text, description: 'where it is not 1, 2, 3, …' },
  nextHeader: count,
} as const;

/** One object schema a header, made from what headers say of themselves. */
const layer = {
  anyOf: Object.values(HEADERS).map(({ proto, fields, optional, layout, variants }) => {
    const forms: Readonly<Record<string, FieldForm>> = { ...fields, ...optional };
    const all: readonly Field[] = [...layout, ...(variants ?? []).flat()];
    const properties = all.map(({ name, form }) => [name, FORMS[forms[name] ?? form]] as const);
    const opaque = Object.entries(forms).map(([name, form]) => [name, FORMS[form]] as const);
    return object(
      { proto: { const: proto } },
      { ...Object.fromEntries([...opaque, ...properties]), ...BESIDES },
    );
  }),
} as const;

const about = { proto: text } as const;
const number = { field: text, value: count } as const;

const DEFINITIONS = {
  interface: object(
    { id: count, linkType: { ...count, description: 'LINKTYPE of tcpdump.org' } },
    { name: text },
  ),
  decodedLayer: layer,
  option: object(
    { hex: text },
    { kind: { ...count, description: 'absent of octets that are no option' }, class: count, name: text },
  ),
  flow: object(
    { src: text, dst: text, proto: text },
    { sport: count, dport: count, flags: texts, type: count, code: count, id: count },
  ),
  problem: {
    anyOf: [
      object({ code: { const: 'cut' }, ...about, wanted: count, there: count }),
      object({ code: { const: 'malformed' }, ...about, ...number }),
      object({ code: { const: 'unknown' }, ...about, ...number }),
      object({ code: { const: 'wrong' }, ...about, ...number, right: count }),
      object({ code: { const: 'forged' }, ...about }),
      object({ code: { const: 'deep' }, ...about }),
      object({ code: { const: 'link' }, linkType: count }),
    ],
  },
} as const;

export const DECODE_SCHEMA = {
  $schema: DIALECT,
  title: 'What nettrace decode --format json prints of each packet, a line each',
  ...object({
    version: { const: 1 },
    command: { const: 'decode' },
    number: { ...count, description: 'its place in the file, from 1' },
    time: { ...orNull(text), description: 'RFC 3339 in UTC; null where the file has none' },
    interface: ref('interface'),
    length: { ...count, description: 'octets on the wire' },
    captured: { ...count, description: 'octets in the file' },
    comments: texts,
    layers: { ...listOf(ref('decodedLayer')), description: 'outermost first' },
    payload: object({ length: count, hex: text }),
    problems: listOf(ref('problem')),
  }),
  definitions: DEFINITIONS,
} as const;

true satisfies Same<Described<typeof DECODE_SCHEMA, typeof DEFINITIONS>, DecodedPacket>;
