/**
 * The new tuple that a translation gives to a flow (net/netfilter/nf_nat_core.c, get_unique_tuple): the address from the
 * range, and a port such that no other flow has the same reply tuple.
 */
import { range } from '../../value/integer-set.ts';
import { constant, type Term } from '../../value/term.ts';
import type { Flow } from '../../packet/flow.ts';
import type { Ask } from '../../walk/ask.ts';
import { chosenAddress } from './address-choice.ts';
import { shifted } from '../../value/bits.ts';
import type { Manip } from './hook.ts';
import type { Translation } from './ruleset.ts';
import type { Source } from './source-map.ts';
import type { Form } from './tuple.ts';

export interface Wish {
  readonly manip: Manip;
  /** Undefined keeps the address. */
  readonly addresses: AddressRange | undefined;
  readonly ports: Translation['ports'];
  readonly random: boolean;
  readonly persistent: boolean;
}

type AddressRange = { readonly one: Term } | Exclude<Translation['addresses'], undefined>;

/** The null binding: keep everything that can be kept. */
export const nothing = (manip: Manip): Wish => ({
  manip,
  addresses: undefined,
  ports: undefined,
  random: false,
  persistent: false,
});

/** What the flows that exist already leave over. */
export interface Others {
  /** The conntrack zone of the flow, in either direction; 0 is the usual one. */
  readonly zone: number;
  /** Whether another flow has the reply of this tuple. */
  isUsed(flow: Flow): boolean;
  /** Whether that is this very flow as the other side began it, with nothing translated. */
  isMirrored(flow: Flow): boolean;
  /** The translated source that another flow from the same source has. */
  sourceOf(flow: Flow): Source | undefined;
}

export function bound(flow: Flow, form: Form, wish: Wish, others: Others, ask: Ask): Flow {
  const settled =
    wish.manip === 'src' && !wish.random ? settledSource(flow, form, wish, others, ask) : undefined;
  if (settled) return settled;
  const placed = { ...flow, [wish.manip]: addressFor(flow, wish, others) };
  const port = portField(form, wish.manip);
  if (port === undefined) return placed;
  if (!wish.random && keepsPort(placed, port, wish, others, ask)) return placed;
  let tuple = placed;
  for (const candidate of candidates(placed, port, form, wish, ask)) {
    tuple = { ...placed, [port]: candidate };
    if (!others.isUsed(tuple)) break;
  }
  // The last that was tried, even if it is another's: the flow will not be confirmed then.
  return tuple;
}

/** The source that needs no choice: its own if the rule allows it, else the one that its other flows have. */
function settledSource(flow: Flow, form: Form, wish: Wish, others: Others, ask: Ask): Flow | undefined {
  if (isInside(flow, form, wish, ask)) {
    // nf_nat_used_tuple_new, since 6.12: another port would not help, so the flow is left to fail when it is confirmed.
    return !others.isUsed(flow) || others.isMirrored(flow) ? flow : undefined;
  }
  const known = others.sourceOf(flow);
  if (!known) return undefined;
  const tuple = { ...flow, src: known.src, sport: known.sport };
  return isInside(tuple, form, wish, ask) && !others.isUsed(tuple) ? tuple : undefined;
}

/** Which port of the tuple may change; a ping has only its identifier, on the client's side. */
const portField = (form: Form, manip: Manip): 'sport' | 'dport' | undefined =>
  form === 'bare' ? undefined : form === 'icmp' || manip === 'src' ? 'sport' : 'dport';

const addressFor = (flow: Flow, { addresses, manip, persistent }: Wish, { zone }: Others): Term => {
  if (addresses === undefined) return flow[manip];
  if ('one' in addresses) return addresses.one;
  return addresses.first === addresses.last
    ? constant(addresses.first)
    : chosenAddress(addresses, manip, flow, persistent ? undefined : zone);
};

/** nf_in_range: the source is what the translation would make of it. */
function isInside(flow: Flow, form: Form, { addresses, ports }: Wish, ask: Ask): boolean {
  if (addresses && 'one' in addresses && !ask.same(flow.src, addresses.one, undefined)) return false;
  if (
    addresses &&
    'first' in addresses &&
    !ask.within(flow.src, range(addresses.first, addresses.last), undefined)
  ) {
    return false;
  }
  return (
    ports === undefined ||
    form === 'bare' ||
    ask.within(flow.sport, range(ports.first, ports.last), undefined)
  );
}

function keepsPort(flow: Flow, port: 'sport' | 'dport', { ports }: Wish, others: Others, ask: Ask): boolean {
  if (ports === undefined) return !others.isUsed(flow);
  if (ports.base !== undefined || !ask.within(flow[port], range(ports.first, ports.last), undefined))
    return false;
  return ports.first === ports.last || !others.isUsed(flow);
}

/**
 * Ports in the order they are tried (nf_nat_l4proto_unique_tuple). The kernel begins a source port's search at random;
 * nettrace begins at the first of the range, so that every run answers alike.
 */
function* candidates(flow: Flow, port: 'sport' | 'dport', form: Form, wish: Wish, ask: Ask): Generator<Term> {
  const { ports, manip } = wish;
  if (ports?.base !== undefined) {
    const size = ports.last - ports.first + 1;
    for (let i = 0; i < size; i++) yield shifted(flow[port], ports.base - i, ports.first, size);
    return;
  }
  if (ports === undefined && manip === 'dst' && form !== 'icmp') return;
  const [first, last] = ports
    ? [ports.first, ports.last]
    : form === 'icmp'
      ? [0, 0xffff]
      : sourceClass(flow.sport, ask);
  for (let candidate = first; candidate <= last; candidate++) yield constant(candidate);
}

/** A source port stays among its like: below 512, below 1024, or above. */
function sourceClass(port: Term, ask: Ask): readonly [number, number] {
  if (ask.within(port, range(0, 511), undefined)) return [1, 511];
  return ask.within(port, range(512, 1023), undefined) ? [600, 1023] : [1024, 0xffff];
}

/** Whether two terms of a tuple are the same; identity answers first, so that the untouched costs nothing. */
export const isSame = (a: Term, b: Term, ask: Ask): boolean => a === b || ask.same(a, b, undefined);

/** The one address of a range that is none. */
export const only = (address: Term): AddressRange => ({ one: address });
