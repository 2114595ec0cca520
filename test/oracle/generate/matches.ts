/** Conditions of generated rules, each with the share of rules that have it. */
import { anyAddress } from './world.ts';
import { anywhere, hasPorts, isAmong, not, portRange, type Feature, type Place } from './place.ts';

/** A match of these options that the kernel takes everywhere. */
const simple = (name: string, weight: number, text: (place: Place) => string): Feature => ({
  name,
  weight,
  fits: anywhere,
  text: (place) => `-m ${name} ${text(place)}`,
});

const only = (fits: Feature['fits'], feature: Feature): Feature => ({ ...feature, fits });

const someStates = ({ roll }: Place, states: readonly string[]): string => roll.some(states, 3).join(',');

const STATES = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'];
const STATUSES = ['NONE', 'EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED', 'SEEN_REPLY,ASSURED'];
const TYPES = {
  4: ['LOCAL', 'LOCAL', 'UNICAST', 'BROADCAST', 'MULTICAST', 'UNICAST,LOCAL'],
  6: ['LOCAL', 'LOCAL', 'UNICAST', 'MULTICAST', 'UNICAST,LOCAL'],
} as const;

function conntrackOptions(place: Place): string {
  const { world, roll } = place;
  const address = (): string => anyAddress(world, roll);
  const direction = roll.chance(0.3) ? ` --ctdir ${roll.pick(['ORIGINAL', 'REPLY'])}` : '';
  return roll.weighted([
    { weight: 8, text: `${not(place)}--ctstate ${someStates(place, [...STATES, 'DNAT', 'SNAT'])}` },
    { weight: 1, text: `${not(place)}--ctorigdst ${address()}` },
    { weight: 1, text: `${not(place)}--ctorigsrc ${address()}` },
    { weight: 1, text: `${not(place)}--ctreplsrc ${address()}` },
    { weight: 1, text: `${not(place)}--ctrepldst ${address()}` },
    {
      weight: 1,
      text: `--ctproto ${roll.pick(['tcp', 'udp', 'icmp'])} --ctorigdstport ${roll.pick(world.ports)}`,
    },
    { weight: 1, text: `--ctdir ${roll.pick(['ORIGINAL', 'REPLY'])}` },
    { weight: 1, text: `--ctstate ${someStates(place, STATES)}${direction}` },
  ]).text;
}

const FLAGS = [
  'SYN,RST,ACK SYN',
  'FIN,SYN,RST,ACK SYN',
  'ACK ACK',
  'RST RST',
  'SYN,ACK SYN,ACK',
  'FIN FIN',
  'ALL NONE',
  'SYN,FIN SYN,FIN',
];

const tcpOptions = (place: Place): string => {
  const { roll } = place;
  return roll.weighted([
    { weight: 5, text: `${not(place)}--dport ${portRange(place)}` },
    { weight: 2, text: `${not(place)}--sport ${portRange(place)}` },
    { weight: 3, text: `${not(place)}--tcp-flags ${roll.pick(FLAGS)}` },
    { weight: 1, text: `--sport ${portRange(place)} --dport ${portRange(place)}` },
  ]).text;
};

const ICMP_TYPES = ['8', '0', '3', '3/3', '3/1', '11', 'any', '8/0', '5'];
const ICMP6_TYPES = ['128', '129', '1', '1/4', '3', '4', '2'];

const range = ({ world, roll }: Place): string => {
  const port = roll.pick(world.interfaces);
  const [first, , last] = world.near[port]!;
  const far = roll.pick(world.far);
  return roll.chance(0.5) ? `${first}-${last}` : `${far}-${far}`;
};

const mark = (place: Place): string =>
  `${not(place)}--mark ${place.roll.pick(['0x1', '0x2', '0x1/0x1', '0x2/0x3', '0x0', '0x0/0x3'])}`;

const ttlName = ({ world: { family } }: Place): string => (family === 4 ? 'ttl' : 'hl');

