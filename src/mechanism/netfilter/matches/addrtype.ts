/** -m addrtype: what the local routing table says of an address. */
import { wording, type Draft, type Given, type Match } from '../extension.ts';
import type { AddressType } from '../machine.ts';
import type { Test } from '../predicate.ts';
import { nearest, quote } from '../words.ts';

/** The first six can come true; the rest are routes, which the local table never holds. */
const TYPES = ['UNSPEC', 'UNICAST', 'LOCAL', 'BROADCAST', 'ANYCAST', 'MULTICAST'] as const;
const NEVER: readonly string[] = ['BLACKHOLE', 'UNREACHABLE', 'PROHIBIT', 'THROW', 'NAT', 'XRESOLVE'];

export const addrtype: Match = {
  options: {
    '--src-type': { takes: 1 },
    '--dst-type': { takes: 1 },
    '--limit-iface-in': { takes: 0 },
    '--limit-iface-out': { takes: 0 },
  },
  build: (given, draft) => {
    const types = given.filter((one) => one.option.endsWith('-type'));
    if (types.length === 0) draft.refuse('-m addrtype needs --src-type or --dst-type');
    const limits = given.filter((one) => one.option.startsWith('--limit'));
    if (limits.length > 1) draft.refuse('--limit-iface-in and --limit-iface-out exclude each other');
    const limit = limits[0] && (limits[0].option === '--limit-iface-in' ? 'in' : 'out');
    return types.map((one) => typeTest(one, limit, draft));
  },
};

function typeTest(given: Given, limit: 'in' | 'out' | undefined, draft: Draft): Test {
  const types = new Set<AddressType>();
  for (const name of given.words[0]!.split(',')) {
    const known = TYPES.find((one) => one === name.toUpperCase());
    if (known) types.add(known);
    else if (!NEVER.includes(name.toUpperCase()))
      draft.refuse(`${quote(name)} is not an address type`, nearest(name, TYPES));
  }
  return {
    kind: 'address-type',
    field: given.option === '--src-type' ? 'src' : 'dst',
    types,
    limit,
    ...wording(given),
  };
}
