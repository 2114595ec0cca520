/** Health of a pool's members, found as Azure finds it: by sending the probe and waiting for the answer. */
import { familyOf } from '../value/address.ts';
import { PLATFORM_PORT, PROBE_SOURCE } from '../mechanism/platform.ts';
import { answerTo, makePacket } from '../packet/make.ts';
import { concretely } from '../walk/concrete.ts';
import type { Device, Network } from '../walk/device.ts';
import type { MemberFact } from '../walk/event.ts';
import { SessionStore } from '../walk/session.ts';
import { walk } from '../walk/walk.ts';
import type { Probe } from '../kinds/kind.ts';
import type { Nic } from '../kinds/declarations.ts';

/** The probe comes from the member's own host, to its IPv4 address if it has one, and must be answered there. */
export function probeMember(
  network: Network,
  nic: Nic,
  probe: Probe,
  device: (name: string) => Device,
): MemberFact {
  const address = nic.addresses.find((one) => familyOf(one) === 4) ?? nic.addresses[0];
  if (address === undefined) return { name: nic.id, up: false };
  const host = device(`${nic.node}:host`);
  const store = new SessionStore();
  const ask = concretely();
  const packet = makePacket({
    src: PROBE_SOURCE[familyOf(address)],
    dst: address,
    proto: 6,
    sport: 49_152,
    dport: probe.port,
    flags: ['SYN'],
    id: 0,
    ttl: 64,
  });
  const there = walk(network, { device: host, port: `${PLATFORM_PORT}${nic.port}`, packet }, ask, store);
  const back =
    there.verdict.outcome === 'delivered'
      ? walk(
          network,
          { device: there.device, packet: answerTo(there.packet, { ttl: 64, flags: ['SYN', 'ACK'] }) },
          ask,
          store,
        )
      : there;
  const isUp = back !== there && back.verdict.outcome === 'delivered' && back.device === host;
  if (isUp) return { name: nic.id, up: true };
  const { verdict } = back;
  const what = back === there ? 'the probe' : "the probe's answer";
  return {
    name: nic.id,
    up: false,
    why: verdict.outcome === 'dropped' ? verdict.reason : `${what} ${verdict.outcome}`,
  };
}