export const MATCHES: readonly Feature[] = [
  {
    name: 'tcp',
    weight: 10,
    fits: ({ protocol }) => protocol === 'tcp',
    text: (place) => `-m tcp ${tcpOptions(place)}`,
  },
  {
    name: 'tcp-option',
    weight: 0.3,
    fits: (place) => place.protocol === 'tcp' && isAmong(place, 'PREROUTING', 'FORWARD'),
    text: (place) => `-m tcp ${not(place)}--tcp-option ${place.roll.pick([2, 3])}`,
  },
  {
    name: 'udp',
    weight: 10,
    fits: ({ protocol }) => protocol === 'udp',
    text: (place) =>
      `-m udp ${not(place)}--${place.roll.pick(['dport', 'dport', 'sport'])} ${portRange(place)}`,
  },
  {
    name: 'icmp',
    weight: 12,
    fits: ({ protocol }) => protocol === 'icmp',
    text: (place) => `-m icmp ${not(place)}--icmp-type ${place.roll.pick(ICMP_TYPES)}`,
  },
  {
    name: 'icmp6',
    weight: 12,
    fits: ({ protocol }) => protocol === 'icmpv6',
    text: (place) => `-m icmp6 ${not(place)}--icmpv6-type ${place.roll.pick(ICMP6_TYPES)}`,
  },
  only(
    hasPorts,
    simple('multiport', 5, (place) => {
      const some = [...new Set([portRange(place), portRange(place), portRange(place)])].join(',');
      return `${not(place)}--${place.roll.pick(['dports', 'dports', 'sports', 'ports'])} ${some}`;
    }),
  ),
  simple('conntrack', 10, conntrackOptions),
  {
    ...simple('conntrack', 0.8, (place) => `${not(place)}--ctstatus ${place.roll.pick(STATUSES)}`),
    name: 'ctstatus',
  },
  simple('state', 4, (place) => `${not(place)}--state ${someStates(place, STATES)}`),
  simple('comment', 1, ({ roll }) => `--comment ${roll.pick(['web', '"two words"'])}`),
  simple('mark', 6, mark),
  simple('connmark', 3, mark),
  {
    name: 'addrtype',
    weight: 4,
    fits: anywhere,
    text: (place) =>
      `-m addrtype ${not(place)}--${place.roll.pick(['src', 'dst', 'dst'])}-type ${place.roll.pick(TYPES[place.world.family])}${limitInterface(place)}`,
  },
  simple('iprange', 3, (place) => `${not(place)}--${place.roll.pick(['src', 'dst'])}-range ${range(place)}`),
  {
    name: 'ttl',
    weight: 3,
    fits: anywhere,
    text: (place) => {
      const name = ttlName(place);
      return `-m ${name} --${name}-${place.roll.pick(['eq', 'gt', 'lt'])} ${place.roll.pick([1, 2, 62, 63, 64])}`;
    },
  },
  simple(
    'length',
    1,
    (place) => `${not(place)}--length ${place.roll.pick(['40', '28', '28:60', '0:39', '84', '60:'])}`,
  ),
  simple('dscp', 2, (place) => `${not(place)}--dscp ${place.roll.pick(['0x00', '0x02', '0x08', '0x2e'])}`),
  simple(
    'tos',
    2,
    (place) => `${not(place)}--tos ${place.roll.pick(['0x08/0x3f', '0x10/0xff', '0x00/0xff', '0x08'])}`,
  ),
  simple(
    'pkttype',
    1,
    (place) => `${not(place)}--pkt-type ${place.roll.pick(['unicast', 'broadcast', 'multicast'])}`,
  ),
  only(
    (place) => (place.table === 'raw' || place.table === 'mangle') && isAmong(place, 'PREROUTING'),
    simple('rpfilter', 4, ({ roll }) =>
      roll.some(['--loose', '--validmark', '--accept-local', '--invert'], 2).join(' '),
    ),
  ),
  // What only time or luck decides is asked for such that it cannot be in doubt.
  simple('limit', 0.5, () => '--limit 1000/sec --limit-burst 1000'),
  simple('statistic', 0.5, () => '--mode nth --every 1 --packet 0'),
  simple('quota', 0.3, () => '--quota 1000000'),
  simple('time', 0.3, () => '--timestart 00:00:00 --timestop 23:59:59'),
  only(
    (place) => isAmong(place, 'PREROUTING', 'INPUT', 'FORWARD'),
    simple('physdev', 0.5, (place) => `${not(place)}--physdev-in eth0`),
  ),
];

/** -m addrtype takes the interface of the hook that has it. */
function limitInterface(place: Place): string {
  if (!place.roll.chance(0.15)) return '';
  if (isAmong(place, 'PREROUTING', 'INPUT', 'FORWARD')) return ' --limit-iface-in';
  return isAmong(place, 'FORWARD', 'OUTPUT', 'POSTROUTING') ? ' --limit-iface-out' : '';
}
