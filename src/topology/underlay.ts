/** Where everything lives in the underlay: physical addresses, and the endpoints behind them. */
import type { Address } from '../value/address.ts';

/** 100.64.0.0/10 (RFC 6598), from which addresses are assigned that a topology does not state. */
const FIRST = 0x64400000;

/**
 * Gives hosts, load balancer frontends and gateways their physical addresses: those stated, and for the others
 * 100.64.0.4, .5, … in file order, so that two runs print the same.
 */
export class Underlay {
  readonly #stated: ReadonlyMap<string, Address>;
  readonly #taken: ReadonlySet<Address>;
  readonly #assigned = new Map<string, Address>();
  #next = FIRST + 4;

  constructor(stated: ReadonlyMap<string, Address>) {
    this.#stated = stated;
    this.#taken = new Set(stated.values());
  }

  /** The physical address of a host or service, assigned when it is first named. */
  assign(name: string): Address {
    const known = this.#stated.get(name) ?? this.#assigned.get(name);
    if (known !== undefined) return known;
    while (this.#taken.has(this.#next)) this.#next++;
    this.#assigned.set(name, this.#next);
    return this.#next++;
  }
}
