/** What a public load balancer gives its members on their way out: outbound rules, and rules that do not disable it. */
import { formatAddress } from '../../value/address.ts';
import { setOf, type IntegerSet } from '../../value/integer-set.ts';
import { PORTS_EACH, type Lack } from '../../mechanism/outbound.ts';
import { below, type Cite } from '../../walk/cite.ts';
import { PROTOCOL } from './balance.ts';
import type { OutboundConfig, RuleConfig } from './config.ts';
import type { Frontend } from './frontend.ts';
import type { Pool } from './pool.ts';
import { endingText, poolOf, referInside, type Parts } from './rules.ts';

/** TCP, UDP, or both: SNAT carries nothing else. */
function protocolsOf(protocol: OutboundConfig['protocol']): IntegerSet {
  const numbers = protocol === 'All' ? Object.values(PROTOCOL) : [PROTOCOL[protocol]];
  return setOf(numbers.map((number) => ({ first: number, last: number })));
}

/** Ports for each member by the size of the pool; Microsoft, "Outbound connections", "Default port allocation table". */
const DEFAULT_PORTS: readonly (readonly [members: number, ports: number])[] = [
  [50, 1024],
  [100, 512],
  [200, 256],
  [400, 128],
  [800, 64],
  [1000, 32],
];

const defaultPorts = (members: number): number => DEFAULT_PORTS.find(([most]) => members <= most)?.[1] ?? 32;

interface Grant {
  readonly name: string;
  readonly frontends: readonly Frontend[];
  readonly pool: Pool;
  readonly protocol: OutboundConfig['protocol'];
  /** For each member; undefined by the size of the pool. */
  readonly ports: number | undefined;
  readonly ending: Pick<OutboundConfig, 'enableTcpReset' | 'idleTimeoutInMinutes'>;
  readonly lacks?: Lack;
  readonly at: Cite;
}

/** To a load balancer members by address are those of a Basic one, which send without it: "Outbound rules", "Limitations". */
const BY_ADDRESS: Lack = { failed: 'members', wanted: 'given by NIC', had: 'given by address' };

/** The members of the pool may send by the rule, each from a share of the ports. */
function grant(
  { name, frontends, pool, protocol, ports, ending, lacks, at }: Grant,
  { reading }: Parts,
): void {
  const nics = pool.members();
  const count = ports ?? defaultPorts(nics.length) * frontends.length;
  const lack = pool.isByAddress ? BY_ADDRESS : lacks;
  for (const [i, nic] of nics.entries())
    reading.outboundGrant({
      name,
      nic,
      addresses: frontends.map((one) => one.address),
      protocols: protocolsOf(protocol),
      ports: { first: i * count, count },
      text: `${count} ports, ${endingText(ending)}`,
      at,
      ...(lack && { lacks: lack }),
    });
}

/** A load balancing rule on a public frontend; its protocol is that of the flows that it lets out. */
export function grantByRule(owner: string, name: string, config: RuleConfig, at: Cite, parts: Parts): void {
  const frontend = parts.frontends.get(config.frontend);
  const pool = parts.pools.get(poolOf(config));
  if (!frontend || frontend.subnet !== undefined || !pool || config.protocol === 'All') return;
  const lacks = config.disableOutboundSnat && {
    lacks: { failed: 'disableOutboundSnat', wanted: 'false', had: 'true' },
  };
  grant(
    {
      name: `rule ${owner}/${name}`,
      frontends: [frontend],
      pool,
      protocol: config.protocol,
      ports: undefined,
      ending: config,
      at,
      ...lacks,
    },
    parts,
  );
}

/** An outbound rule, checked when all is declared. */
export function declareOutboundRule(
  owner: string,
  name: string,
  config: OutboundConfig,
  at: Cite,
  parts: Parts,
): void {
  const { reading, frontends: known, pools, config: all } = parts;
  referInside(parts, { backendPool: config.backendPool }, at);
  const frontends = config.frontends.flatMap((key, i) => {
    reading.referIn(Object.keys(all.frontends), 'frontend', key, below(at, 'frontends', i));
    return known.get(key) ?? [];
  });
  const internal = frontends.find((one) => one.subnet !== undefined);
  if (internal)
    reading.report(
      'value-invalid',
      below(at, 'frontends', config.frontends.indexOf(internal.name)),
      `frontend ${internal.name} (${formatAddress(internal.address)}) is internal: an outbound rule sends from public addresses`,
    );
  const pool = pools.get(config.backendPool);
  if (!pool || internal || frontends.length === 0) return;
  const ports = config.allocatedOutboundPorts === 0 ? undefined : config.allocatedOutboundPorts;
  checkConflict(name, config, parts);
  reading.later(() => {
    checkShare(name, ports, pool, frontends.length, below(at, 'allocatedOutboundPorts'), parts);
    const { protocol } = config;
    grant(
      { name: `outbound rule ${owner}/${name}`, frontends, pool, protocol, ports, ending: config, at },
      parts,
    );
  });
}

function checkShare(
  name: string,
  ports: number | undefined,
  pool: Pool,
  frontends: number,
  at: Cite,
  { reading }: Parts,
): void {
  if (ports === undefined) return;
  if (ports % 8 !== 0)
    reading.report('value-invalid', at, `${ports} ports of outbound rule ${name} are not a multiple of 8`);
  const wanted = ports * pool.members().length;
  const usable = PORTS_EACH * frontends;
  if (wanted > usable)
    reading.report(
      'value-invalid',
      at,
      `outbound rule ${name} gives ${ports} ports to each of ${pool.members().length} members, ${wanted} in all; ${frontends} public address${frontends === 1 ? ' has' : 'es have'} ${usable}`,
      'give fewer ports, or add a frontend',
    );
}

/** Of one frontend and pool either an outbound rule or the load balancing rules send. */
function checkConflict(name: string, config: OutboundConfig, { config: all, at, reading }: Parts): void {
  for (const [key, rule] of Object.entries(all.rules)) {
    const isShared = config.frontends.includes(rule.frontend) && poolOf(rule) === config.backendPool;
    if (isShared && !rule.disableOutboundSnat)
      reading.report(
        'value-invalid',
        { key: below(at, 'rules', key) },
        `rule ${key} lets pool ${config.backendPool} send by frontend ${rule.frontend}, and so does outbound rule ${name}`,
        `set disableOutboundSnat: true on rule ${key}`,
      );
  }
}
