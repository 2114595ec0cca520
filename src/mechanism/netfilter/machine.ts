/** What passes between netfilter and the machine whose kernel it is part of. */
import type { Family } from '../../value/address.ts';
import type { Term } from '../../value/term.ts';
import type { Packet } from '../../packet/packet.ts';
import type { Ask } from '../../walk/ask.ts';
import type { Cite } from '../../walk/cite.ts';
import type { Io } from '../../walk/device.ts';
import type { Reason } from '../../walk/reason.ts';
import type { IpSets } from '../linux/ip-set.ts';
import type { Template, Tracked } from './tracked.ts';
import type { IcmpError } from './ruleset.ts';

/** A packet on its way through one machine: the kernel's sk_buff, as far as netfilter reads it. */
export interface Passing {
  readonly packet: Packet;
  /** Undefined for packets that the machine itself sends. */
  readonly in?: string | undefined;
  /** Undefined before the route is known, and for packets that are delivered here. */
  readonly out?: string | undefined;
  /** Octets of the largest packet that the route out takes; undefined before it is known. */
  readonly mtu?: number | undefined;
  /** The neighbour that the route chose; undefined before it is known. */
  readonly nextHop?: Term | undefined;
  readonly mark: Term;
  /** What connection tracking says of the packet. Opaque: hand it on from hook to hook. */
  readonly tracked?: Tracked | undefined;
  /** What a CT rule of raw has said of it. */
  readonly template?: Template | undefined;
  /**
   * The packet and mark by which it must be routed again (facts: ip_route_me_harder); set at OUTPUT where mangle changed
   * source, destination, TOS or mark, or nat the destination.
   */
  readonly reroute?: { readonly packet: Packet; readonly mark: Term } | undefined;
}

export type Passed =
  | { readonly do: 'accept'; readonly passing: Passing }
  | { readonly do: 'drop'; readonly reason: Reason; readonly at?: Cite | undefined; readonly note?: string }
  | { readonly do: 'unknown'; readonly missing: string; readonly at?: Cite | undefined };

/** rtnetlink's names; addrtype reads the local table only, so of unicast routes it never says more than UNICAST. */
export type AddressType = 'UNSPEC' | 'UNICAST' | 'LOCAL' | 'BROADCAST' | 'ANYCAST' | 'MULTICAST';

/** Options of -m rpfilter. */
export interface ReverseCheck {
  /** Any interface will do. */
  readonly loose: boolean;
  /** The packet's mark counts in the lookup. */
  readonly validMark: boolean;
  /** A source of the machine's own will do. */
  readonly acceptLocal: boolean;
}

/** Whose connections are tracked, and how. */
export interface Tracker {
  /** Its zone in the session store, by convention `DEVICE/conntrack`. */
  readonly zone: string;
  /** What reports call its table of flows. */
  readonly table: string;
  /** net.netfilter.nf_conntrack_tcp_loose: whether an ACK may open an entry. */
  readonly tcpLoose: boolean;
}

/** What netfilter asks of its machine. */
export interface Machine extends Tracker {
  /** The machine's name, as `--pick NAME:…` says it. */
  readonly node: string;
  /** inet_select_addr by the next hop, ipv6_dev_get_saddr by the destination; undefined when the machine has no address at all. */
  masqueradeAddress(passing: Passing, ask: Ask): Term | undefined;
  /** What `ipset save` says; undefined when nobody stated it. */
  readonly sets: IpSets | undefined;
  /** Octets that the routes to and from the packet's ends both take (tcpmss_reverse_mtu). */
  pathMtu(passing: Passing, ask: Ask): number;
  /** The first address of a port, in the order of `ip addr`, that is good as far as the destination is (nf_nat_redirect.c). */
  redirectAddress(port: string, destination: Term, family: Family, ask: Ask): Term | undefined;
  /** inet_dev_addr_type: what the local table says of an address; with `on`, of that port's addresses only. */
  addressType(address: Term, family: Family, on: string | undefined, ask: Ask): AddressType;
  /** rpfilter_lookup_reverse: whether the best route to the packet's source leaves by the interface that it came by. */
  isReversePath(passing: Passing, check: ReverseCheck, ask: Ask): boolean;
  /** Sends an ICMP error about a packet, by its own rules of when none is sent (RFC 1122 section 3.2.2) and from where. */
  sendError(error: IcmpError, passing: Passing, io: Io): void;
}
