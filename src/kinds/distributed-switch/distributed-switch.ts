/** Distributed switches of vSphere: one switch in several hosts, with port mirroring. */
import { familyOf } from '../../value/address.ts';
import { EMPTY, range, single } from '../../value/integer-set.ts';
import { below, type Cite } from '../../walk/cite.ts';
import { bridge, type BridgePort, type ForwardingEntry } from '../../mechanism/bridge/bridge.ts';
import type { PortVlans } from '../../mechanism/bridge/vlan.ts';
import { mirroring, type MirrorDirection, type MirrorSession } from '../../mechanism/mirror.ts';
import { copiesTo, type Analyser } from '../../mechanism/tunnel/analyser.ts';
import { cable, type Built, type Kind, type Programmed, type Reading } from '../kind.ts';
import { plugName } from '../premises.ts';
import { readAddresses } from '../written.ts';
import { checkSession } from './check.ts';
import { schema, type Config, type SessionConfig } from './config.ts';
import { sourceOf } from './source.ts';

const KIND = 'distributed-switch';

export const distributedSwitch: Kind<Config> = {
  kind: KIND,
  section: 'distributedSwitches',
  summary: 'Distributed switches of vSphere that machines are plugged into, and port mirroring on them.',
  schema,
  declare(name, config, at, reading) {
    const hosts = Object.keys(config.hosts);
    const ports = Object.keys(config.ports);
    for (const host of hosts) reading.bridge({ name: `${name}/${host}`, plugs: ports, taken: new Map(), at });
    const sessions = Object.entries(config.vspanSessions).map(
      ([session, one]) => [session, one, below(at, 'vspanSessions', session)] as const,
    );
    const watched = sessions.flatMap((one) => readSession(...one, reading));
    for (const [, one, place] of sessions)
      reading.later(() => checkSession({ name, hosts, ports }, one, place, reading));
    const uplinks = uplinksOf(config, at);
    for (const { host, port, segment, at: place } of uplinks) {
      reading.refer('segment', segment, below(place, 'segment'));
      const network = `segment ${segment}`;
      reading.neighbour({ network, node: name, port, addresses: [], mac: 0, bridge: host, at: place });
    }
    reading.node(name, {
      at,
      addresses: [],
      members: [],
      ports: [],
      innerPorts: [...uplinks.map(({ port }) => port), ...ports],
      build: (programmed) => hosts.map((host) => buildPart(name, host, config, watched, at, programmed)),
    });
  },
};

interface Uplink {
  readonly host: string;
  /** `esxi1:vmnic0`: two hosts have NICs of one name. */
  readonly port: string;
  readonly segment: string;
  readonly at: Cite;
}

/** The first of a host is its active one; the others stand by. */
const uplinksOf = ({ hosts }: Config, at: Cite): readonly Uplink[] =>
  Object.entries(hosts).flatMap(([host, { uplinks }]) =>
    Object.entries(uplinks)
      .slice(0, 1)
      .map(([uplink, { segment }]) => ({
        host,
        port: `${host}:${uplink}`,
        segment,
        at: below(at, 'hosts', host, 'uplinks', uplink),
      })),
  );

/** A session to one destination, before it is known which host sends. */
type Watched = Omit<Analyser, 'from'> & Pick<MirrorSession, 'sources'>;

const TYPES = { gre: 'erspan1', erspan2: 'erspan2', erspan3: 'erspan3' } as const;

const DIRECTIONS: Readonly<Record<string, readonly MirrorDirection[]>> = {
  ingress: ['ingress'],
  egress: ['egress'],
  both: ['ingress', 'egress'],
};

function readSession(name: string, config: SessionConfig, at: Cite, reading: Reading): readonly Watched[] {
  const destinations = readAddresses(config.destination, below(at, 'destination'), reading);
  if (!config.enabled) return [];
  const sources = new Map(
    Object.entries(config.sourcePorts).map(([port, direction]) => [port, new Set(DIRECTIONS[direction])]),
  );
  const { encapType, erspanId: session = 0, samplingRate: rate = 1 } = config;
  return destinations.map(({ value: to }) => ({
    name,
    sources,
    to,
    type: TYPES[encapType],
    session,
    rate,
    at,
  }));
}

/** A port's own VLAN, whose frames have no tag there; 0 is none. */
const access = (vlan: number): PortVlans => ({
  untagged: vlan,
  taken: EMPTY,
  members: single(vlan),
  stripped: single(vlan),
});

/** All VLANs, each with its tag. */
const TRUNK: PortVlans = {
  untagged: 0,
  taken: range(1, 4094),
  members: range(0, 4094),
  stripped: single(0),
};

/** What is in one host. It learns nothing: it knows what is plugged into its ports, and all else is behind its uplink. */
function buildPart(
  name: string,
  host: string,
  config: Config,
  watched: readonly Watched[],
  at: Cite,
  programmed: Programmed,
): Built {
  const here = Object.entries(config.ports).flatMap(([port, stated]) => {
    const [nic] = programmed.declared.neighbours.get(plugName(`${name}/${host}`, port)) ?? [];
    return nic ? [{ port, vlan: stated?.vlanId ?? 0, nic }] : [];
  });
  const uplinks = uplinksOf(config, at).filter((one) => one.host === host);
  const ports: readonly BridgePort[] = [
    ...here.map(({ port, vlan }) => ({ name: port, vlans: access(vlan) })),
    ...uplinks.map(({ port }) => ({ name: port, vlans: TRUNK })),
  ];
  const entries = here.map(({ port, vlan, nic: { mac, at: place } }): ForwardingEntry => ({
    mac,
    vlan,
    port,
    isStatic: true,
    at: place,
  }));
  const sessions = watched.flatMap((watching): readonly MirrorSession[] => {
    const from = sourceOf(host, name, familyOf(watching.to), programmed.declared);
    const { name: session, sources } = watching;
    return from === undefined
      ? []
      : [
          {
            name: session,
            sources,
            isOnce: false,
            at: watching.at,
            copies: (seen, io) => copiesTo({ ...watching, from }, programmed.device(host), seen, io),
          },
        ];
  });
  const place = { node: name, bridge: host, kind: KIND, where: host, at };
  const part = bridge({ ...place, ports, own: [], entries, uplinks: uplinks.map(({ port }) => port) });
  return {
    device: mirroring(part, sessions),
    links: Object.fromEntries([
      ...here.map(({ port, nic }) => [port, cable(() => programmed.device(nic.node), nic.port)]),
      ...uplinks.map(({ port, segment }) => [port, programmed.segment(segment, name, port)]),
    ]),
  };
}
