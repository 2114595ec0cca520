/** What of a machine's tunnels cannot be: two that take the same packets, interfaces that are not there. */
import type { TunnelEndpoint } from '../../mechanism/tunnel/endpoint.ts';
import { below } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';
import { tunnelPorts } from './bridge.ts';
import type { MachineConfig } from './build.ts';

/** The kernel refuses the second of two that it could not tell apart (EEXIST); so does Open vSwitch. */
export function checkTunnels(
  { linux, bridges }: MachineConfig,
  interfaces: readonly string[],
  reading: Reading,
): void {
  const tunnels = [...linux.tunnels.map(({ endpoint }) => endpoint), ...bridges.flatMap(tunnelPorts)];
  const first = new Map<string, TunnelEndpoint>();
  for (const one of tunnels) {
    const same = takenBy(one);
    const other = first.get(same);
    if (other)
      reading.report(
        'value-invalid',
        { key: one.at },
        `${one.name} takes the same packets as ${other.name}`,
        one.port === 0 ? 'give them different keys or ends' : 'give them different VNIs or ports',
      );
    else first.set(same, one);
    if (one.dev !== undefined) reading.referIn(interfaces, 'interface', one.dev, below(one.at, 'dev'));
  }
}

/** What decides whether it takes a packet. */
const takenBy = (one: TunnelEndpoint): string =>
  [
    one.encapsulation,
    one.carries,
    one.port,
    one.key.in,
    ...(one.checks === 'ends' ? [one.local, one.remote] : []),
  ].join(' ');
