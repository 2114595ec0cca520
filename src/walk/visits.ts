/** Which device saw which packet, to prove loops. */
import { ipOf, type Header, type Packet } from '../packet/packet.ts';
import type { Device } from './device.ts';

interface Visit {
  readonly port: string | undefined;
  readonly packet: Packet;
  readonly version: number;
}

export type Visits = Map<Device, Visit[]>;

/** Whether this device saw this packet, its TTL apart, at this port in this state before; remembers the visit. */
export function isRepeated(
  visits: Visits,
  at: { readonly device: Device; readonly port?: string | undefined; readonly packet: Packet },
  version: number,
): boolean {
  const { port, packet } = at;
  const earlier = visits.get(at.device);
  const visit: Visit = { port, packet, version };
  if (!earlier) {
    visits.set(at.device, [visit]);
    return false;
  }
  if (earlier.some((one) => one.port === port && one.version === version && samePacket(one.packet, packet)))
    return true;
  earlier.push(visit);
  return false;
}

/** Equal but for the TTL: a loop that wears the TTL out is a loop all the same. */
function samePacket(a: Packet, b: Packet): boolean {
  return (
    a.headers.length === b.headers.length &&
    ipOf(a)?.proto === ipOf(b)?.proto &&
    a.headers.every((header, i) => sameHeader(header, b.headers[i]!))
  );
}

function sameHeader(a: Header, b: Header): boolean {
  if (a === b) return true;
  const fieldsOf = (header: Header): [string, unknown][] =>
    Object.entries(header).filter(([field]) => field !== 'ttl');
  const other = new Map(fieldsOf(b));
  return fieldsOf(a).every(([field, value]) => other.get(field) === value);
}
