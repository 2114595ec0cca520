/** NICs at ports of bridges: plugged in from another machine, or ports themselves. */
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';
import type { NicConfig, Owner } from './nic.ts';

/**
 * The part of a distributed switch that a NIC is plugged into: the one in the host that its machine names, that is the
 * machine itself, or that is the only one.
 */
export function switchPart(
  { name, host }: Owner,
  { switch: wanted }: NicConfig,
  at: Cite,
  reading: Reading,
): string | undefined {
  if (wanted === undefined) return undefined;
  const switches = [...reading.declared.bridges.keys()].map((one) => one.split('/') as [string, string]);
  const hosts = switches.flatMap(([of, part]) => (of === wanted ? [part] : []));
  const only = host === undefined && hosts.length === 1 ? hosts[0] : undefined;
  const found = hosts.find((one) => one === (host ?? name)) ?? only;
  if (found !== undefined) return `${wanted}/${found}`;
  if (hosts.length === 0)
    reading.referIn(
      [...new Set(switches.map(([of]) => of))],
      'distributed switch',
      wanted,
      below(at, 'switch'),
    );
  else
    reading.report(
      'reference-missing',
      below(at, 'switch'),
      `${wanted} is in no host of ${name}`,
      `state on the machine its host: ${hosts.join(' or ')}`,
    );
  return undefined;
}

/** A NIC is plugged into a port that is there and free; one that is a port itself carries frames, and so is on a segment. */
export function checkPlug(id: string, config: NicConfig, at: Cite, reading: Reading): void {
  const { bridge, port, master, segment } = config;
  if (bridge === undefined && port !== undefined && config.switch === undefined)
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
      within: `bridge ${config.switch ?? bridge}`,
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
  const where = below(at, 'port');
  if (taken !== undefined) {
    const free = found.plugs.length === 0 ? 'add a port' : `take ${found.plugs.join(' or ')}`;
    return reading.report('value-invalid', where, `port ${port} of ${bridge} is ${taken}`, free);
  }
  if (found.plugs.length > 0 || !found.addition)
    return reading.referIn(found.plugs, `port of ${bridge}`, port, where);
  reading.report('reference-missing', where, `there is no port of ${bridge} "${port}"`, found.addition(port));
}
