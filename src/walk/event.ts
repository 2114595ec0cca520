/** What happened in a walk, in order: the only product of a walk. Events carry values, never sentences. */
import type { Flow } from '../packet/flow.ts';
import type { Header, Packet } from '../packet/packet.ts';
import type { Prefix } from '../value/prefix.ts';
import type { Term } from '../value/term.ts';
import type { AssumptionCode } from './assumption.ts';
import type { Cite } from './cite.ts';
import type { Reason } from './reason.ts';
import type { Verdict } from './verdict.ts';
import type { Walk } from './walk.ts';

/** Where something happens: a device, as far as the reader is told of it. */
export interface Place {
  /** Unique in the network. */
  readonly name: string;
  /** The node it is shown as: a machine's guest and its host switch are two devices of one node. */
  readonly node: string;
  /** Which part of its node it is, when it is not the node itself: `host`. */
  readonly phase?: string | undefined;
  /** Which part of its node it is, when that can fail alone: a frontend. */
  readonly part?: string | undefined;
  /** The kind's name, for the reader; nothing in the core decides by it. */
  readonly kind: string;
  /** Where the node is attached, for the reader: `vnet-hub/snet-nva`. */
  readonly where?: string | undefined;
  /** The place that the node is at, where the topology has places. */
  readonly place?: string | undefined;
  /** Ports that are no interfaces: within the machine, where nobody can capture. */
  readonly unseen?: ReadonlySet<string>;
}

/** A route as tables show it, in the words of the system that it belongs to. */
export interface RouteFact {
  readonly prefix: Prefix;
  /** Azure's next hop type, or `via`/`local`/`blackhole`… of a Linux table. */
  readonly nextHopType: string;
  readonly nextHop?: string | undefined;
  /** `User`, `VirtualNetworkGateway`, `Default`, or the Linux table that holds it. */
  readonly source: string;
  readonly interface?: string | undefined;
  readonly at?: Cite | undefined;
}

/** A route that could have been chosen, and why it was not. */
export interface Rejected {
  readonly route: RouteFact;
  readonly why: RejectedBecause;
}

/** Closed list, for renderers to word. */
export type RejectedBecause =
  | 'shorter-prefix'
  | 'user-route-wins'
  | 'gateway-route-wins'
  | 'system-route-protected'
  | 'propagation-disabled'
  | 'remote-gateway-unused'
  | 'gateway-transit-not-allowed'
  | 'peering-not-connected'
  | 'peering-access-denied'
  | 'none-route-removed'
  | 'higher-metric'
  | 'interface-down'
  | 'later-route'
  | 'other-tos';

/** A rule as its author wrote it. */
export interface RuleFact {
  /** Its name, or its position in the chain from 1. */
  readonly rule: string;
  /** The rule in its own language, one line. */
  readonly text?: string | undefined;
  readonly at?: Cite | undefined;
}

/** A rule that matched in every field but some. */
export interface NearMiss {
  readonly rule: RuleFact;
  /** The first field that did not match. */
  readonly failed: string;
  /** What the rule wants there, in its own language, and what the packet has. */
  readonly wanted: string;
  readonly had: string;
}

/** A policy rule that did not end the search for a route, and why. */
export interface PassedRuleFact {
  readonly rule: RuleFact;
  readonly why: PassedBecause;
}

/** Closed list, for renderers to word. */
export type PassedBecause = 'selector' | 'no-route' | 'throw' | 'suppressed' | 'nop' | 'goto';

export interface MemberFact {
  readonly name: string;
  readonly up: boolean;
  /** Why its probe fails; undefined while it is up. */
  readonly why?: string | undefined;
}

/** What connection tracking keeps of a flow beside its tuples. */
export interface EntryFact {
  /** Of TCP, as `SYN_SENT`. */
  readonly state: string | undefined;
  /** ICMP type of the request that opened it. */
  readonly request: Term | undefined;
  /** Seconds from this packet on, by the kernel's defaults. */
  readonly timeout: number;
  readonly isReplied: boolean;
  readonly isAssured: boolean;
  readonly mark: Term;
  /** 0 unless a CT rule says otherwise. */
  readonly zones: { readonly original: number; readonly reply: number };
  readonly helper: string | undefined;
}

/**
 * By what a bridge forwards: an entry of its table, learned or static; it or one of its ports has the MAC address; none of a
 * switch that learns nothing has it, so it is outside; it knows none, or there can be none, and the frame goes to all.
 */
export type BridgedHow = 'learned' | 'static' | 'own' | 'uplink' | 'flooded' | 'group';

/** A bridge took a frame in at one port and put it out at another. */
export interface Bridged {
  readonly type: 'bridged';
  readonly bridge: string;
  readonly in: string;
  readonly out: string;
  readonly how: BridgedHow;
  /** Of a flooded frame: all ports that it went out of. */
  readonly ports?: readonly string[] | undefined;
  readonly vlan?: number | undefined;
  readonly at?: Cite | undefined;
}

/** A packet went from one place to another, over a link that makes one segment of theirs. */
export interface Crossed {
  readonly type: 'crossed';
  readonly segment: string;
  readonly from: string;
  readonly to: string;
  readonly at: Cite;
}

