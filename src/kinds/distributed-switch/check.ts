/** What a mirror session of a distributed switch must keep to. */
import { familyOf } from '../../value/address.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';
import { plugName } from '../premises.ts';
import { readAddresses } from '../written.ts';
import type { SessionConfig } from './config.ts';
import { sourceOf } from './source.ts';

interface Switch {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly ports: readonly string[];
}

/** Runs when everything is declared. */
export function checkSession(of: Switch, config: SessionConfig, at: Cite, reading: Reading): void {
  const { name, hosts, ports } = of;
  if (config.encapType === 'gre' && config.erspanId !== undefined)
    reading.report(
      'value-invalid',
      below(at, 'erspanId'),
      'gre has no header that could hold a session ID',
      'take encapType: erspan2 or erspan3, or leave it out',
    );
  for (const port of Object.keys(config.sourcePorts)) {
    const place = { key: below(at, 'sourcePorts', port) };
    reading.referIn(ports, `port of ${name}`, port, place);
    for (const host of hosts) {
      const [nic] = reading.declared.neighbours.get(plugName(`${name}/${host}`, port)) ?? [];
      if (nic?.node === host)
        reading.report(
          'value-invalid',
          place,
          `port ${port} is that of ${host} itself, which sends the copies: each copy would be copied again`,
          'watch the ports of its machines',
        );
      else if (nic) checkSender(host, name, config, at, reading);
    }
  }
}

function checkSender(host: string, name: string, config: SessionConfig, at: Cite, reading: Reading): void {
  if (!reading.isWhole) return;
  for (const { value } of readAddresses(config.destination, below(at, 'destination'), reading))
    if (sourceOf(host, name, familyOf(value), reading.declared) === undefined)
      reading.report(
        'reference-missing',
        below(at, 'destination'),
        `${host} has no IPv${familyOf(value)} address from which to send copies`,
        `add a machine ${host} with a NIC on ${name}`,
      );
}
