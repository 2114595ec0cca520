/** Machines: hosts and Linux appliances, with NICs in subnets, on sites or on segments. */
import * as v from 'valibot';
import { setOf, type IntegerSet } from '../../value/integer-set.ts';
import { below, type Cite } from '../../walk/cite.ts';
import { choicesOf, MATCH_WORDS } from '../../mechanism/netfilter/netfilter.ts';
import type { Kind, Reading } from '../kind.ts';
import { name as nameSchema, nicName, place } from '../schema.ts';
import { routeChoices } from '../../mechanism/linux/lookup.ts';
import { bridgeOf, declareBridges, ownPorts } from './bridge.ts';
import { buildMachine, type MachineConfig } from './build.ts';
import { readLinux } from './linux.ts';
import { linux } from './linux-schema.ts';
import { ovs } from './ovs-schema.ts';
import { checkNextHops } from './next-hops.ts';
import { declareNic, nic, plugIn } from './nic.ts';
import { ownedAddresses } from './owned.ts';
import { checkTunnels } from './tunnel-check.ts';

const schema = v.strictObject({
  nics: v.pipe(v.record(nicName, nic), v.minEntries(1)),
  linux: v.optional(linux),
  ovs: v.optional(ovs),
  listeners: v.optional(
    v.pipe(
      v.array(v.string()),
      v.description(
        'What listens, as tcp/22 or udp/5000-5010; ip/47 takes all packets of an IP protocol (raw(7)). Without the key a listener is presumed on every port.',
      ),
    ),
  ),
  host: v.optional(
    v.pipe(nameSchema, v.description('The physical server it runs on. Default: one of its own.')),
  ),
  at: v.optional(place),
  powerState: v.optional(v.picklist(['running', 'deallocated']), 'running'),
});

type Config = v.InferOutput<typeof schema>;

export const machine: Kind<Config> = {
  kind: 'machine',
  section: 'machines',
  summary: 'Machines: hosts and Linux appliances, with NICs in subnets, on sites or on segments.',
  schema,
  dotted: ['sysctl'],
  declare(name, config, at, reading) {
    const owner = { name, host: config.host, deallocated: config.powerState === 'deallocated' };
    const nics = Object.entries(config.nics).map(([port, one]) =>
      declareNic(owner, port, one, below(at, 'nics', port), reading),
    );
    const bridges = declareBridges(name, config, nics, at, reading);
    const ports = nics.map((one) => one.port);
    const others = bridges.filter((one) => !one.isLinux).flatMap(ownPorts);
    const interfaces = [...ports, ...others.map((one) => one.port)];
    const built: MachineConfig = {
      name,
      nics,
      bridges,
      linux: readLinux(name, config.linux ?? {}, interfaces, below(at, 'linux'), reading),
      listeners: config.listeners && readListeners(config.listeners, below(at, 'listeners'), reading),
      at,
    };
    reading.machine(built);
    checkTunnels(built, [...interfaces, ...Object.keys(config.linux?.links ?? {})], reading);
    const owned = ownedAddresses(built);
    for (const one of nics) {
      const { neighbours, vlans } = built.linux;
      const isPassing = vlans.some(
        ({ link, port }) =>
          link === one.port && bridges.some((bridge) => bridge.ports.some(({ name: own }) => own === port)),
      );
      const isFramed =
        neighbours.some(({ port }) => port === one.port) || vlans.some(({ link }) => link === one.port);
      plugIn(name, one, { bridge: bridgeOf(one.port, bridges), isFramed, isPassing }, owned, reading);
    }
    reading.node(name, {
      at,
      addresses: owned,
      members: [],
      choices: new Map([
        ...Object.values(built.linux.rulesets).flatMap((ruleset) =>
          choicesOf(ruleset).map((name) => [name, MATCH_WORDS] as const),
        ),
        ...routeChoices(built.linux.routes ?? []),
      ]),
      ports: ports.filter((port) => bridgeOf(port, bridges) === undefined),
      innerPorts: bridges.flatMap((bridge) => bridge.ports.map((port) => port.name)),
      isHost: true,
      down: owner.deallocated,
      build: (programmed) => buildMachine(built, programmed),
    });
    if (config.host !== undefined) reading.host(name, config.host);
    if (config.at !== undefined) declarePlace(name, config.at, config.host, at, reading);
    reading.later(() => checkNextHops(built, reading));
  },
};

/** A machine is where its host is. */
function declarePlace(
  name: string,
  place: string,
  host: string | undefined,
  at: Cite,
  reading: Reading,
): void {
  reading.place(name, place, below(at, 'at'));
  reading.later(() => {
    const of = host === undefined ? undefined : reading.declared.places.get(host)?.place;
    if (of !== undefined && of !== place)
      reading.report(
        'value-invalid',
        below(at, 'at'),
        `${name} is at ${place}, and its host ${host} at ${of}`,
        'leave it out: a machine is where its host is',
      );
  });
}

const PROTOCOLS = { tcp: 6, udp: 17 } as const;
const ALL_PORTS = { first: 0, last: 65_535 };

function readListeners(
  texts: readonly string[],
  at: Cite,
  reading: Reading,
): ReadonlyMap<number, IntegerSet> {
  const ranges: Record<number, { first: number; last: number }[]> = { 6: [], 17: [] };
  for (const [i, text] of texts.entries()) {
    const [, protocol, low, high = low] = /^(tcp|udp|ip)\/(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
    const [first, last] = [Number(low), Number(high)];
    const isWhole = protocol === 'ip' && low === high && last < 256 && ranges[last] === undefined;
    if (isWhole) ranges[first] = [ALL_PORTS];
    else if (protocol === undefined || protocol === 'ip' || first > last || last > 65_535)
      reading.report(
        'value-invalid',
        below(at, i),
        `"${text}" is not a listener`,
        'write tcp/22, udp/5000-5010 or ip/47',
      );
    else ranges[PROTOCOLS[protocol as keyof typeof PROTOCOLS]]!.push({ first, last });
  }
  return new Map(Object.entries(ranges).map(([protocol, list]) => [Number(protocol), setOf(list)]));
}
