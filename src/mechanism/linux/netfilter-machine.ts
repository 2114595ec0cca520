/** What netfilter asks of the kernel that it is part of: addresses, address types, and ICMP errors. */
import { familyOf, type Family } from '../../value/address.ts';
import { contains } from '../../value/prefix.ts';
import { range, single, type IntegerSet } from '../../value/integer-set.ts';
import { constant, type Term } from '../../value/term.ts';
import type { Ask } from '../../walk/ask.ts';
import { icmpError } from '../ttl.ts';
import type { AddressType, Machine } from '../netfilter/machine.ts';
import type { InterfaceAddress, Routing } from './routing.ts';
import type { Sysctl } from './sysctl.ts';

export interface NetfilterHost {
  readonly node: string;
  readonly interfaces: ReadonlyMap<string, readonly InterfaceAddress[]>;
  readonly routing: Routing;
  readonly sysctl: Sysctl;
}

const MULTICAST: Readonly<Record<Family, IntegerSet>> = {
  4: range(0xe0000000, 0xefffffff),
  6: range((1n << 128n) + (0xffn << 120n), (1n << 128n) + (1n << 128n) - 1n),
};

/** The kernel's side of netfilter's contract. */
export function netfilterMachine(host: NetfilterHost): Machine {
  const ofFamily = (port: string, family: Family): readonly InterfaceAddress[] =>
    (host.interfaces.get(port) ?? []).filter((one) => familyOf(one.address) === family);
  return {
    node: host.node,
    zone: `${host.node}/conntrack`,
    tcpLoose: host.sysctl.get('net.netfilter.nf_conntrack_tcp_loose') !== 0,
    masqueradeAddress: (out, nextHop, family, ask) => {
      const own = ofFamily(out, family);
      const near = own.find((one) =>
        ask.within(nextHop, range(one.network.first, one.network.last), undefined),
      );
      const any = [...host.interfaces.keys()].flatMap((port) =>
        port === 'lo' ? [] : ofFamily(port, family),
      );
      const chosen = near ?? own[0] ?? any[0];
      return chosen && constant(chosen.address);
    },
    redirectAddress: (port, family) => {
      const first = ofFamily(port, family)[0];
      return first && constant(first.address);
    },
    addressType: (address, family, on, ask) => addressType(host, address, family, on, ask),
    sendError: (error, about, quoted, source, io) => {
      const back = io.ask.lookup(
        quoted.src,
        { find: (value) => host.routing.lookup(constant(value), io.ask) },
        undefined,
      );
      const own = (host.interfaces.get(back?.dev ?? '') ?? [...host.interfaces.values()].flat()).map(
        (one) => one.address,
      );
      const made = icmpError(about, error.type, error.code, own, quoted, source);
      if (made) io.originate(made, 'filter-denied');
    },
  };
}

/** inet_dev_addr_type: the local table decides, then the ranges that are never unicast. */
function addressType(
  host: NetfilterHost,
  address: Term,
  family: Family,
  on: string | undefined,
  ask: Ask,
): AddressType {
  if (ask.within(address, MULTICAST[family], undefined)) return 'MULTICAST';
  if (family === 4 && ask.within(address, single(0xffffffff), undefined)) return 'BROADCAST';
  const ports = on === undefined ? [...host.interfaces.keys()] : [on];
  const networks = ports
    .flatMap((port) => host.interfaces.get(port) ?? [])
    .filter((one) => familyOf(one.address) === family);
  if (networks.some((one) => ask.within(address, single(one.address), undefined))) return 'LOCAL';
  if (on === undefined && host.routing.isLocal(address, ask)) return 'LOCAL';
  const isBroadcast =
    family === 4 &&
    networks.some(
      (one) =>
        one.network.length < 31 &&
        contains(one.network, one.address) &&
        ask.within(address, single(one.network.last), undefined),
    );
  return isBroadcast ? 'BROADCAST' : 'UNICAST';
}
