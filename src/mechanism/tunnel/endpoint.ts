/** One end of a tunnel, as its machine is configured: ip-link(8), ovs-vswitchd.conf.db(5). */
import type { Address, Family, Value } from '../../value/address.ts';
import type { EspSuite } from '../../packet/esp.ts';
import type { Cite } from '../../walk/cite.ts';
import type { Erspan } from './erspan.ts';

/** What is put around a packet: `ip` is an IP header alone (RFC 2003, RFC 2473, RFC 4213). */
export type Encapsulation = 'vxlan' | 'geneve' | 'gre' | 'erspan' | 'ip';

/** The octet of the outer header's class, or that it is copied from what the tunnel carries. */
type Copied<T> = T | 'inherit';

export interface TunnelEndpoint {
  /** The interface or port: `vxlan900`. */
  readonly name: string;
  readonly encapsulation: Encapsulation;
  /** Families of the packets that it carries, or Ethernet frames. */
  readonly carries: 'frame' | readonly Family[];
  /** Undefined: the kernel's choice of source, and any of its addresses as destination. */
  readonly local: Address | undefined;
  readonly remote: Address;
  /** Of a vxlan: all ends that get a frame for an address that it does not know; undefined is `remote` alone. */
  readonly others?: readonly Address[] | undefined;
  /** Of a vxlan: the ends that addresses are behind, as it was told. */
  readonly stations?: ReadonlyMap<Value, Station> | undefined;
  /** VNI, GRE key or ERSPAN session, by direction; undefined of GRE sends none, and takes packets without one. */
  readonly key: { readonly in: number | undefined; readonly out: number | undefined };
  /** UDP port of both ends; 0 of what has no ports. */
  readonly port: number;
  /** Whether its addresses decide what it takes; a vxlan of Linux takes its VNI from and to any address (vxlan_rcv). */
  readonly checks: 'ends' | 'key alone';
  /** Outer TTL; undefined takes the kernel's own. */
  readonly ttl: Copied<number> | undefined;
  /** TOS octet or traffic class. */
  readonly tos: Copied<number>;
  /** Congestion is marked outside only with the rest of the class: GRE over IPv6 of Linux (ip6gre_xmit_ipv6). */
  readonly isBlindToCongestion?: boolean;
  /** `inherit` copies DF and sets it around IPv6; `inherit-ipv4` does not set it around anything else. */
  readonly df: 'set' | 'unset' | 'inherit' | 'inherit-ipv4';
  /** Checksums of GRE, or of UDP. */
  readonly checksum: boolean;
  /** Sequence numbers of GRE. */
  readonly sequence: boolean;
  /** A receiver that wants them of others as it sends them itself (ip_tunnel_rcv). */
  readonly isExacting: boolean;
  /** The interface that the outer packet leaves by, whatever the routes say. */
  readonly dev: string | undefined;
  /** It learns which end has which MAC address (vxlan_snoop). */
  readonly isLearning: boolean;
  /** How many more tunnels a packet may be put into, as IPv6 around it says (RFC 2473 section 5.1); undefined says nothing. */
  readonly limit?: number | undefined;
  /** Of ERSPAN. */
  readonly erspan?: Erspan;
  /** IPsec in transport mode between the two ends. */
  readonly esp?: Protection;
  readonly at: Cite;
}

/** The ends that have a station behind them. */
export interface Station {
  readonly ends: readonly Address[];
  readonly at: Cite;
}

export interface Protection {
  readonly suite: EspSuite;
  /** Security parameters index, of both directions. */
  readonly spi: number;
}
