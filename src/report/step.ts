/** What happened at a hop, step by step: the part of the JSON of `nettrace walk` that grows with what nettrace knows. */
import type { AssumptionCode } from '../walk/assumption.ts';
import type { BridgedHow, NatKind, PassedBecause, RejectedBecause } from '../walk/event.ts';
import type { Reason } from '../walk/reason.ts';

/** `sport` and `dport` for TCP, UDP and others that have ports, `flags` for TCP, `type`, `code` and `id` for ICMP (a session knows only `id`). */
export interface FlowFact {
  readonly src: string;
  readonly dst: string;
  /** `tcp`, `udp`, `udplite`, `sctp`, `dccp`, `icmp`, `icmpv6`, or the IP protocol number as text. */
  readonly proto: string;
  readonly sport?: number;
  readonly dport?: number;
  readonly flags?: readonly string[];
  readonly type?: number;
  readonly code?: number;
  readonly id?: number;
}

export interface PacketFact {
  /** Octets from the outermost header on. */
  readonly length: number;
  /** Outermost first. */
  readonly layers: readonly LayerFact[];
}

/**
 * A header: `proto` and its fields; addresses and MACs as text, TCP flags as names, all else as numbers. `dscp`, `ecn` and
 * `df` are there when they were set. An ICMP error has the flow that it is about as `quoted`.
 */
export interface LayerFact {
  readonly proto: string;
  readonly [field: string]: FieldFact;
}

export type FieldFact = string | number | readonly string[] | FlowFact;

interface At {
  /** `file:line:column` in the user's file. */
  readonly at?: string;
}

/** Part of a node: `host` is the host switch under a machine; absent is the node itself. */
interface Phase {
  readonly phase?: string;
}

export interface RouteRow {
  readonly prefix: string;
  readonly nextHopType: string;
  readonly nextHop?: string;
  readonly source: string;
  readonly interface?: string;
}

/** A Linux machine's policy rule, as `100: fwmark 0x1 lookup 100`. */
export interface PolicyRow extends At {
  readonly rule: string;
}

/** What steered a lookup on a Linux machine. */
interface Steered {
  /** The policy rule that decided, on a machine that has rules of its own. */
  readonly policy?: PolicyRow;
  /** The rules before it. */
  readonly passed?: readonly (PolicyRow & { readonly why: PassedBecause })[];
  /** Of a multipath route: all its next hops, of which `nextHop` was taken. */
  readonly nextHops?: readonly string[];
  readonly how?: 'hash' | 'picked' | 'only';
}

export interface RejectedRow extends RouteRow, At {
  readonly why: RejectedBecause;
}

export interface NearRow extends At {
  readonly rule: string;
  readonly text?: string;
  readonly failed: string;
  readonly wanted: string;
  readonly had: string;
}

export interface MemberRow {
  readonly name: string;
  readonly health: 'up' | 'down';
  readonly why?: string;
}

/** What connection tracking keeps of a flow beside its tuples; a zone, a helper or a mark is told where it is not 0 or none. */
export interface EntryRow {
  /** Of TCP, as `SYN_SENT`. */
  readonly state?: string;
  /** ICMP type of the request. */
  readonly request?: number;
  /** Seconds, by the kernel's defaults. */
  readonly timeout: number;
  readonly replied: boolean;
  readonly assured: boolean;
  readonly mark: number;
  readonly zoneOriginal?: number;
  readonly zoneReply?: number;
  readonly helper?: string;
}

/** The packet as it was when its walk ended. */
interface End {
  readonly packet: PacketFact;
}

