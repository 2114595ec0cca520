/** Policy rules: which table is asked for which packet (ip-rule(8); net/core/fib_rules.c). */
import type { Family } from '../../value/address.ts';
import type { IntegerSet } from '../../value/integer-set.ts';
import type { Prefix } from '../../value/prefix.ts';
import type { Cite } from '../../walk/cite.ts';

export type RuleAction =
  | { readonly do: 'lookup'; readonly table: string }
  /** On with the rule of this preference, or where there is none with the next. */
  | { readonly do: 'goto'; readonly preference: number }
  | { readonly do: 'nop' | 'unreachable' | 'blackhole' | 'prohibit' };

export interface PolicyRule {
  /** 0 to 2^32-1; the lowest is asked first. */
  readonly preference: number;
  readonly not?: boolean;
  readonly from?: Prefix;
  readonly to?: Prefix;
  /** `lo` for what the machine itself sends. */
  readonly iif?: string;
  /** Only a socket that is bound to an interface asks for one. */
  readonly oif?: string;
  readonly mark?: { readonly value: number; readonly mask: number };
  /** The TOS octet, of which the kernel compares the bits 0x1c. */
  readonly tos?: number;
  readonly dscp?: number;
  readonly protocol?: number;
  readonly sport?: IntegerSet;
  readonly dport?: IntegerSet;
  /** Users of sockets; what is forwarded has none. */
  readonly uids?: IntegerSet;
  /** Only packets of a VRF match. */
  readonly l3mdev?: boolean;
  readonly tunnel?: number;
  readonly action: RuleAction;
  /** Routes of this length and shorter do not count. */
  readonly suppressLength?: number;
  readonly suppressGroup?: number;
  /** What the rule says behind its preference. */
  readonly text: string;
  readonly at: Cite | undefined;
}

const lookup = (preference: number, table: string): PolicyRule => ({
  preference,
  action: { do: 'lookup', table },
  text: `lookup ${table}`,
  at: undefined,
});

/** What the kernel begins with: fib_default_rules_init, fib6_rules_net_init. */
export const DEFAULT_RULES: Readonly<Record<Family, readonly PolicyRule[]>> = {
  4: [lookup(0, 'local'), lookup(32_766, 'main'), lookup(32_767, 'default')],
  6: [lookup(0, 'local'), lookup(32_766, 'main')],
};

/** Whether a rule is one of those, as `ip rule` prints it. */
export const isDefault = (rule: PolicyRule): boolean =>
  DEFAULT_RULES[4].some(
    (one) => one.preference === rule.preference && rule.text.replace(/^from all /, '') === one.text,
  );

/**
 * Rules in the order they are asked: by preference, and as they were added. One without a preference goes before the
 * second rule of the list (fib_default_rule_pref).
 */
export function inOrder(
  begun: readonly PolicyRule[],
  added: readonly (Omit<PolicyRule, 'preference'> & { readonly preference: number | undefined })[],
): readonly PolicyRule[] {
  const rules = [...begun];
  for (const rule of added) {
    const preference = rule.preference ?? Math.max(0, (rules[1]?.preference ?? 1) - 1);
    const before = rules.findIndex((one) => one.preference > preference);
    rules.splice(before < 0 ? rules.length : before, 0, { ...rule, preference });
  }
  return rules;
}
