/** What stateful devices remember of a flow, as the kernel keeps it: the original tuple and the reply tuple. */
import { wordsOf, type Value } from '../value/address.ts';
import { valueOf, type Term } from '../value/term.ts';
import type { Flow } from '../packet/flow.ts';

export interface Session {
  readonly original: Flow;
  /** The tuple of the answer as this device will receive it. Un-NAT is finding the session whose reply is this packet. */
  readonly reply: Flow;
  /** What the device decided for the flow: the chosen backend, the ingress port, a tunnel. */
  readonly pin?: string;
  /** Protocol state that the device itself defines, such as TCP tracking. Immutable. */
  readonly state?: unknown;
  /** The zone in which the reply is found, where that is another. */
  readonly replyZone?: string;
}

export interface Found {
  readonly session: Session;
  readonly direction: 'original' | 'reply';
}

/** The sessions of all devices. Each device instance has its own zone, so no device finds another's state. */
export interface Sessions {
  /** The session that has this tuple: as the one or the other where `direction` says so. */
  find(zone: string, flow: Flow, direction?: Found['direction']): Found | undefined;
  /** Remembers a session if the packet survives this device; replaces the session `instead` when one is given. */
  stage(zone: string, session: Session, instead?: Session): void;
  /** Forgets a session if the packet survives this device. */
  forget(zone: string, session: Session): void;
  /** At once, whatever becomes of the packet: remembers `session`, if one is given, in place of `instead`. */
  replace(zone: string, instead: Session | undefined, session: Session | undefined): void;
  /** At once: what the device learned of an address, in a table of its own. */
  learn(table: string, address: Term, learned: Learned): void;
  recall(table: string, address: Term): Learned | undefined;
  /** At once: the next number of a counter, from 0. */
  count(counter: string): number;
}

/** What a device learned of a MAC address or of a neighbour: the port that it is behind, the MAC address that it has. */
export interface Learned {
  readonly port?: string;
  readonly mac?: Term;
  /** The tunnel's end that it is behind. */
  readonly end?: Term;
}

interface Entry extends Found {
  readonly flow: Flow;
}

/** A store for walks of one packet: hashed, so that a million sessions cost no more than one. */
export class SessionStore implements Sessions {
  readonly #zones = new Map<string, Map<number, Entry[]>>();
  readonly #staged: (() => void)[] = [];
  readonly #learned = new Map<string, Map<Value, Learned>>();
  readonly #counters = new Map<string, number>();
  /** Grows whenever a commit changed something; part of what "the same state" means to loop detection. */
  version = 0;

  find(zone: string, flow: Flow, direction?: Found['direction']): Found | undefined {
    return this.#zones
      .get(zone)
      ?.get(hash(flow))
      ?.find(
        (entry) => (direction === undefined || entry.direction === direction) && sameFlow(entry.flow, flow),
      );
  }

  stage(zone: string, session: Session, instead?: Session): void {
    this.#staged.push(() => this.#replace(zone, instead, session));
  }

  replace(zone: string, instead: Session | undefined, session: Session | undefined): void {
    this.version++;
    this.#replace(zone, instead, session);
  }

  forget(zone: string, session: Session): void {
    this.#staged.push(() => this.#remove(zone, session));
  }

  /** The packet survived its device: what was staged becomes state. */
  commit(): void {
    if (this.#staged.length === 0) return;
    this.version++;
    for (const apply of this.#staged) apply();
    this.#staged.length = 0;
  }

  /** The packet did not survive: nothing was remembered. */
  discard(): void {
    this.#staged.length = 0;
  }

  learn(table: string, address: Term, learned: Learned): void {
    const entries = this.#learned.get(table) ?? new Map<Value, Learned>();
    this.#learned.set(table, entries);
    entries.set(valueOf(address), learned);
  }

  /** What was learned of addresses is forgotten; sessions are not. */
  unlearn(): void {
    this.#learned.clear();
  }

  recall(table: string, address: Term): Learned | undefined {
    return this.#learned.get(table)?.get(valueOf(address));
  }

  count(counter: string): number {
    const next = this.#counters.get(counter) ?? 0;
    this.#counters.set(counter, next + 1);
    return next;
  }

  #replace(zone: string, instead: Session | undefined, session: Session | undefined): void {
    if (instead) this.#remove(zone, instead);
    if (!session) return;
    this.#add(zone, { session, direction: 'original', flow: session.original });
    this.#add(session.replyZone ?? zone, { session, direction: 'reply', flow: session.reply });
  }

  #add(zone: string, entry: Entry): void {
    const entries = this.#zones.get(zone) ?? new Map<number, Entry[]>();
    this.#zones.set(zone, entries);
    const key = hash(entry.flow);
    const bucket = entries.get(key);
    if (bucket) bucket.push(entry);
    else entries.set(key, [entry]);
  }

  #remove(zone: string, session: Session): void {
    for (const [flow, where] of [
      [session.original, zone],
      [session.reply, session.replyZone ?? zone],
    ] as const) {
      const entries = this.#zones.get(where);
      const key = hash(flow);
      const rest = entries?.get(key)?.filter((entry) => entry.session !== session) ?? [];
      if (rest.length > 0) entries?.set(key, rest);
      else entries?.delete(key);
    }
  }
}

const sameFlow = (a: Flow, b: Flow): boolean =>
  a.src === b.src && a.dst === b.dst && a.sport === b.sport && a.dport === b.dport && a.proto === b.proto;

/** 32 bits of a term's value; a big integer is folded. */
function low(term: Term): number {
  const value = valueOf(term);
  return typeof value === 'number' ? value | 0 : wordsOf(value).reduce((sum, word) => sum ^ word);
}

const PRIME = 0x01000193;

/** Fowler-Noll-Vo over the five fields, a word at a time. */
function hash({ src, dst, sport, dport, proto }: Flow): number {
  const ends = Math.imul(Math.imul(low(src), PRIME) ^ low(dst), PRIME);
  const ports = Math.imul(Math.imul(ends ^ low(sport), PRIME) ^ low(dport), PRIME);
  return Math.imul(ports ^ low(proto), PRIME);
}