/** What a step says, wherever in the node and in the user's file it belongs. */
export type StepFact =
  | ({ readonly type: 'route'; readonly table: string; readonly rejected: readonly RejectedRow[] } & Steered &
      (RouteRow | { readonly prefix: null }))
  | {
      readonly type: 'rule';
      readonly table: string;
      readonly chain?: string;
      /** Null when no rule matched and the policy decided. */
      readonly rule: string | null;
      readonly text?: string;
      readonly action: string;
      readonly near: readonly NearRow[];
    }
  | {
      readonly type: 'nat';
      readonly kind: NatKind;
      readonly field: string;
      readonly before: string | number;
      readonly after: string | number;
      readonly table?: string;
      readonly chain?: string;
      readonly rule?: string;
      readonly text?: string;
    }
  | {
      readonly type: 'balance';
      readonly frontend: string;
      readonly rule: string;
      /** Its ports, idle timeout and the like. */
      readonly text?: string;
      readonly pool: string;
      readonly members: readonly MemberRow[];
      readonly hash: readonly string[];
      /** Null when no member is up. */
      readonly picked: string | null;
      readonly how: 'hash' | 'picked' | 'only' | 'session';
    }
  | {
      readonly type: 'session';
      readonly did: 'opened' | 'matched' | 'missing';
      readonly table: string;
      readonly original: FlowFact;
      readonly reply: FlowFact | null;
      readonly pin?: string;
      readonly state?: string;
      readonly entry?: EntryRow;
    }
  | {
      readonly type: 'encapsulate';
      /** `vxlan`, `geneve`, `gre`, `gretap`, `ipip`, `sit`, `ip6tnl`, `esp`. */
      readonly header: string;
      /** The outermost header stays where it is. */
      readonly mode?: 'transport';
      /** Octets that it adds. */
      readonly octets: number;
      /** The headers put on, outermost first. */
      readonly layers: readonly LayerFact[];
      readonly vni?: number;
      /** Of GRE. */
      readonly key?: number;
      readonly spi?: number;
      /** Of ERSPAN. */
      readonly session?: number;
      /** The customer address whose location the outer destination is. */
      readonly standsFor?: string;
    }
  | {
      readonly type: 'decapsulate';
      readonly header: string;
      /** The outermost header stays where it is. */
      readonly mode?: 'transport';
      readonly layers: readonly LayerFact[];
      readonly vni?: number;
      /** Of GRE. */
      readonly key?: number;
      readonly spi?: number;
      /** Of ERSPAN. */
      readonly session?: number;
    }
  | {
      readonly type: 'resolve';
      readonly address: string;
      /** Null when nobody answered. */
      readonly to: string | null;
      readonly owner: string | null;
      /** Neighbours were asked, in a walk that this step is the cause of. */
      readonly asked?: true;
      /** The physical server, where the topology names it. */
      readonly server?: string;
    }
  /** A frame came to the bridge at the port `in` and went on by `out`; of a flooded one `ports` are all that it went out of. */
  | {
      readonly type: 'bridge';
      readonly bridge: string;
      readonly in: string;
      readonly out: string;
      readonly how: BridgedHow;
      readonly ports?: readonly string[];
      readonly vlan?: number;
    }
  /** The packet went over an inter-site link, from place to place, as a frame of a stretched segment. */
  | { readonly type: 'cross'; readonly segment: string; readonly from: string; readonly to: string }
  | { readonly type: 'layer'; readonly layer: string; readonly direction: string }
  /** The packet crosses between parts of the node: what tcpdump would see on that interface. */
  | {
      readonly type: 'port';
      readonly port: string;
      readonly direction: 'in' | 'out';
      readonly packet: PacketFact;
    }
  | { readonly type: 'ttl'; readonly before: number; readonly after: number }
  | { readonly type: 'mark'; readonly before: number; readonly after: number }
  | { readonly type: 'dscp'; readonly before: number; readonly after: number }
  | { readonly type: 'ecn'; readonly before: number; readonly after: number }
  /** TCPMSS changed what a SYN says that its sender takes; 0 before where it said nothing. */
  | { readonly type: 'mss'; readonly before: number; readonly after: number }
  /** The packet is larger than `mtu` octets, which is what may leave by the port. */
  | {
      readonly type: 'mtu';
      readonly port: string;
      readonly mtu: number;
      /** Octets of the packet, as an MTU counts them. */
      readonly length: number;
      readonly did: 'refused' | 'fragmented';
    }
  | { readonly type: 'connmark'; readonly before: number; readonly after: number }
  | { readonly type: 'assume'; readonly code: AssumptionCode; readonly about?: string }
  | { readonly type: 'originate'; readonly cause: string; readonly packet: PacketFact }
  /** What a switch took in at the port, or put out there, as a copy that goes elsewhere. */
  | {
      readonly type: 'mirror';
      readonly session: string;
      readonly port: string;
      readonly direction: 'ingress' | 'egress';
      /** The port that the copy leaves by, where it is sent to no address. */
      readonly out?: string;
      readonly packet: PacketFact;
    }
  /** With --past-drops: a check that would have dropped the packet. The same as of a drop. */
  | {
      readonly type: 'block';
      readonly reason: Reason;
      readonly note?: string;
      readonly pointer?: string;
    }
  | ({ readonly type: 'deliver'; readonly to: string } & End)
  | ({
      readonly type: 'drop';
      readonly reason: Reason;
      readonly note?: string;
      /** RFC 6901 pointer into the topology, of the place that `at` names: what `--set` takes. */
      readonly pointer?: string;
    } & End)
  | ({ readonly type: 'loop' } & End)
  | ({ readonly type: 'leave'; readonly towards: string } & End)
  | ({ readonly type: 'unknown'; readonly missing: string } & End);

export type Step = Phase & At & StepFact;

export type StepType = Step['type'];
