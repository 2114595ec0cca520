/** By what a tunnel is known beside its ends: ` vni 900`, ` key 123`, ` transport spi 0x1001`. */

interface Keys {
  readonly vni?: number;
  readonly key?: number;
  readonly spi?: number;
  readonly mode?: 'transport';
}

export function keyText({ vni, key, spi, mode }: Keys): string {
  if (vni !== undefined) return ` vni ${vni}`;
  if (key !== undefined) return ` key ${key}`;
  return spi === undefined ? '' : `${mode ? ` ${mode}` : ''} spi 0x${spi.toString(16)}`;
}
