/** Multicast groups that a machine is in without anybody asking for it. */
import { familyOf, parseAddress, WHOLE, type Address, type Family } from '../../value/address.ts';
import { prefixOf } from '../../value/prefix.ts';
import { setOf, type IntegerSet } from '../../value/integer-set.ts';
import { constant, type Term } from '../../value/term.ts';
import { groupMac } from '../../packet/ethernet.ts';
import type { Ask } from '../../walk/ask.ts';
import type { LinuxMachine } from './machine.ts';

export const MULTICAST: Readonly<Record<Family, IntegerSet>> = {
  4: setOf([prefixOf(0xe0000000, 4)]),
  6: setOf([prefixOf(WHOLE[6][1], 8)]),
};

const addresses = (...texts: readonly string[]): readonly Address[] =>
  texts.map((text) => parseAddress(text)!);

/** All systems on this link: RFC 1112 section 4, RFC 4291 section 2.7.1. */
const ALL_NODES: Readonly<Record<Family, readonly Address[]>> = {
  4: addresses('224.0.0.1'),
  6: addresses('ff01::1', 'ff02::1'),
};
const ALL_ROUTERS = addresses('ff01::2', 'ff02::2', 'ff05::2');
const SOLICITED = parseAddress('ff02::1:ff00:0') as bigint;

/** The group by which neighbours ask for an address: RFC 4291 section 2.7.1. */
export const solicitedGroup = (address: Address): Address => SOLICITED + (BigInt(address) & 0xffffffn);

/** The MAC address of the frames of a multicast group; undefined of an address that is none. */
export function frameOfGroup(family: Family, address: Term, ask: Ask): Term | undefined {
  if (!ask.within(address, MULTICAST[family], undefined)) return undefined;
  return ask.lookup(address, { find: (group) => constant(groupMac(group)) }, undefined);
}

/** The groups by the interface: all nodes, for a router all routers, and those by which neighbours ask for its addresses. */
export function groupsOf({ interfaces, sysctl }: LinuxMachine, port: string, family: Family): IntegerSet {
  const groups = [...ALL_NODES[family]];
  if (family === 6) {
    if (sysctl.forwards(6, port)) groups.push(...ALL_ROUTERS);
    for (const { address } of interfaces.get(port) ?? [])
      if (familyOf(address) === 6) groups.push(solicitedGroup(address));
  }
  return setOf(groups.map((group) => ({ first: group, last: group })));
}
