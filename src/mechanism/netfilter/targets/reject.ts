/** REJECT: drop, and say so to the sender. */
import type { Family } from '../../../value/address.ts';
import { isFor, oneWord, type TargetSpec } from '../extension.ts';
import type { IcmpError } from '../ruleset.ts';
import { nearest, quote } from '../words.ts';

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

export const reject: TargetSpec = {
  options: oneWord({ '--reject-with': [] }),
  tables: ['filter'],
  hooks: ['INPUT', 'FORWARD', 'OUTPUT'],
  build: (given, draft) => {
    const text = (given.at(-1)?.words[0] ?? DEFAULT[draft.family]).toLowerCase();
    const names = Object.keys(WITH[draft.family]);
    const name = names.find((one) => one === text) ?? names.find((one) => one.startsWith(text));
    if (name === undefined) {
      draft.refuse(`${quote(text)} is not a way to reject`, nearest(text, names));
      return undefined;
    }
    const answer = WITH[draft.family][name]!;
    if (answer === 'tcp-reset' && !isFor(draft, 6)) draft.refuse('--reject-with tcp-reset needs -p tcp');
    return { do: 'reject', name: 'REJECT', with: answer };
  },
};
