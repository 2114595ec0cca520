/** Mirrors of Open vSwitch bridges as a topology states them: ovs-vswitchd.conf.db(5), Mirror. */
import type { BridgeMirror } from '../../mechanism/bridge/mirror.ts';
import type { MirrorDirection } from '../../mechanism/mirror.ts';
import { setOf } from '../../value/integer-set.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';
import type { OvsMirror } from './ovs-schema.ts';

/** The mirror of a bridge that has these ports; undefined after mistakes, which are reported. */
export function readMirror(
  name: string,
  config: OvsMirror,
  ports: readonly string[],
  at: Cite,
  reading: Reading,
): BridgeMirror | undefined {
  const { output_port: port, output_vlan: vlan, select_vlan: selected } = config;
  if (port !== undefined) reading.referIn(ports, 'port of the bridge', port, below(at, 'output_port'));
  const sources = sourcesOf(config, ports, at, reading);
  if (sources.size === 0)
    reading.report(
      'key-missing',
      { key: at },
      `mirror ${name} selects no port`,
      'add select_all: true, or ports as select_src_port or select_dst_port',
    );
  if ((port === undefined) === (vlan === undefined)) {
    const problem = port === undefined ? 'has no output' : 'has two outputs';
    reading.report(
      'value-invalid',
      { key: at },
      `mirror ${name} ${problem}`,
      'state output_port or output_vlan',
    );
    return undefined;
  }
  return {
    name,
    sources,
    selected: selected && setOf(selected.map((one) => ({ first: one, last: one }))),
    output: port === undefined ? { vlan: vlan! } : { port },
    at,
  };
}

function sourcesOf(
  { select_all: isAll, select_src_port: from = [], select_dst_port: to = [], output_port: output }: OvsMirror,
  ports: readonly string[],
  at: Cite,
  reading: Reading,
): BridgeMirror['sources'] {
  const sources = new Map<string, Set<MirrorDirection>>();
  const add = (port: string, direction: MirrorDirection): void =>
    void sources.set(port, (sources.get(port) ?? new Set()).add(direction));
  const addAll = (named: readonly string[], key: string, direction: MirrorDirection): void => {
    for (const [i, port] of named.entries()) {
      reading.referIn(ports, 'port of the bridge', port, below(at, key, i));
      add(port, direction);
    }
  };
  addAll(from, 'select_src_port', 'ingress');
  addAll(to, 'select_dst_port', 'egress');
  if (isAll === true)
    for (const port of ports.filter((one) => one !== output)) {
      add(port, 'ingress');
      add(port, 'egress');
    }
  return sources;
}
