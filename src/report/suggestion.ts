/** What would let a flow through: changes of the topology or of the question, each of them walked. */
import { count, object, text, texts } from './schema-part.ts';

/** Changes that together let the flow through, both ways and by every branch that a hash may choose. */
export interface SuggestionFact {
  readonly changes: readonly EditFact[];
  /** The same as `--set` takes it, in this order: `POINTER=VALUE`. */
  readonly set: readonly string[];
  /** What became of the flow with it; `left` is for who is outside of the model, as `left` of a walk is. */
  readonly verdict: 'delivered' | 'left';
  /** How many branches were walked with it, all to the same end. */
  readonly branches: number;
}

interface RouteNamed {
  /** The route table; undefined is a new one on `subnet`. */
  readonly table?: string;
  readonly subnet?: string;
  readonly prefix: string;
  readonly nextHopType: string;
  readonly nextHop?: string;
  /** `file:line:column` of the route as it is. */
  readonly at?: string;
}

export type EditFact =
  /** `key` of the thing that an RFC 6901 pointer leads to; a pointer that ends with the key names it already. */
  | { readonly type: 'setting'; readonly pointer: string; readonly key: string; readonly value: string }
  /** An option of the command line. */
  | { readonly type: 'option'; readonly option: string }
  | ({ readonly type: 'route'; readonly did: 'added' | 'changed' | 'removed' } & RouteNamed)
  /** A rule more, in a security group (`chain` is a direction) or in a table of netfilter on some machines. */
  | {
      readonly type: 'rule';
      readonly table: string;
      readonly chain: string;
      readonly nodes?: readonly string[];
      /** The rule, by name or number, that it must stand before. */
      readonly before?: string;
      readonly rule: string;
    }
  /** Something more that a node has: a listener, an address, a rule of a load balancer. */
  | { readonly type: 'entry'; readonly node: string; readonly what: EntryKind; readonly entry: string };

export type EntryKind = 'listener' | 'loopback-address' | 'public-address' | 'balancing-rule' | 'peering';

const named = { prefix: text, nextHopType: text } as const;

export const SUGGESTION_DEFINITIONS = {
  suggestion: object({
    changes: { type: 'array', items: { $ref: '#/definitions/edit' } } as const,
    set: { ...texts, description: 'the same as --set takes it: POINTER=VALUE' },
    verdict: {
      enum: ['delivered', 'left'],
      description: 'of the flow with it; left: to whom is outside the model',
    },
    branches: { ...count, description: 'how many branches were walked with it, all to that end' },
  }),
  edit: {
    anyOf: [
      object({ type: { const: 'setting' }, pointer: text, key: text, value: text }),
      object({ type: { const: 'option' }, option: text }),
      object(
        { type: { const: 'route' }, did: { enum: ['added', 'changed', 'removed'] }, ...named },
        { table: text, subnet: text, nextHop: text, at: text },
      ),
      object(
        { type: { const: 'rule' }, table: text, chain: text, rule: text },
        { nodes: texts, before: { ...text, description: 'the rule that it must stand before' } },
      ),
      object({
        type: { const: 'entry' },
        node: text,
        what: { enum: ['listener', 'loopback-address', 'public-address', 'balancing-rule', 'peering'] },
        entry: text,
      }),
    ],
  },
} as const;
