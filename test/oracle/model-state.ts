/** nettrace's sessions, which can be told the port that the kernel drew at random where nettrace took another. */
import { constant, valueOf, type Term } from '../../src/value/term.ts';
import type { Flow } from '../../src/packet/flow.ts';
import { SessionStore, type Session } from '../../src/walk/session.ts';

/** In the flows that the last walk opened, `drawn` stands where `chosen` stood. */
export interface PortTaken {
  readonly chosen: number;
  readonly drawn: number;
}

export class ModelState extends SessionStore {
  #opened: { readonly zone: string; readonly session: Session }[] = [];

  /** What is opened from here on belongs to the next walk. */
  begin(): void {
    this.#opened = [];
  }

  override stage(zone: string, session: Session, instead?: Session): void {
    if (instead) this.#opened = this.#opened.filter((one) => one.session !== instead);
    this.#opened.push({ zone, session });
    super.stage(zone, session, instead);
  }

  adopt({ chosen, drawn }: PortTaken): void {
    const settled = (port: Term): Term => (valueOf(port) === chosen ? constant(drawn) : port);
    const corrected = (flow: Flow): Flow => ({
      ...flow,
      sport: settled(flow.sport),
      dport: settled(flow.dport),
    });
    for (const { zone, session } of this.#opened) {
      // The tuple that came in was nobody's choice: only the answer's is.
      this.stage(zone, { ...session, reply: corrected(session.reply) }, session);
    }
    this.commit();
  }
}
