/** nettrace's sessions, which can be told the port that the kernel drew at random where nettrace took another. */
import { constant, valueOf } from '../../src/value/term.ts';
import type { Flow } from '../../src/packet/flow.ts';
import { SessionStore, type Session } from '../../src/walk/session.ts';

/** In the flows that the last walk opened, `drawn` stands where `chosen` stood in this field of the packet. */
export interface PortTaken {
  readonly field: 'sport' | 'dport' | 'id';
  readonly chosen: number;
  readonly drawn: number;
}

/** The packet's field as a flow's answer has it. */
const ANSWERED = { sport: ['dport'], dport: ['sport'], id: ['sport', 'dport'] } as const;

export class ModelState extends SessionStore {
  #opened: { readonly zone: string; readonly session: Session }[] = [];

  /** What is opened from here on belongs to the next walk. */
  begin(): void {
    this.#opened = [];
  }

  override stage(zone: string, session: Session, instead?: Session): void {
    if (instead) this.#drop(instead);
    this.#opened.push({ zone, session });
    super.stage(zone, session, instead);
  }

  override replace(zone: string, instead: Session | undefined, session: Session | undefined): void {
    if (instead) this.#drop(instead);
    if (session) this.#opened.push({ zone, session });
    super.replace(zone, instead, session);
  }

  override forget(zone: string, session: Session): void {
    this.#drop(session);
    super.forget(zone, session);
  }

  #drop(session: Session): void {
    this.#opened = this.#opened.filter((one) => one.session !== session);
  }

  adopt({ field, chosen, drawn }: PortTaken): void {
    const corrected = (flow: Flow, fields: readonly ('sport' | 'dport')[]): Flow =>
      fields.reduce(
        (one, at) => (valueOf(one[at]) === chosen ? { ...one, [at]: constant(drawn) } : one),
        flow,
      );
    for (const { zone, session } of this.#opened) {
      // What a client's earlier flows were translated to is kept as a source, not as an answer.
      const fields = zone.endsWith('/sources') ? (['sport'] as const) : ANSWERED[field];
      this.stage(zone, { ...session, reply: corrected(session.reply, fields) }, session);
    }
    this.commit();
  }
}
