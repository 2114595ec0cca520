/** By what a tunnel is known beside its ends: ` vni 900`, ` key 123`, ` session 7`, ` transport spi 0x1001`. */

interface Keys {
  readonly vni?: number;
  readonly key?: number;
  readonly spi?: number;
  readonly session?: number;
  readonly mode?: 'transport';
}

export function keyText({ vni, key, spi, session, mode }: Keys): string {
  if (vni !== undefined) return ` vni ${vni}`;
  if (key !== undefined) return ` key ${key}`;
  if (session !== undefined) return ` session ${session}`;
  return spi === undefined ? '' : `${mode ? ` ${mode}` : ''} spi 0x${spi.toString(16)}`;
}