/** A port is watched: what a switch takes in there (`ingress`) or puts out there (`egress`) goes elsewhere too. */
export interface Mirrored {
  readonly session: string;
  readonly port: string;
  readonly direction: 'ingress' | 'egress';
  /** The port of the switch that the copy leaves by, where it is sent to no address. */
  readonly out?: string;
  readonly at: Cite;
}

export type NatKind = 'dnat' | 'snat' | 'masquerade' | 'redirect' | 'netmap' | 'unnat';

export type Event =
  /** `port` is undefined when the device itself makes the packet. */
  | {
      readonly type: 'entered';
      readonly device: Place;
      readonly port: string | undefined;
      readonly packet: Packet;
    }
  | {
      readonly type: 'sent';
      readonly port: string;
      readonly packet: Packet;
      readonly nextHop?: Term | undefined;
      /** Octets of the largest packet that the link takes, its frame not counted; undefined where nobody says. */
      readonly mtu?: number | undefined;
    }
  /** A named stage was passed without a decision worth an event of its own. */
  | { readonly type: 'layer'; readonly layer: string; readonly phase: string }
  | {
      readonly type: 'matched';
      readonly table: string;
      readonly chain?: string;
      /** Undefined when no rule matched and the policy decided. */
      readonly rule: RuleFact | undefined;
      readonly action: string;
      readonly near?: () => readonly NearMiss[];
    }
  | {
      readonly type: 'routed';
      readonly table: string;
      readonly route: RouteFact | undefined;
      readonly rejected?: () => readonly Rejected[];
      /** The policy rule that decided, on a machine that has rules of its own. */
      readonly rule?: RuleFact | undefined;
      /** The rules before it. */
      readonly passed?: (() => readonly PassedRuleFact[]) | undefined;
      /** Of a multipath route: its next hops, of which `how` took that of `route`. */
      readonly nextHops?: readonly string[] | undefined;
      readonly how?: 'hash' | 'picked' | 'only' | undefined;
    }
  /** The packet is larger than what leaves by the port may be. */
  | {
      readonly type: 'mtu';
      readonly port: string;
      /** Octets. */
      readonly mtu: number;
      readonly did: 'refused' | 'fragmented';
      /** As it would leave. */
      readonly packet: Packet;
    }
  | {
      readonly type: 'rewrote';
      readonly kind: NatKind | 'ttl' | 'mark' | 'connmark' | 'dscp' | 'ecn' | 'mss';
      readonly field: string;
      readonly before: Term;
      readonly after: Term;
      readonly table?: string;
      readonly chain?: string;
      readonly rule?: RuleFact | undefined;
      readonly at?: Cite | undefined;
    }
  /** Headers put on, outermost first; `stands` is the customer address that the outer destination is the location of. */
  | {
      readonly type: 'pushed';
      readonly tunnel: string;
      /** The outermost header stays where it is. */
      readonly mode?: 'transport';
      readonly headers: readonly Header[];
      readonly octets: number;
      readonly stands?: Term;
      readonly at?: Cite | undefined;
    }
  | {
      readonly type: 'popped';
      readonly tunnel: string;
      readonly mode?: 'transport';
      readonly headers: readonly Header[];
      readonly at?: Cite | undefined;
    }
  | {
      readonly type: 'session';
      readonly did: 'opened' | 'matched' | 'missing';
      /** `conntrack`, `host-flow`, `load-balancer`, … */
      readonly table: string;
      readonly original: Flow;
      readonly reply: Flow | undefined;
      readonly pin?: string | undefined;
      /** Connection-tracking state, where the table has one. */
      readonly state?: string | undefined;
      readonly entry?: EntryFact | undefined;
    }
  /** An address was resolved to where it lives: a physical address, or a MAC. Without `to` nobody answered. */
  | {
      readonly type: 'resolved';
      readonly address: Term;
      readonly to: Term | undefined;
      readonly form: 'address' | 'mac';
      readonly owner: string | undefined;
      /** The physical server that the topology names. */
      readonly server?: string | undefined;
      /** The question and its answer, where neighbours were asked. */
      readonly walk?: Walk | undefined;
      readonly at?: Cite | undefined;
    }
  | Bridged
  | Crossed
  | {
      readonly type: 'chose';
      readonly frontend: string;
      readonly rule: RuleFact;
      readonly pool: string;
      readonly members: readonly MemberFact[];
      /** Names of the fields that the hash takes. */
      readonly hash: readonly string[];
      readonly picked: string;
      readonly how: 'hash' | 'picked' | 'only' | 'session';
    }
  /** A check would have dropped the packet here, and was overruled. */
  | {
      readonly type: 'blocked';
      readonly reason: Reason;
      readonly at?: Cite | undefined;
      readonly note?: string | undefined;
    }
  | { readonly type: 'assumed'; readonly code: AssumptionCode; readonly about?: string }
  | {
      readonly type: 'originated';
      readonly packet: Packet;
      readonly cause: string;
      /** The packet is a copy. */
      readonly mirrored?: Mirrored;
    }
  /** The last event. `step` facts that say why are in the events before it. */
  | {
      readonly type: 'ended';
      readonly verdict: Verdict;
      readonly packet: Packet;
      readonly note?: string | undefined;
    };
