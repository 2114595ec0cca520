/** -m cgroup, cpu, devgroup, nfacct, realm, socket, ipvs and rateest: what the machine itself knows beside the packet. */
import { choiceTest, flag, type Given, type Match, NOT, word } from '../extension.ts';
import {
  either,
  masked,
  MOST_32,
  named,
  NETWORK,
  number,
  oneOf,
  parseMaskedNumber,
  PROTOCOL,
  text,
} from '../forms.ts';

/** The path must exist on the machine; that is not known here. */
export const cgroup: Match = {
  options: {
    '--cgroup': word(number(0, MOST_32), NOT),
    '--path': word(text(4095), { ...NOT, quoted: 'always' }),
  },
  needs: ['--cgroup', '--path'],
  exclusive: [['--cgroup', '--path']],
  // xt_cgroup.c: what no socket here sent is in no group, and no `!` changes that.
  build: (given) => given.map((one) => ({ ...choiceTest(one, 'cgroup', false), forwarded: false })),
};

export const cpu: Match = {
  options: { '--cpu': word(number(0, MOST_32), { ...NOT, needed: true }) },
  build: (given) => given.map((one) => choiceTest(one, 'cpu', one.words[0] === '0')),
};

/** `default` is the one name of /etc/iproute2/group, `cosmos` of rt_realms. */
const GROUP = either(masked(MOST_32, 'a group, or group/mask'), named('', { default: 'default' }));
const REALM = either(masked(MOST_32, 'a realm, or realm/mask'), named('', { cosmos: 'cosmos' }));

/** Whether a value, of which the masked bits count, is 0. */
const isZero = ({ words }: Given): boolean => (parseMaskedNumber(words[0]!)?.value ?? 0) === 0;

/** xt_devgroup.c, devgroup_mt_checkentry */
export const devgroup: Match = {
  options: { '--src-group': word(GROUP, NOT), '--dst-group': word(GROUP, NOT) },
  needs: ['--src-group', '--dst-group'],
  canon: (given, draft) => {
    for (const { option } of given) {
      if (option === '--src-group') draft.onlyAt(['PREROUTING', 'INPUT', 'FORWARD'], option);
      else draft.onlyAt(['FORWARD', 'OUTPUT', 'POSTROUTING'], option);
    }
    return given;
  },
  // Interfaces are in group 0 until somebody groups them.
  build: (given) => given.map((one) => choiceTest(one, 'devgroup', isZero(one))),
};

/** Counts, and always matches. */
export const nfacct: Match = {
  options: { '--nfacct-name': word(text(31), { needed: true }) },
  build: () => [],
};

export const realm: Match = {
  family: 4,
  options: { '--realm': word(REALM, { ...NOT, needed: true }) },
  hooks: ['INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  // Routes have realm 0 unless they say otherwise.
  build: (given) => given.map((one) => choiceTest(one, 'realm', isZero(one))),
};

const SOCKET: Given = { option: '-m socket', not: false, words: [], column: 0 };

export const socket: Match = {
  options: { '--transparent': flag(), '--nowildcard': flag(), '--restore-skmark': flag() },
  hooks: ['PREROUTING', 'INPUT'],
  build: ([one = SOCKET]) => [choiceTest(one, 'socket', false)],
};

export const ipvs: Match = {
  options: {
    '--ipvs': flag(NOT),
    '--vproto': word(PROTOCOL, NOT),
    '--vaddr': word(NETWORK, NOT),
    '--vport': word(number(0, 65_535), NOT),
    '--vdir': word(oneOf('ORIGINAL', 'REPLY')),
    '--vmethod': word(oneOf('GATE', 'IPIP', 'MASQ'), NOT),
    '--vportctl': word(number(0, 65_535), NOT),
  },
  build: (given) => given.map((one) => choiceTest(one, 'ipvs', false)),
};

const RATE = word(text(32));

/** Estimators are made by -j RATEEST. */
export const rateest: Match = {
  options: {
    '--rateest': RATE,
    '--rateest1': RATE,
    '--rateest2': RATE,
    '--rateest-bps': RATE,
    '--rateest-pps': RATE,
    '--rateest-bps1': RATE,
    '--rateest-pps1': RATE,
    '--rateest-bps2': RATE,
    '--rateest-pps2': RATE,
    '--rateest-delta': flag(),
    '--rateest-lt': flag(NOT),
    '--rateest-gt': flag(NOT),
    '--rateest-eq': flag(NOT),
  },
  needs: ['--rateest', '--rateest1'],
  keepsOrder: true,
  build: ([first]) => [choiceTest(first!, 'rateest', false)],
};
