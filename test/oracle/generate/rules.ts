/** A rule set: tables with their chains, chains of the user that they call, and rules. */
import type { Dice } from './dice.ts';
import { MATCHES } from './matches.ts';
import { isAmong, not, TABLES, type Hook, type Place, type Protocol, type Table } from './place.ts';
import { TARGETS } from './targets.ts';
import { anyAddress, type World } from './world.ts';

interface Chain {
  readonly name: string;
  readonly hooks: readonly Hook[];
  readonly lines: string[];
  /** Of a built-in chain. */
  readonly policy: string | undefined;
}

/** Which features, by their names, a rule set may have. */
export type Allowed = (name: string) => boolean;

const SHARE: readonly { readonly weight: number; readonly table: Table }[] = [
  { weight: 0.35, table: 'raw' },
  { weight: 0.6, table: 'mangle' },
  { weight: 0.75, table: 'nat' },
  { weight: 0.85, table: 'filter' },
  { weight: 0.1, table: 'security' },
];

/** Lines of `iptables-save`, or none. */
export function ruleset(world: World, roll: Dice, allowed: Allowed): readonly string[] {
  return SHARE.filter(({ weight }) => roll.chance(weight)).flatMap(({ table }) =>
    tableLines(world, table, roll, allowed),
  );
}

function tableLines(world: World, table: Table, roll: Dice, allowed: Allowed): readonly string[] {
  const builtIn = TABLES[table].map((hook): Chain => ({
    name: hook,
    hooks: [hook],
    lines: [],
    policy: table !== 'nat' && roll.chance(0.06) ? 'DROP' : 'ACCEPT',
  }));
  const users = roll.chance(0.4) ? usersOf(table, roll) : [];
  for (const [depth, chain] of users.entries()) fill(chain, users.slice(depth + 1), 1 + roll.int(3));
  if (table === 'mangle' && allowed('tell-tales') && roll.chance(0.35))
    builtIn.at(-1)!.lines.push(...tellTales(world));
  for (const chain of builtIn) fill(chain, users, roll.weighted(RULES_A_CHAIN).count);
  const chains = [...builtIn, ...users];
  return [
    `*${table}`,
    ...chains.map(({ name, policy }) => `:${name} ${policy ?? '-'} [0:0]`),
    ...chains.flatMap(({ lines }) => lines),
    'COMMIT',
  ];

  function fill(chain: Chain, callable: readonly Chain[], count: number): void {
    for (let i = 0; i < count; i++) chain.lines.push(rule(chain, callable, { world, table, roll }, allowed));
  }
}

/** Rules that show on the wire what a packet carries unseen: its marks in the TOS, the state of its flow in the TTL. */
function tellTales({ family }: World): readonly string[] {
  const limit = family === 4 ? 'TTL --ttl-inc' : 'HL --hl-inc';
  return [
    '-m mark --mark 0x1/0x1 -j TOS --or-tos 0x20',
    '-m mark --mark 0x2/0x2 -j TOS --or-tos 0x40',
    '-m connmark --mark 0x1/0x1 -j TOS --or-tos 0x80',
    '-m conntrack --ctstate DNAT -j TOS --or-tos 0x04',
    `-m conntrack --ctstate ESTABLISHED -j ${limit} 10`,
    `-m conntrack --ctstate INVALID -j ${limit} 20`,
    `-m conntrack --ctstate RELATED -j ${limit} 30`,
    `-m conntrack --ctstate UNTRACKED -j ${limit} 40`,
    `-m conntrack --ctdir REPLY -j ${limit} 5`,
  ].map((rule) => `-A POSTROUTING ${rule}`);
}

const RULES_A_CHAIN = [
  { weight: 3, count: 0 },
  { weight: 4, count: 1 },
  { weight: 4, count: 2 },
  { weight: 2, count: 4 },
  { weight: 1, count: 7 },
];

/** Chains of the user serve some hooks and are called from these only; each may call those after it. */
function usersOf(table: Table, roll: Dice): readonly Chain[] {
  const hooks = roll.chance(0.5) ? [roll.pick(TABLES[table])] : TABLES[table].slice(0, 2);
  return ['first', 'second', 'third']
    .slice(0, 1 + roll.int(3))
    .map((name): Chain => ({ name, hooks, lines: [], policy: undefined }));
}

function rule(
  chain: Chain,
  callable: readonly Chain[],
  { world, table, roll }: Pick<Place, 'world' | 'table' | 'roll'>,
  allowed: Allowed,
): string {
  const protocol = protocolOf(world, roll);
  const place: Place = { world, table, hooks: chain.hooks, protocol, roll };
  const fitting = MATCHES.filter((one) => allowed(one.name) && one.fits(place));
  const matches = Array.from({ length: roll.weighted(MATCHES_A_RULE).count }, () =>
    roll.weighted(fitting).text(place),
  );
  const parts = [
    `-A ${chain.name}`,
    ...ends(place, chain),
    ...matches,
    verdict(place, chain, callable, allowed),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

const MATCHES_A_RULE = [
  { weight: 3, count: 0 },
  { weight: 5, count: 1 },
  { weight: 1.5, count: 2 },
];

const protocolOf = ({ family }: World, roll: Dice): Protocol =>
  roll.weighted<{ weight: number; protocol: Protocol }>([
    { weight: 4, protocol: undefined },
    { weight: 3, protocol: 'tcp' },
    { weight: 2.5, protocol: 'udp' },
    { weight: 1.5, protocol: family === 4 ? 'icmp' : 'icmpv6' },
  ]).protocol;

/** -s, -d, -i, -o and -p, in that order. */
function ends(place: Place, chain: Chain): readonly string[] {
  const { world, roll, protocol } = place;
  const address = (): string => (roll.chance(0.6) ? roll.pick(world.networks) : anyAddress(world, roll));
  const interfaces = (option: string, hooks: readonly Hook[]): string =>
    isAmong(place, ...hooks) || (chain.policy === undefined && roll.chance(0.2))
      ? roll.chance(0.2)
        ? `${not(place)}${option} ${roll.pick([...world.interfaces, 'eth+', 'lo'])}`
        : ''
      : '';
  return [
    roll.chance(0.2) ? `${not(place)}-s ${address()}` : '',
    roll.chance(0.2) ? `${not(place)}-d ${address()}` : '',
    interfaces('-i', ['PREROUTING', 'INPUT', 'FORWARD']),
    interfaces('-o', ['FORWARD', 'OUTPUT', 'POSTROUTING']),
    protocol === undefined
      ? roll.chance(0.05)
        ? `${not(place, 0.5)}-p ${roll.pick(['tcp', 'udp', '47'])}`
        : ''
      : `-p ${protocol}`,
  ];
}

function verdict(place: Place, chain: Chain, callable: readonly Chain[], allowed: Allowed): string {
  const { roll } = place;
  const reachable = callable.filter((one) => chain.hooks.every((hook) => one.hooks.includes(hook)));
  if (reachable.length > 0 && roll.chance(chain.policy === undefined ? 0.3 : 0.45))
    return `${roll.chance(0.25) ? '-g' : '-j'} ${roll.pick(reachable).name}`;
  return roll.weighted(TARGETS.filter((one) => allowed(one.name) && one.fits(place))).text(place);
}
