/** What ESP carries, once it is opened. */
import { espPadding } from '../esp.ts';
import { defaultPadding } from './implied.ts';
import type { Region } from './read-header.ts';
import type { Opened } from './sealer.ts';
import type { WireHeader, WireValue } from './wire-packet.ts';

/** The place of its body, and the number of the header there. */
export interface EspBody {
  readonly region: Region;
  readonly number: number;
}

/** Notes in the header how it was sealed; undefined when the padding is longer than what was sealed. */
export function openEsp(
  header: Record<string, WireValue> & WireHeader,
  { suite, iv, plain }: Opened,
): EspBody | undefined {
  const last = plain.length - 2;
  const end = last - plain[last]!;
  if (end < 0) return undefined;
  const number = plain[last + 1]!;
  const padding = plain.subarray(end, last);
  const usual = defaultPadding(espPadding(suite, end));
  header['suite'] = suite;
  header['iv'] = iv;
  header['nextHeader'] = number;
  if (padding.length !== usual.length || padding.some((octet, i) => octet !== usual[i]))
    header['padding'] = padding;
  return { region: { bytes: plain, start: 0, end }, number };
}
