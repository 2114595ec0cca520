/** MAC addresses of NICs and of other interfaces that send frames. */
import { formatMac, parseMac } from '../value/address.ts';
import type { Cite } from '../walk/cite.ts';
import type { Reading } from './kind.ts';

/** The stated address, which must be one station's (IEEE 802: bit 0 of the first octet is clear), or one of its own. */
export function readMac(id: string, text: string | undefined, at: Cite, reading: Reading): number {
  const mac = text === undefined ? reading.nextMac() : statedMac(id, text, at, reading);
  reading.station(mac, id);
  return mac;
}

function statedMac(id: string, text: string, at: Cite, reading: Reading): number {
  const mac = parseMac(text);
  const isStation = mac !== undefined && mac !== 0 && Math.floor(mac / 2 ** 40) % 2 === 0;
  if (!isStation)
    reading.report(
      'value-invalid',
      at,
      `"${text}" is not the MAC address of a NIC`,
      'write it as 00:0d:3a:12:34:56',
    );
  else
    reading.claim({
      code: 'address-duplicate',
      what: 'MAC address',
      value: formatMac(mac),
      owner: id,
      at,
    });
  return mac ?? 0;
}
