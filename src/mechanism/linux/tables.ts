/** Names of routing tables: rt_tables(5). */

const BUILT_IN: readonly (readonly [number, string])[] = [
  [255, 'local'],
  [254, 'main'],
  [253, 'default'],
];

/** The one name of a table, for a name or number as a text has it; undefined for what names no table. */
export type TableName = (text: string) => string | undefined;

/** `stated` are the numbers of names. A table with a name goes by it, another by its number. */
export function tableNames(stated: ReadonlyMap<string, number> = new Map()): TableName {
  const names = new Map<number, string>([
    ...[...stated].map(([name, id]) => [id, name] as const),
    ...BUILT_IN,
  ]);
  const known = new Set(names.values());
  return (text) => {
    if (known.has(text)) return text;
    if (/^(?:\d+|0x[\da-f]+)$/i.test(text)) {
      const id = Number(text);
      return id > 0 && id < 2 ** 32 ? (names.get(id) ?? String(id)) : undefined;
    }
    return /^[^\s/]{1,64}$/.test(text) ? text : undefined;
  };
}
