/** Whether a machine answers a neighbour who asks for an address: arp_process, ndisc_recv_ns. */
import { LOOPBACK, WHOLE } from '../../value/address.ts';
import { range, single } from '../../value/integer-set.ts';
import { prefixOf } from '../../value/prefix.ts';
import { ZERO, type Term } from '../../value/term.ts';
import type { Ask } from '../../walk/ask.ts';
import { UNBOUND } from './lookup.ts';
import type { LinuxMachine } from './machine.ts';

export const V4 = range(...WHOLE[4]);
const { first, last } = prefixOf(LOOPBACK[4], 8);
const LOOPBACKS = range(first, last);
/** `arp_ignore` that answers nobody. */
const SILENT = 8;

/**
 * IPv6 answers for the interface's own addresses; IPv4 for every local one whatever interface has it, unless `arp_ignore`
 * says otherwise, and with `proxy_arp` for what it would forward elsewhere.
 */
export function answers(machine: LinuxMachine, port: string, address: Term, ask: Ask): boolean {
  const { interfaces, sysctl, routing } = machine;
  const own = interfaces.get(port) ?? [];
  const isOwn = own.some((one) => ask.within(address, single(one.address), undefined));
  if (!ask.within(address, V4, undefined)) return isOwn;
  const ignore = Math.max(
    sysctl.get('net.ipv4.conf.all.arp_ignore'),
    sysctl.get(`net.ipv4.conf.${port}.arp_ignore`),
  );
  if (isOwn) return ignore !== SILENT;
  if (ask.within(address, LOOPBACKS, undefined) && !sysctl.either('route_localnet', port)) return false;
  if (routing.isLocal(address, ask)) return ignore === 0;
  return (
    sysctl.either('proxy_arp', port) && sysctl.forwards(4, port) && isElsewhere(machine, port, address, ask)
  );
}

/** arp_fwd_proxy: the route to the address leads out of another interface. */
function isElsewhere({ routing }: LinuxMachine, port: string, address: Term, ask: Ask): boolean {
  const flow = { proto: ZERO, src: UNBOUND[4], dst: address, sport: ZERO, dport: ZERO };
  const { route } = routing.lookup({ family: 4, dst: address, flow, dscp: ZERO, iif: port, mark: ZERO }, ask);
  return route?.type === 'unicast' && route.dev !== undefined && route.dev !== port;
}
