/** The targets that nettrace knows: one file a group and one line each. */
import type { TargetSpec } from '../extension.ts';
import { connmark } from './connmark.ts';
import {
  audit,
  classify,
  clusterip,
  connsecmark,
  hmark,
  idletimer,
  led,
  netmap,
  nfqueue,
  queue,
  rateest,
  secmark,
  set,
  tee,
  tproxy,
  trace,
} from './elsewhere.ts';
import { checksum, dscp, ecn, hl, synproxy, tcpmss, tcpoptstrip, tos, ttl } from './header.ts';
import { log, nflog } from './log.ts';
import { mark } from './mark.ts';
import { dnpt, snpt } from './prefix.ts';
import { reject } from './reject.ts';
import { dnat, masquerade, redirect, snat } from './translations.ts';
import { ct, notrack } from './untrack.ts';
import { accept, drop, leave } from './verdicts.ts';

export const TARGETS: ReadonlyMap<string, TargetSpec> = new Map(
  Object.entries({
    ACCEPT: accept,
    AUDIT: audit,
    CHECKSUM: checksum,
    CLASSIFY: classify,
    CLUSTERIP: clusterip,
    CONNMARK: connmark,
    CONNSECMARK: connsecmark,
    CT: ct,
    DNAT: dnat,
    DNPT: dnpt,
    DROP: drop,
    DSCP: dscp,
    ECN: ecn,
    HL: hl,
    HMARK: hmark,
    IDLETIMER: idletimer,
    LED: led,
    LOG: log,
    MARK: mark,
    MASQUERADE: masquerade,
    NETMAP: netmap,
    NFLOG: nflog,
    NFQUEUE: nfqueue,
    NOTRACK: notrack,
    QUEUE: queue,
    RATEEST: rateest,
    REDIRECT: redirect,
    REJECT: reject,
    RETURN: leave,
    SECMARK: secmark,
    SET: set,
    SNAT: snat,
    SNPT: snpt,
    SYNPROXY: synproxy,
    TCPMSS: tcpmss,
    TCPOPTSTRIP: tcpoptstrip,
    TEE: tee,
    TOS: tos,
    TPROXY: tproxy,
    TRACE: trace,
    TTL: ttl,
  }),
);

/** Targets of add-ons and of older releases: reaching one ends a walk as unknown. */
// prettier-ignore
export const FOREIGN_TARGETS: ReadonlySet<string> = new Set([
  'CHAOS', 'DELUDE', 'DHCPMAC', 'DNETMAP', 'ECHO', 'FLOWOFFLOAD', 'FULLCONENAT', 'IMQ', 'IPMARK',
  'IPV4OPTSSTRIP', 'LOGMARK', 'MIRROR', 'NETFLOW', 'PROTO', 'ROUTE', 'SAME', 'SYSRQ', 'TARPIT', 'ULOG',
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
