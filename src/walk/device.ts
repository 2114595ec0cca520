/** The contract between a device and the walk. */
import type { Packet } from '../packet/packet.ts';
import type { Family } from '../value/address.ts';
import type { Term } from '../value/term.ts';
import type { Ask, Table } from './ask.ts';
import type { Cite } from './cite.ts';
import type { Bridged, Event, Mirrored, Place } from './event.ts';
import type { Reason } from './reason.ts';
import type { Sessions } from './session.ts';

/** What a device may use while it holds a packet. */
export interface Io {
  readonly ask: Ask;
  readonly sessions: Sessions;
  note(event: Event): void;
  /** Hands over a packet that is made because of this one: it is walked after this walk. */
  originate(packet: Packet, cause: string, made?: Made): void;
}

export interface Made {
  /** Who sends it, if not the device itself. */
  readonly by?: Device;
  /** It is a copy. */
  readonly mirrored?: Mirrored;
}

export type Action =
  /** Out of a port; on a shared segment `nextHop` is the neighbour, else the packet's own destination decides. */
  | {
      readonly do: 'send';
      readonly port: string;
      readonly packet: Packet;
      readonly nextHop?: Term;
      /** Octets of the largest packet that the device puts on the link; it cuts what is larger, and the frame does not count. */
      readonly mtu?: number | undefined;
      /** The MAC address that a frame is for, where no neighbour is asked for it: that of a group or of everyone. */
      readonly groupMac?: Term | undefined;
      /** What the device does when nobody there answers for the next hop. */
      readonly unresolved?: () => void;
    }
  /** Out of several ports at once. The first copy that is delivered is the walk. */
  | {
      readonly do: 'flood';
      readonly copies: readonly Copy[];
      /** Undefined where no bridge is the cause. */
      readonly bridged?: Omit<Bridged, 'type' | 'out' | 'ports'>;
    }
  /** A packet for many, such as a broadcast, is answered by nobody that the walk could follow. */
  | { readonly do: 'deliver'; readonly packet: Packet; readonly isForMany?: true }
  /** What the device staged of the packet is forgotten, unless it says that it `remembers`. */
  | {
      readonly do: 'drop';
      readonly reason: Reason;
      readonly at?: Cite | undefined;
      readonly note?: string;
      readonly remembers?: true;
      /** As it was by then, if the device had changed it. */
      readonly packet?: Packet;
    }
  | { readonly do: 'leave'; readonly towards: string; readonly packet: Packet }
  | { readonly do: 'unknown'; readonly missing: string; readonly at?: Cite | undefined };

export interface Copy {
  readonly port: string;
  readonly packet: Packet;
  /** What happened to this copy alone. */
  readonly events?: readonly Event[];
}

/** A packet that a device makes, and how it sends it. */
export interface Question {
  readonly packet: Packet;
  send(io: Io): Action;
}

/** A neighbour's MAC address, and where the topology states it. */
export interface Known {
  readonly mac: Term;
  readonly at?: Cite | undefined;
}

/** The MAC addresses of a device's neighbours: what its table has, and how it asks for what is not there. */
export interface Neighbours {
  known(port: string, address: Term, io: Io): Known | undefined;
  /** `packet` is what waits for the answer. The answer is delivered to the device, which then knows the address. */
  question(port: string, address: Term, packet: Packet, io: Io): Question;
}

export interface Device extends Place {
  /** The TTL of packets that it makes; 64 where the device does not say. */
  ttl?(family: Family): number;
  /** Octets of the largest TCP segment that it says to take, in a SYN that it sends; undefined says nothing. */
  mss?(packet: Packet, ask: Ask): number | undefined;
  /** Whether it answers a neighbour that asks at this port for this address (ARP, neighbour discovery). */
  answers?(port: string, address: Term, ask: Ask): boolean;
  /** Of a device that sends frames. */
  readonly neighbours?: Neighbours;
  /** A packet arrives at a port. */
  receive(port: string, packet: Packet, io: Io): Action;
  /** The device itself sends a packet; undefined on devices that never do. */
  originate?(packet: Packet, io: Io): Action;
}

export interface Endpoint {
  readonly device: Device;
  readonly port: string;
}

/** What a port is plugged into: a cable, a shared segment, the fabric, the Internet. */
export interface Link {
  /** Octets of the largest packet that gets through, the frame not counted. What is larger is lost, and nobody is told. */
  readonly mtu?: number | undefined;
  /** Where that is stated. */
  readonly at?: Cite | undefined;
  /** Packets travel in Ethernet frames here, and this is the MAC address of who sends them into this link. */
  readonly framed?: { readonly mac: Term };
  /** Where a packet that is sent here arrives, or how it ends. */
  carry(packet: Packet, nextHop: Term | undefined, ask: Ask): Carried;
}

/**
 * `mac` is what the next hop was resolved to, on a link where neighbours are asked for, and `owner` who has it, who need not
 * be the first to get the packet; an answer to what left comes back where hosts are presumed.
 */
export type Carried =
  | { readonly to: Endpoint; readonly mac?: Term; readonly owner?: string }
  /** Everyone there gets a copy, of which one is the walk; `left` is where it goes if it is nobody's and others may be there. */
  | { readonly among: readonly Endpoint[]; readonly left?: string | undefined }
  | { readonly reason: Reason }
  | { readonly left: string; readonly isAnswered?: true };

/** Failed as a whole or at a port, or taken out of service; or what the port is plugged into has failed. */
export type Outage = 'node' | 'port' | 'deallocated' | { readonly link: string };

/** Devices and what joins them. */
export interface Network {
  link(device: Device, port: string): Link | undefined;
  /** What is down, if the node or this port of it is. */
  outage(node: string, port?: string): Outage | undefined;
  /** Who has this MAC address, as `node/port`; for the reader. */
  readonly stations: Table<string>;
}
