/**
 * Open vSwitch's userspace datapath as a box: `ovs` of a topology is what ovs-vsctl takes. The datapath routes and sends
 * what its tunnels make by itself, so the interface to the underlay is a port of a bridge that has the box's address.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Agent } from '../agent.ts';
import { ip, load, type BoxConfig, type MirrorConfig, type PortConfig, type Underlay } from './box.ts';

const SCHEMA = '/usr/share/openvswitch/vswitch.ovsschema';
const UNDERLAY = 'br-underlay';
/** Of the interface under the bridge, whose own address the box's must not be. */
const OTHER_MAC = '02:00:00:00:99:01';

/** Ends with its agent; the function removes what it wrote. */
export async function startOpenVswitch(
  agent: Agent,
  box: BoxConfig,
  { port, mac, address, peer }: Underlay,
): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'nettrace-ovs-'));
  const socket = join(folder, 'db.sock');
  const control = join(folder, 'vswitchd.ctl');
  const run = (...command: readonly string[]): Promise<unknown> => agent.ask({ op: 'run', command });
  const vsctl = (...words: readonly string[]): Promise<unknown> =>
    run('ovs-vsctl', `--db=unix:${socket}`, ...words);
  await load(agent, Object.keys(box.nics));
  await ip(agent, `link set ${port} address ${OTHER_MAC}`);
  await run('ovsdb-tool', 'create', join(folder, 'conf.db'), SCHEMA);
  const daemon = (...command: readonly string[]): Promise<unknown> =>
    agent.ask({ op: 'spawn', command: ['env', ...environment(folder), ...command] });
  await daemon(
    'ovsdb-server',
    join(folder, 'conf.db'),
    `--remote=punix:${socket}`,
    `--unixctl=${join(folder, 'ovsdb.ctl')}`,
  );
  await vsctl('--retry', '--no-wait', 'init');
  await daemon('ovs-vswitchd', `unix:${socket}`, `--unixctl=${control}`);
  await vsctl(...commands(box, port, mac).join(' ').split(' '));
  await ip(agent, `addr add ${address} dev ${UNDERLAY}`, `link set ${UNDERLAY} up`);
  await run('ovs-appctl', `--target=${control}`, 'tnl/neigh/set', UNDERLAY, peer.address, peer.mac);
  return () => rmSync(folder, { recursive: true });
}

const environment = (folder: string): readonly string[] =>
  ['RUNDIR', 'LOGDIR', 'DBDIR', 'SYSCONFDIR'].map((name) => `OVS_${name}=${folder}`);

/** Commands of one ovs-vsctl that makes everything. */
const commands = ({ ovs = {} }: BoxConfig, port: string, mac: string): readonly string[] => [
  addBridge(UNDERLAY),
  `other-config:hwaddr=${mac}`,
  `-- add-port ${UNDERLAY} ${port}`,
  ...Object.entries(ovs).flatMap(([name, { ports, mirrors = {} }]) => [
    addBridge(name),
    ...Object.entries(ports).map(([own, config]) => addPort(name, own, config ?? {})),
    ...Object.entries(mirrors).map(([own, config]) => addMirror(name, own, Object.keys(ports), config)),
  ]),
];

const addBridge = (name: string): string =>
  `-- add-br ${name} -- set bridge ${name} datapath_type=netdev fail-mode=standalone`;

/** Ports are named by references, which every command makes of all of them. */
function addMirror(bridge: string, name: string, ports: readonly string[], config: MirrorConfig): string {
  const all = ports.map((port) => `-- --id=@${port} get port ${port}`);
  const settings = Object.entries(config).map(([key, value]) => {
    const values = Array.isArray(value) ? value : [value];
    return `${key}=${values.map((one) => (key.endsWith('_port') ? `@${one}` : String(one))).join(',')}`;
  });
  return `${all.join(' ')} -- --id=@m create mirror name=${name} ${settings.join(' ')} -- set bridge ${bridge} mirrors=@m`;
}

function addPort(bridge: string, name: string, { type, tag, trunks, options = {} }: PortConfig): string {
  const settings = Object.entries(options).map(([key, value]) => `options:${key}=${String(value)}`);
  const facts = [...(type === undefined ? [] : [`type=${type}`]), ...settings].join(' ');
  const vlan = `${tag === undefined ? '' : ` tag=${tag}`}${trunks ? ` trunks=${trunks.join(',')}` : ''}`;
  return `-- add-port ${bridge} ${name}${vlan}${facts === '' ? '' : ` -- set interface ${name} ${facts}`}`;
}
