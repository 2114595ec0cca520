/** The matches that iptables 1.8.9 knows: one line each, in files of one idea. */
import type { Match } from '../extension.ts';
import { addrtype } from './addrtype.ts';
import { comment } from './comment.ts';
import { cluster, connbytes, connlabel, helper } from './connection.ts';
import { connlimit } from './connlimit.ts';
import { connmark } from './connmark.ts';
import { conntrack, state } from './conntrack.ts';
import { cgroup, cpu, devgroup, ipvs, nfacct, rateest, realm, socket } from './devices.ts';
import { dscp, ecn, tos } from './dscp.ts';
import { hashlimit } from './hashlimit.ts';
import { icmp, icmp6 } from './icmp.ts';
import { dst, eui64, frag, hbh, ipv6header, mh, rt, srh } from './ipv6-headers.ts';
import { iprange } from './iprange.ts';
import { length, tcpmss } from './length.ts';
import { limit } from './limit.ts';
import { mac } from './mac.ts';
import { mark } from './mark.ts';
import { multiport } from './multiport.ts';
import { osf } from './osf.ts';
import { owner } from './owner.ts';
import { physdev } from './physdev.ts';
import { pkttype } from './pkttype.ts';
import { policy } from './policy.ts';
import { quota } from './quota.ts';
import { recent } from './recent.ts';
import { rpfilter } from './rpfilter.ts';
import { dccp, sctp } from './sctp.ts';
import { set } from './set.ts';
import { ah, esp, ipcomp } from './spi.ts';
import { statistic } from './statistic.ts';
import { string } from './string.ts';
import { tcp } from './tcp.ts';
import { time } from './time.ts';
import { hl, ttl } from './ttl.ts';
import { bpf, u32 } from './u32.ts';
import { udp } from './udp.ts';

export const MATCHES: ReadonlyMap<string, Match> = new Map(
  Object.entries({
    addrtype,
    ah,
    bpf,
    cgroup,
    cluster,
    comment,
    connbytes,
    connlabel,
    connlimit,
    connmark,
    conntrack,
    cpu,
    dccp,
    devgroup,
    dscp,
    dst,
    ecn,
    esp,
    eui64,
    frag,
    hashlimit,
    hbh,
    helper,
    hl,
    icmp,
    icmp6,
    ipcomp,
    iprange,
    ipv6header,
    ipvs,
    length,
    limit,
    mac,
    mark,
    mh,
    multiport,
    nfacct,
    osf,
    owner,
    physdev,
    pkttype,
    policy,
    quota,
    rateest,
    realm,
    recent,
    rpfilter,
    rt,
    sctp,
    set,
    socket,
    srh,
    state,
    statistic,
    string,
    tcp,
    tcpmss,
    time,
    tos,
    ttl,
    u32,
    udp,
  }),
);

/** Matches of add-ons and of older releases: what they decide is unknown. */
// prettier-ignore
export const FOREIGN_MATCHES: ReadonlySet<string> = new Set([
  'account', 'bcount', 'condition', 'connrate', 'dhcpmac', 'dstlimit', 'fuzzy', 'geoip', 'gradm', 'id', 'iface', 'ipp2p',
  'ipv4options', 'layer7', 'length2', 'lscan', 'mport', 'ndpi', 'nth', 'pknock', 'pool', 'psd', 'quota2', 'random',
  'unclean', 'web', 'weburl', 'webstr',
]);

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
