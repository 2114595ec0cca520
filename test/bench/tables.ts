/** What a route lookup costs in a table of 100,000 routes, with the kernel's own rules and with others before them. */
import { programmed, readPolicyRules } from '../../src/mechanism/linux/policy-rule-text.ts';
import { readRoutes } from '../../src/mechanism/linux/route-text.ts';
import { routing, type RouteQuery, type Routing } from '../../src/mechanism/linux/routing.ts';
import { formatAddress } from '../../src/value/address.ts';
import { prefixOf } from '../../src/value/prefix.ts';
import { constant, ZERO } from '../../src/value/term.ts';
import { concretely } from '../../src/walk/concrete.ts';

const ROUTES = 100_000;
const RULES = '100: fwmark 0x1 lookup 100\n110: from 10.0.0.0/8 lookup 110\n';

/** Numbers of 32 bits that look random and are the same every time. */
function* numbers(): Generator<number> {
  for (let state = 1; ;) {
    state = (Math.imul(state, 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    yield (state ^ (state >>> 15)) >>> 0;
  }
}

export function tables(): object[] {
  const dice = numbers();
  const draw = (): number => dice.next().value as number;
  const lines = Array.from({ length: ROUTES }, () => {
    const { first, length } = prefixOf(draw(), 12 + (draw() % 17));
    return `${formatAddress(first)}/${length} via 10.0.1.${1 + (draw() % 250)} dev eth0`;
  });
  const begun = performance.now();
  const { routes } = readRoutes(lines.join('\n'), '/routes');
  const read = performance.now();
  const plain = routing({ routes });
  const done = performance.now();
  const rules = programmed(readPolicyRules(RULES, '/rules').rules, 4);
  const queries = Array.from({ length: ROUTES }, () => queryFor(draw()));
  return [
    {
      routes: ROUTES,
      'read ms': (read - begun).toFixed(0),
      'program ms': (done - read).toFixed(0),
      'lookup us': microseconds(plain, queries),
      'by rules us': microseconds(routing({ routes, rules: { 4: rules } }), queries),
    },
  ];
}

function queryFor(address: number): RouteQuery {
  const dst = constant(address);
  const flow = { proto: ZERO, src: ZERO, dst, sport: ZERO, dport: ZERO };
  return { family: 4, dst, flow, dscp: ZERO, iif: 'eth0', mark: ZERO };
}

/** The best of some rounds. */
function microseconds(table: Routing, queries: readonly RouteQuery[]): string {
  const ask = concretely();
  const rounds = Array.from({ length: 5 }, () => {
    const begun = performance.now();
    for (const query of queries) table.lookup(query, ask);
    return ((performance.now() - begun) * 1000) / queries.length;
  });
  return Math.min(...rounds).toFixed(2);
}
