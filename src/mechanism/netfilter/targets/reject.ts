/** REJECT: drop, and say so to the sender. */
import type { Family } from '../../../value/address.ts';
import { isFor, word, type Form, type TargetSpec } from '../extension.ts';
import type { IcmpError } from '../ruleset.ts';
import { nearest } from '../words.ts';

const error = (type: number, code: number): IcmpError => ({ type, code });

/** The first spelling of each is the one that iptables-save prints. */
const WITH: Readonly<Record<Family, Readonly<Record<string, IcmpError | 'tcp-reset'>>>> = {
  4: {
    'icmp-net-unreachable': error(3, 0),
    'net-unreach': error(3, 0),
    'icmp-host-unreachable': error(3, 1),
    'host-unreach': error(3, 1),
    'icmp-proto-unreachable': error(3, 2),
    'proto-unreach': error(3, 2),
    'icmp-port-unreachable': error(3, 3),
    'port-unreach': error(3, 3),
    'icmp-net-prohibited': error(3, 9),
    'net-prohib': error(3, 9),
    'icmp-host-prohibited': error(3, 10),
    'host-prohib': error(3, 10),
    'icmp-admin-prohibited': error(3, 13),
    'admin-prohib': error(3, 13),
    'tcp-reset': 'tcp-reset',
    'tcp-rst': 'tcp-reset',
  },
  6: {
    'icmp6-no-route': error(1, 0),
    'no-route': error(1, 0),
    'icmp6-adm-prohibited': error(1, 1),
    'adm-prohibited': error(1, 1),
    'icmp6-addr-unreachable': error(1, 3),
    'addr-unreach': error(1, 3),
    'icmp6-port-unreachable': error(1, 4),
    'port-unreach': error(1, 4),
    'icmp6-policy-fail': error(1, 5),
    'policy-fail': error(1, 5),
    'icmp6-reject-route': error(1, 6),
    'reject-route': error(1, 6),
    'tcp-reset': 'tcp-reset',
  },
};

const DEFAULT: Readonly<Record<Family, string>> = { 4: 'icmp-port-unreachable', 6: 'icmp6-port-unreachable' };

/** A name or its beginning, the first that fits. */
const nameOf = (text: string, family: Family): string | undefined =>
  Object.keys(WITH[family]).find((one) => one.startsWith(text.toLowerCase()));

/** The name of an answer that iptables-save prints. */
const spelling = (text: string, family: Family): string | undefined => {
  const answers = Object.entries(WITH[family]);
  const name = nameOf(text, family);
  const same = (one: IcmpError | 'tcp-reset', other: IcmpError | 'tcp-reset'): boolean =>
    one === 'tcp-reset' || other === 'tcp-reset'
      ? one === other
      : one.type === other.type && one.code === other.code;
  return name && answers.find(([, answer]) => same(answer, WITH[family][name]!))![0];
};

const ANSWER: Form = {
  is: 'a way to reject',
  spell: (text, { family }) => spelling(text, family),
  suggest: (text, _, { family }) => nearest(text, Object.keys(WITH[family])),
};

export const reject: TargetSpec = {
  options: { '--reject-with': word(ANSWER) },
  tables: ['filter'],
  hooks: ['INPUT', 'FORWARD', 'OUTPUT'],
  canon: (given, draft) => {
    const [one = { option: '--reject-with', not: false, words: [DEFAULT[draft.family]], column: 0 }] = given;
    if (one.words[0] === 'tcp-reset' && !isFor(draft, 6))
      draft.refuse('--reject-with tcp-reset needs -p tcp', undefined, one);
    return [one];
  },
  build: (given, draft) => ({
    do: 'reject',
    name: 'REJECT',
    with: WITH[draft.family][given[0]!.words[0]!]!,
  }),
};
