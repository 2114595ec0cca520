/** IPsec in transport mode between a tunnel's ends: xfrm_lookup and xfrm_output on the way out, xfrm_input on the way in. */
import { ipOf, lengthOf, type Header, type Packet } from '../../packet/packet.ts';
import { single } from '../../value/integer-set.ts';
import { constant, type Term } from '../../value/term.ts';
import type { Ask } from '../../walk/ask.ts';
import type { Action, Io } from '../../walk/device.ts';
import type { TunnelEndpoint } from '../tunnel/endpoint.ts';
import { nextNumber } from '../ipsec.ts';
import type { LinuxMachine } from './machine.ts';

const FIRST = constant(1);

/** The tunnel whose policy is about what goes between these addresses. */
const policyFor = ({ tunnels }: LinuxMachine, own: Term, other: Term, ask: Ask): TunnelEndpoint | undefined =>
  tunnels.endpoints.find(
    ({ esp, local, remote, at }) =>
      esp !== undefined &&
      ask.same(other, constant(remote), at) &&
      (local === undefined || ask.same(own, constant(local), at)),
  );

interface Sealed {
  readonly packet: Packet;
  readonly esp: Header;
  readonly policy: TunnelEndpoint;
}

/** The packet as it will be in ESP, behind the IP header that it has, and by which policy; undefined when none wants it so. */
export function sealed(
  machine: LinuxMachine,
  packet: Packet,
  ask: Ask,
  number: (policy: TunnelEndpoint) => Term = () => FIRST,
): Sealed | undefined {
  const [ip, gre] = packet.headers;
  if (gre?.proto !== 'gre' || (ip?.proto !== 'ipv4' && ip?.proto !== 'ipv6')) return undefined;
  const policy = policyFor(machine, ip.src, ip.dst, ask);
  if (!policy?.esp) return undefined;
  const { suite, spi } = policy.esp;
  const esp: Header = { proto: 'esp', spi: constant(spi), seq: number(policy), suite };
  const headers = [ip, esp, ...packet.headers.slice(1)];
  return { packet: { headers, payload: packet.payload }, esp, policy };
}

/** The packet in ESP; undefined when no policy wants it protected. */
export function protect(machine: LinuxMachine, packet: Packet, io: Io): Packet | undefined {
  const made = sealed(machine, packet, io.ask, ({ at }) => nextNumber(`${at}/esp`, io));
  if (!made) return undefined;
  io.note({ type: 'assumed', code: 'security-association-up' });
  io.note({
    type: 'pushed',
    tunnel: 'esp',
    mode: 'transport',
    headers: [made.esp],
    octets: lengthOf(made.packet) - lengthOf(packet),
    at: made.policy.at,
  });
  return made.packet;
}

/** The packet that was in ESP; undefined when it was in none. */
export function unprotect(
  machine: LinuxMachine,
  packet: Packet,
  io: Io,
): Packet | Extract<Action, { do: 'drop' }> | undefined {
  const [, esp] = packet.headers;
  const ip = ipOf(packet);
  if (esp?.proto !== 'esp' || !ip) return undefined;
  const policy = policyFor(machine, ip.dst, ip.src, io.ask);
  if (!policy?.esp) return { do: 'drop', reason: 'tunnel-no-endpoint', at: machine.at };
  if (!io.ask.within(esp.spi, single(policy.esp.spi), policy.at))
    return { do: 'drop', reason: 'tunnel-key-mismatch', at: policy.at };
  io.note({ type: 'popped', tunnel: 'esp', mode: 'transport', headers: [esp], at: policy.at });
  return { headers: [ip, ...packet.headers.slice(2)], payload: packet.payload };
}
