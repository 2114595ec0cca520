/** NICs at ports of bridges: plugged in from another machine, or ports themselves. */
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';
import type { NicConfig } from './nic.ts';

/** By the name of a bridge and of a port of it, whoever is plugged in there. */
export const plugName = (bridge: string, port: string): string => `bridge ${bridge}/${port}`;

/** A NIC is plugged into a port that is there and free; one that is a port itself carries frames, and so is on a segment. */
export function checkPlug(id: string, config: NicConfig, at: Cite, reading: Reading): void {
  const { bridge, port, master, segment } = config;
  if (bridge === undefined && port !== undefined)
    reading.report('value-invalid', below(at, 'port'), `port ${port} is of no bridge`, 'add bridge:');
  if (master !== undefined && segment === undefined)
    reading.report(
      'value-invalid',
      below(at, 'master'),
      `${id} is a port of ${master}, and only a segment carries its frames`,
      'put the NIC on a segment',
    );
  if (master !== undefined && config.privateIPAddress !== undefined)
    reading.report(
      'value-invalid',
      below(at, 'privateIPAddress'),
      `${id} is a port of ${master}, so nothing reaches an address of its own`,
      `state it under linux.addresses.${master}`,
    );
  if (bridge === undefined) return;
  if (port === undefined)
    reading.report('key-missing', { key: at }, `${id} is at no port of ${bridge}`, 'add port:');
  else {
    reading.later(() => checkPort(bridge, port, at, reading));
    reading.claim({
      code: 'name-duplicate',
      what: 'port',
      value: port,
      within: `bridge ${bridge}`,
      owner: id,
      at: below(at, 'port'),
    });
  }
}

function checkPort(bridge: string, port: string, at: Cite, reading: Reading): void {
  const { bridges } = reading.declared;
  const found = bridges.get(bridge);
  if (!found) return reading.referIn([...bridges.keys()], 'bridge', bridge, below(at, 'bridge'));
  const taken = found.taken.get(port);
  if (taken === undefined) return reading.referIn(found.plugs, `port of ${bridge}`, port, below(at, 'port'));
  const free = found.plugs.length === 0 ? 'add a port' : `take ${found.plugs.join(' or ')}`;
  return reading.report('value-invalid', below(at, 'port'), `port ${port} of ${bridge} is ${taken}`, free);
}
