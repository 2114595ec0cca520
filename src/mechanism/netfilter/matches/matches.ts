/** The matches that nettrace knows: one file and one line each. */
import type { Match } from '../extension.ts';
import { addrtype } from './addrtype.ts';
import { comment } from './comment.ts';
import { conntrack, state } from './conntrack.ts';
import { icmp, icmp6 } from './icmp.ts';
import { iprange } from './iprange.ts';
import { limit } from './limit.ts';
import { mark } from './mark.ts';
import { multiport } from './multiport.ts';
import { tcp } from './tcp.ts';
import { hl, ttl } from './ttl.ts';
import { udp } from './udp.ts';

export const MATCHES: ReadonlyMap<string, Match> = new Map(
  Object.entries({
    addrtype,
    comment,
    conntrack,
    hl,
    icmp,
    icmp6,
    iprange,
    limit,
    mark,
    multiport,
    state,
    tcp,
    ttl,
    udp,
  }),
);

/** Matches, known here or not, that make the kernel track connections (they call nf_ct_netns_get). */
export const TRACKING_MATCHES: ReadonlySet<string> = new Set([
  'conntrack',
  'state',
  'connmark',
  'connlimit',
  'connbytes',
  'connlabel',
  'cluster',
  'helper',
]);
