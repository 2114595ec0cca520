/** -m icmp and -m icmp6: message type and code. */
import type { Family } from '../../../value/address.ts';
import { single } from '../../../value/integer-set.ts';
import { fieldTest, NOT, word, wording, type Form, type Given, type Match } from '../extension.ts';
import { parseNumber } from '../numbers.ts';
import type { Test } from '../predicate.ts';
import { nearest } from '../words.ts';

type Names = Readonly<Record<string, readonly [type: number, code?: number]>>;

/** `iptables -p icmp -h` */
// prettier-ignore
const V4: Names = {
  'echo-reply': [0], pong: [0], 'destination-unreachable': [3], 'network-unreachable': [3, 0], 'host-unreachable': [3, 1],
  'protocol-unreachable': [3, 2], 'port-unreachable': [3, 3], 'fragmentation-needed': [3, 4], 'source-route-failed': [3, 5],
  'network-unknown': [3, 6], 'host-unknown': [3, 7], 'network-prohibited': [3, 9], 'host-prohibited': [3, 10],
  'TOS-network-unreachable': [3, 11], 'TOS-host-unreachable': [3, 12], 'communication-prohibited': [3, 13],
  'host-precedence-violation': [3, 14], 'precedence-cutoff': [3, 15], 'source-quench': [4], redirect: [5],
  'network-redirect': [5, 0], 'host-redirect': [5, 1], 'TOS-network-redirect': [5, 2], 'TOS-host-redirect': [5, 3],
  'echo-request': [8], ping: [8], 'router-advertisement': [9], 'router-solicitation': [10], 'time-exceeded': [11],
  'ttl-exceeded': [11], 'ttl-zero-during-transit': [11, 0], 'ttl-zero-during-reassembly': [11, 1],
  'parameter-problem': [12], 'ip-header-bad': [12, 0], 'required-option-missing': [12, 1], 'timestamp-request': [13],
  'timestamp-reply': [14], 'address-mask-request': [17], 'address-mask-reply': [18],
};

/** `ip6tables -p icmpv6 -h` */
// prettier-ignore
const V6: Names = {
  'destination-unreachable': [1], 'no-route': [1, 0], 'communication-prohibited': [1, 1], 'beyond-scope': [1, 2],
  'address-unreachable': [1, 3], 'port-unreachable': [1, 4], 'failed-policy': [1, 5], 'reject-route': [1, 6],
  'packet-too-big': [2], 'time-exceeded': [3], 'ttl-exceeded': [3], 'ttl-zero-during-transit': [3, 0],
  'ttl-zero-during-reassembly': [3, 1], 'parameter-problem': [4], 'bad-header': [4, 0], 'unknown-header-type': [4, 1],
  'unknown-option': [4, 2], 'echo-request': [128], ping: [128], 'echo-reply': [129], pong: [129],
  'router-solicitation': [133], 'router-advertisement': [134], 'neighbour-solicitation': [135],
  'neighbor-solicitation': [135], 'neighbour-advertisement': [136], 'neighbor-advertisement': [136], redirect: [137],
};

function icmpMatch(family: Family, option: string, protocol: number, names: Names): Match {
  const type: Form = {
    is: 'an ICMP type',
    spell: (text, draft) => {
      const { plain, isRange } = withoutRange(text);
      const read = parseType(plain, names);
      // iptables-save prints the first code of a range alone, so that what the kernel holds has no spelling.
      if (read && isRange) draft.unknown(`icmp ${text}`);
      return read && (read[0] === 255 && family === 4 ? 'any' : read.join('/'));
    },
    suggest: (text) => {
      const name = nearest(text, Object.keys(names));
      return name && `${option} ${name}`;
    },
  };
  return {
    family,
    options: { [option]: word(type, { ...NOT, needed: true }) },
    protocols: [protocol],
    build: (given) => given.map((one) => typeTest(one, parseType(one.words[0]!, names)!)),
  };
}

export const icmp = icmpMatch(4, '--icmp-type', 1, V4);
export const icmp6 = icmpMatch(6, '--icmpv6-type', 58, V6);

function typeTest(given: Given, [type, code]: readonly [number, number?]): Test {
  const fields = [
    ...(type === 255 && given.words[0] === 'any'
      ? []
      : [fieldTest({ ...given, not: false }, 'type', single(type))]),
    ...(code === undefined ? [] : [fieldTest({ ...given, not: false }, 'code', single(code))]),
  ];
  return { kind: 'fields', join: 'all', fields, ...wording(given) };
}

/** `3/0:2` is a range of codes; all codes, and one, have plainer spellings. */
function withoutRange(text: string): { readonly plain: string; readonly isRange: boolean } {
  const [, type, first, last] = /^(\d+)\/(\d+):(\d+)$/.exec(text) ?? [];
  if (type === undefined || Number(last) > 255) return { plain: text, isRange: false };
  if (Number(first) === 0 && Number(last) === 255) return { plain: type, isRange: false };
  return { plain: `${type}/${first}`, isRange: Number(first) !== Number(last) };
}

/** A name or its unambiguous beginning, `8`, `3/4`, or `any` (type 255, which matches every type). */
function parseType(text: string, names: Names): readonly [number, number?] | undefined {
  if (text.toLowerCase() === 'any' && names === V4) return [255];
  const begin = Object.keys(names).filter((name) => name.toLowerCase().startsWith(text.toLowerCase()));
  const name =
    begin.find((one) => one.toLowerCase() === text.toLowerCase()) ??
    (begin.length === 1 ? begin[0] : undefined);
  if (name !== undefined && text !== '') return names[name];
  const [type, code, ...rest] = text.split('/');
  const numbers = [parseNumber(type!, 255), code === undefined ? undefined : parseNumber(code, 255)] as const;
  if (rest.length > 0 || numbers[0] === undefined || (code !== undefined && numbers[1] === undefined))
    return undefined;
  return numbers[1] === undefined ? [numbers[0]] : [numbers[0], numbers[1]];
}
