/** What generated rules do, each with its share. */
import type { World } from './world.ts';
import { anywhere, hasPorts, isAmong, type Feature, type Place } from './place.ts';
import type { Dice } from './dice.ts';

const inTable =
  (...tables: readonly Place['table'][]) =>
  ({ table }: Place): boolean =>
    tables.includes(table);

const target = (
  name: string,
  weight: number,
  fits: Feature['fits'],
  text: (place: Place) => string = () => '',
): Feature => ({
  name,
  weight,
  fits,
  text: (place) => `-j ${name} ${text(place)}`.trimEnd(),
});

const REJECTIONS = {
  4: [
    'icmp-port-unreachable',
    'icmp-host-unreachable',
    'icmp-net-unreachable',
    'icmp-proto-unreachable',
    'icmp-host-prohibited',
    'icmp-admin-prohibited',
    'icmp-net-prohibited',
  ],
  6: ['icmp6-port-unreachable', 'icmp6-addr-unreachable', 'icmp6-no-route', 'icmp6-adm-prohibited'],
} as const;

const markValue = (roll: Dice): string => roll.pick(['0x1', '0x2', '0x3', '0x1/0x1', '0x2/0x3', '0x10/0xf0']);

const marking = ({ roll }: Place): string =>
  roll.weighted([
    { weight: 5, text: `--set-mark ${markValue(roll)}` },
    { weight: 2, text: `--set-xmark ${markValue(roll)}` },
    { weight: 1, text: `--or-mark 0x${roll.pick([1, 2, 16]).toString(16)}` },
    { weight: 1, text: `--and-mark 0x${roll.pick([1, 2, 16]).toString(16)}` },
    { weight: 1, text: `--xor-mark 0x${roll.pick([1, 2, 16]).toString(16)}` },
  ]).text;

const connmarking = ({ roll }: Place): string =>
  roll.weighted([
    { weight: 3, text: `--set-mark ${markValue(roll)}` },
    { weight: 1, text: `--set-xmark ${markValue(roll)}` },
    { weight: 3, text: '--save-mark' },
    { weight: 3, text: '--restore-mark' },
    { weight: 1, text: '--save-mark --nfmask 0x3 --ctmask 0xf' },
    { weight: 1, text: '--restore-mark --nfmask 0xf --ctmask 0x3' },
  ]).text;

/** A bracketed IPv6 address where a port follows. */
const withPort = ({ family }: World, address: string, ports: string): string =>
  ports === '' ? address : family === 4 ? `${address}:${ports}` : `[${address}]:${ports}`;

function ports({ world, roll, ...place }: Place): string {
  if (!hasPorts({ world, roll, ...place })) return '';
  const [a, b] = [roll.pick(world.ports), roll.pick(world.ports)].toSorted((x, y) => x - y);
  return roll.weighted([
    { weight: 5, text: '' },
    { weight: 3, text: `${a}` },
    { weight: 2, text: a === b ? `${a}` : `${a}-${b}` },
  ]).text;
}

/** Extra words of NAT targets. A source port that is drawn at random is compared by its range. */
const flags = ({ roll }: Place): string => (roll.chance(0.1) ? ' --persistent' : '');

function destination(place: Place): string {
  const { world, roll } = place;
  const near = world.near[roll.pick(world.interfaces)]!;
  const to = roll.weighted([
    { weight: 5, text: withPort(world, roll.pick(near), ports(place)) },
    { weight: 2, text: withPort(world, roll.pick(world.far), ports(place)) },
    { weight: 2, text: withPort(world, `${near[0]}-${near[2]}`, ports(place)) },
    { weight: 1, text: withPort(world, roll.pick(world.own), ports(place)) },
  ]).text;
  const only = ports(place);
  return `--to-destination ${world.family === 4 && only !== '' && roll.chance(0.15) ? `:${only}` : to}${flags(place)}`;
}

function source(place: Place): string {
  const { world, roll } = place;
  const near = world.near[roll.pick(world.interfaces)]!;
  const to = roll.weighted([
    { weight: 4, text: withPort(world, roll.pick(world.own), ports(place)) },
    { weight: 3, text: withPort(world, roll.pick(world.virtual), ports(place)) },
    { weight: 2, text: withPort(world, `${near[0]}-${near[2]}`, ports(place)) },
  ]).text;
  return `--to-source ${to}${flags(place)}`;
}

