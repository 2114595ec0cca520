/** The targets that nettrace knows: one file a group and one line each. */
import type { TargetSpec } from '../extension.ts';
import { log, nflog } from './log.ts';
import { mark } from './mark.ts';
import { reject } from './reject.ts';
import { dnat, masquerade, redirect, snat } from './translations.ts';
import { ct, notrack } from './untrack.ts';
import { accept, drop, leave } from './verdicts.ts';

export const TARGETS: ReadonlyMap<string, TargetSpec> = new Map(
  Object.entries({
    ACCEPT: accept,
    DROP: drop,
    RETURN: leave,
    REJECT: reject,
    LOG: log,
    NFLOG: nflog,
    MARK: mark,
    DNAT: dnat,
    SNAT: snat,
    MASQUERADE: masquerade,
    REDIRECT: redirect,
    NOTRACK: notrack,
    CT: ct,
  }),
);

/** Targets of iptables and its add-ons that exist but are not modelled: reaching one ends a walk as unknown. */
// prettier-ignore
export const UNMODELLED: ReadonlySet<string> = new Set([
  'AUDIT', 'CHAOS', 'CHECKSUM', 'CLASSIFY', 'CLUSTERIP', 'CONNMARK', 'CONNSECMARK', 'DELUDE', 'DHCPMAC', 'DNETMAP',
  'DNPT', 'DSCP', 'ECHO', 'ECN', 'FLOWOFFLOAD', 'FULLCONENAT', 'HL', 'HMARK', 'IDLETIMER', 'IMQ', 'IPMARK', 'IPV4OPTSSTRIP',
  'LED', 'LOGMARK', 'MIRROR', 'NETFLOW', 'NETMAP', 'NFQUEUE', 'PROTO', 'QUEUE', 'RATEEST', 'ROUTE', 'SAME', 'SECMARK',
  'SET', 'SNPT', 'SYNPROXY', 'SYSRQ', 'TARPIT', 'TCPMSS', 'TCPOPTSTRIP', 'TEE', 'TOS', 'TPROXY', 'TRACE', 'TTL', 'ULOG',
]);

/** Targets, known here or not, that make the kernel track connections (they call nf_ct_netns_get). NOTRACK alone does not: tried on 6.18. */
export const TRACKING_TARGETS: ReadonlySet<string> = new Set([
  'DNAT',
  'SNAT',
  'MASQUERADE',
  'REDIRECT',
  'NETMAP',
  'SAME',
  'CLUSTERIP',
  'CONNMARK',
  'CONNSECMARK',
  'SYNPROXY',
  'FULLCONENAT',
]);
