/**
 * Netfilter's hooks, and which table sees a packet in which order.
 *
 *    in > PREROUTING > route > FORWARD > POSTROUTING > out
 *                        |                    ^
 *                      INPUT                OUTPUT
 *                        v                    |
 *                        +-- local process ---+
 */
export const HOOKS = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'] as const;
export type Hook = (typeof HOOKS)[number];

export const TABLES = ['raw', 'mangle', 'nat', 'filter', 'security'] as const;
export type TableName = (typeof TABLES)[number];

/** Which end of a packet a nat hook translates. */
export type Manip = 'src' | 'dst';

export interface Stage {
  /** include/uapi/linux/netfilter_ipv4.h, enum nf_ip_hook_priorities: the lower runs first. */
  readonly priority: number;
  readonly hooks: readonly Hook[];
  readonly does:
    | { readonly step: 'filter'; readonly table: TableName }
    | { readonly step: 'track' }
    | { readonly step: 'translate'; readonly manip: Manip }
    | { readonly step: 'confirm' };
}

const filter = (priority: number, table: TableName, hooks: readonly Hook[]): Stage => ({
  priority,
  hooks,
  does: { step: 'filter', table },
});

export const STAGES: readonly Stage[] = [
  filter(-300, 'raw', ['PREROUTING', 'OUTPUT']),
  { priority: -200, hooks: ['PREROUTING', 'OUTPUT'], does: { step: 'track' } },
  filter(-150, 'mangle', HOOKS),
  { priority: -100, hooks: ['PREROUTING', 'OUTPUT'], does: { step: 'translate', manip: 'dst' } },
  filter(0, 'filter', ['INPUT', 'FORWARD', 'OUTPUT']),
  filter(50, 'security', ['INPUT', 'FORWARD', 'OUTPUT']),
  { priority: 100, hooks: ['INPUT', 'POSTROUTING'], does: { step: 'translate', manip: 'src' } },
  { priority: 2 ** 31 - 1, hooks: ['INPUT', 'POSTROUTING'], does: { step: 'confirm' } },
];

/** The built-in chains of a table: the hooks at which the kernel walks it. */
export const chainsOf = (table: TableName): readonly Hook[] =>
  HOOKS.filter((hook) => STAGES.some(({ hooks, does }) => hooks.includes(hook) && walks(does, table)));

const walks = (does: Stage['does'], table: TableName): boolean =>
  does.step === 'translate' ? table === 'nat' : does.step === 'filter' && does.table === table;