const toPorts = (place: Place): string => {
  const chosen = ports(place);
  return chosen === '' ? '' : `--to-ports ${chosen}`;
};

const mapped = ({ world, roll }: Place): string =>
  world.family === 4
    ? roll.pick(['10.9.9.0/24', '10.0.2.0/24', '10.4.0.0/16', '10.9.9.9/32'])
    : roll.pick(['fd09::/64', 'fd00:0:0:2::/64']);

const hopLimit = ({ roll }: Place): string =>
  roll.pick(['set 64', 'set 2', 'set 1', 'inc 1', 'dec 1', 'dec 63', 'inc 250']);

const isSecondSight = (place: Place): boolean => place.table === 'mangle';

export const TARGETS: readonly Feature[] = [
  target('ACCEPT', 6, anywhere),
  target('DROP', 2.5, inTable('raw', 'mangle', 'filter', 'security')),
  target('RETURN', 2, anywhere),
  { name: 'no target', weight: 1, fits: anywhere, text: () => '' },
  target('LOG', 0.7, anywhere, () => '--log-prefix "seen "'),
  target('NFLOG', 0.4, anywhere, () => '--nflog-group 5'),
  target('REJECT', 3, inTable('filter'), ({ world, protocol, roll }) =>
    protocol === 'tcp' && roll.chance(0.5)
      ? '--reject-with tcp-reset'
      : `--reject-with ${roll.pick(REJECTIONS[world.family])}`,
  ),
  target('MARK', 5, inTable('mangle', 'raw'), marking),
  target('MARK', 0.5, inTable('filter', 'nat', 'security'), marking),
  target('CONNMARK', 4, inTable('mangle', 'nat', 'filter'), connmarking),
  target('CT', 1.5, inTable('raw'), ({ roll }) =>
    roll.pick(['--notrack', '--zone 1', '--zone 2', '--zone-orig 1', '--zone-reply 1']),
  ),
  target('NOTRACK', 0.7, inTable('raw')),
  {
    name: 'TTL',
    weight: 2,
    fits: isSecondSight,
    text: (place) =>
      place.world.family === 4 ? `-j TTL --ttl-${hopLimit(place)}` : `-j HL --hl-${hopLimit(place)}`,
  },
  target('DSCP', 2, isSecondSight, ({ roll }) => `--set-dscp ${roll.pick(['0x02', '0x08', '0x2e', '0x00'])}`),
  target('TOS', 2, isSecondSight, ({ roll }) =>
    roll.pick([
      '--set-tos 0x10',
      '--set-tos 0x08/0x3c',
      '--set-tos 0x04/0xff',
      '--and-tos 0x1c',
      '--or-tos 0x08',
      '--xor-tos 0x08',
    ]),
  ),
  target(
    'CLASSIFY',
    0.3,
    (place) => place.table === 'mangle' && isAmong(place, 'FORWARD', 'OUTPUT', 'POSTROUTING'),
    () => '--set-class 0001:0002',
  ),
  target(
    'CHECKSUM',
    0.3,
    ({ table, protocol }) => table === 'mangle' && protocol === 'udp',
    () => '--checksum-fill',
  ),
  {
    name: 'TCPMSS',
    weight: 0.5,
    fits: ({ table, protocol }) => table === 'mangle' && protocol === 'tcp',
    text: () => '-m tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1000',
  },
  target('DNAT', 12, (place) => place.table === 'nat' && isAmong(place, 'PREROUTING', 'OUTPUT'), destination),
  target('REDIRECT', 3, (place) => place.table === 'nat' && isAmong(place, 'PREROUTING', 'OUTPUT'), toPorts),
  target('SNAT', 10, (place) => place.table === 'nat' && isAmong(place, 'POSTROUTING', 'INPUT'), source),
  target('MASQUERADE', 8, (place) => place.table === 'nat' && isAmong(place, 'POSTROUTING'), toPorts),
  target(
    'NETMAP',
    2.5,
    (place) => place.table === 'nat',
    (place) => `--to ${mapped(place)}`,
  ),
];
