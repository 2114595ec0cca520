/** -m addrtype: what the local routing table says of an address. */
import { flag, NOT, word, wording, type Given, type Match } from '../extension.ts';
import { listOf } from '../forms.ts';
import type { Family } from '../../../value/address.ts';
import type { AddressType } from '../machine.ts';
import type { Test } from '../predicate.ts';

/** The first six can come true; the rest are routes, which the local table never holds. */
const TYPES = ['UNSPEC', 'UNICAST', 'LOCAL', 'BROADCAST', 'ANYCAST', 'MULTICAST'] as const;
const NEVER = ['BLACKHOLE', 'UNREACHABLE', 'PROHIBIT', 'THROW', 'NAT', 'XRESOLVE'] as const;

/** xt_addrtype.c, addrtype_mt_checkentry_v1 */
const V6: readonly string[] = ['UNSPEC', 'UNICAST', 'LOCAL', 'ANYCAST', 'MULTICAST', 'UNREACHABLE'];

/**
 * xt_addrtype.c, match_type6: every kind of test that is named must hold. An address is unicast by what it looks like,
 * whoever owns it; what the local table says is one test.
 */
function typesOf6(names: readonly string[]): readonly AddressType[] {
  const tests: readonly (readonly AddressType[])[] = [
    ...(names.includes('UNSPEC') ? [['UNSPEC'] as const] : []),
    ...(names.includes('UNICAST') ? [['UNICAST', 'LOCAL', 'ANYCAST'] as const] : []),
    ...(names.includes('MULTICAST') ? [['MULTICAST'] as const] : []),
    ...(names.some((name) => ROUTED.includes(name))
      ? [TYPES.filter((type) => ROUTED.includes(type) && names.includes(type))]
      : []),
  ];
  return TYPES.filter((type) => tests.every((allowed) => allowed.includes(type)));
}

const ROUTED: readonly string[] = ['LOCAL', 'ANYCAST', 'UNREACHABLE'];

const LIST = listOf('an address type', [...TYPES, ...NEVER]);

export const addrtype: Match = {
  options: {
    '--src-type': word(LIST, NOT),
    '--dst-type': word(LIST, NOT),
    '--limit-iface-in': flag(),
    '--limit-iface-out': flag(),
  },
  needs: ['--src-type', '--dst-type'],
  exclusive: [['--limit-iface-in', '--limit-iface-out']],
  canon: (given, draft) => {
    for (const one of given) {
      if (one.option === '--limit-iface-in')
        draft.onlyAt(['PREROUTING', 'INPUT', 'FORWARD'], 'addrtype --limit-iface-in');
      else if (one.option === '--limit-iface-out')
        draft.onlyAt(['FORWARD', 'OUTPUT', 'POSTROUTING'], 'addrtype --limit-iface-out');
      else if (draft.family === 6 && one.words[0]!.split(',').some((type) => !V6.includes(type)))
        draft.refuse(`Of types, IPv6 has ${V6.join(', ')}`, undefined, one);
    }
    return given;
  },
  build: (given, { family }) => {
    const limited = given.find((one) => one.option.startsWith('--limit'));
    const limit = limited && (limited.option === '--limit-iface-in' ? 'in' : 'out');
    return given.filter((one) => one.option.endsWith('-type')).map((one) => typeTest(one, family, limit));
  },
};

function typeTest(given: Given, family: Family, limit: 'in' | 'out' | undefined): Test {
  const names = given.words[0]!.split(',');
  const types = new Set<AddressType>(
    family === 6 ? typesOf6(names) : TYPES.filter((type) => names.includes(type)),
  );
  const field = given.option === '--src-type' ? 'src' : 'dst';
  return { kind: 'address-type', field, types, limit, ...wording(given) };
}
