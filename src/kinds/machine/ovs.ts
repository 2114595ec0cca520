/** What a topology says of a machine's Open vSwitch bridges. */
import { EMPTY, range, rangesOf, setOf, single, type IntegerSet } from '../../value/integer-set.ts';
import type { PortVlans } from '../../mechanism/bridge/vlan.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';
import type { BridgeConfig, PortConfig, PortEnd } from './bridge.ts';
import { readMac } from '../mac.ts';
import type { OvsPort, OvsText } from './ovs-schema.ts';
import { readMirror } from './ovs-mirror.ts';
import { readTunnelPort } from './ovs-tunnel.ts';

const ALL_VLANS = range(0, 4095);

export function readOvs(
  node: string,
  text: OvsText,
  nics: readonly string[],
  at: Cite,
  reading: Reading,
): readonly BridgeConfig[] {
  return Object.entries(text).map(([name, { ports, mirrors = {} }]) => {
    const place = below(at, name);
    const names = [name, ...Object.keys(ports)];
    return {
      name,
      isLinux: false,
      ports: [
        {
          name,
          to: { is: 'own', mac: readMac(`${node}/${name}`, undefined, place, reading) },
          vlans: TRUNK,
          at: place,
        },
        ...Object.entries(ports).map(([port, config]) =>
          readPort(port, config, { node, text, nics }, below(place, 'ports', port), reading),
        ),
      ],
      entries: [],
      mirrors: Object.entries(mirrors).flatMap(
        ([mirror, one]) => readMirror(mirror, one, names, below(place, 'mirrors', mirror), reading) ?? [],
      ),
      at: place,
    };
  });
}

interface Around {
  readonly node: string;
  readonly text: OvsText;
  readonly nics: readonly string[];
}

const readPort = (name: string, config: OvsPort, around: Around, at: Cite, reading: Reading): PortConfig => ({
  name,
  to: endOf(name, config, around, at, reading),
  vlans: vlansOf(config),
  at,
});

function endOf(
  name: string,
  { type, options }: OvsPort,
  around: Around,
  at: Cite,
  reading: Reading,
): PortEnd {
  if (type === 'internal')
    return { is: 'interface', mac: readMac(`${around.node}/${name}`, undefined, at, reading) };
  if (type === undefined) return { is: around.nics.includes(name) ? 'nic' : 'plug' };
  if (type !== 'patch') {
    const endpoint = readTunnelPort(name, type, options ?? {}, at, reading);
    return { is: 'tunnel', ...(endpoint && { endpoint }) };
  }
  const peer = options?.peer;
  if (peer === undefined) {
    reading.report('key-missing', { key: at }, `patch port ${name} has no peer`, 'add options: { peer: … }');
    return { is: 'plug' };
  }
  const found = Object.entries(around.text).find(([, { ports }]) => ports[peer]?.type === 'patch');
  const patches = Object.values(around.text).flatMap(({ ports }) =>
    Object.keys(ports).filter((one) => ports[one]?.type === 'patch'),
  );
  if (!found) reading.referIn(patches, 'patch port', peer, below(at, 'options', 'peer'));
  else if (found[1].ports[peer]?.options?.peer !== name)
    reading.report(
      'value-invalid',
      below(at, 'options', 'peer'),
      `${peer} is no peer of ${name}: it is one of ${found[1].ports[peer]?.options?.peer ?? 'nothing'}`,
      'each of two patch ports names the other',
    );
  return found ? { is: 'patch', bridge: found[0], port: peer } : { is: 'plug' };
}

const TRUNK: PortVlans = { untagged: 0, taken: ALL_VLANS, members: ALL_VLANS, stripped: EMPTY };

/** ovs-vswitchd.conf.db(5), VLAN Configuration; input_vid_is_valid, output_normal. */
function vlansOf({ tag, trunks, vlan_mode }: OvsPort): PortVlans {
  const mode = vlan_mode ?? (tag === undefined ? 'trunk' : 'access');
  const native = tag ?? 0;
  const carried: IntegerSet = trunks ? setOf(trunks.map((vlan) => ({ first: vlan, last: vlan }))) : ALL_VLANS;
  switch (mode) {
    case 'access':
      return { untagged: native, taken: EMPTY, members: single(native), stripped: ALL_VLANS };
    case 'trunk':
      return {
        untagged: trunks && !trunks.includes(0) ? undefined : 0,
        taken: carried,
        members: carried,
        stripped: EMPTY,
      };
    case 'native-tagged':
    case 'native-untagged': {
      const members = setOf([...rangesOf(carried), { first: native, last: native }]);
      return {
        untagged: native,
        taken: members,
        members,
        stripped: mode === 'native-untagged' ? single(native) : EMPTY,
      };
    }
    default:
      return mode satisfies never;
  }
}
