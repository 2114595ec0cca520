/** ICMP as tcpdump 4.99 prints it: print-icmp.c, print-icmp6.c. */
import type { LayerFact } from '../report/report.ts';
import { fieldText, quotedFlow } from './flow.ts';

/** The model sends each ping once: its sequence number is the first unless one was given. */
const echo = (layer: LayerFact): string =>
  `id ${fieldText(layer, 'id') ?? 0}, seq ${fieldText(layer, 'seq') ?? 1}`;

export function icmpText(layer: LayerFact): string {
  const type = Number(layer['type']);
  const code = Number(layer['code']);
  switch (type) {
    case 0:
      return `echo reply, ${echo(layer)}`;
    case 8:
      return `echo request, ${echo(layer)}`;
    case 13:
      return `time stamp query id ${fieldText(layer, 'id') ?? 0} seq ${fieldText(layer, 'seq') ?? 0}`;
    case 3:
      return unreachableText(layer, code);
    case 11:
      return code === 0 ? 'time exceeded in-transit' : 'ip reassembly time exceeded';
    default:
      return `type-#${type}`;
  }
}

/** tcpdump says nothing of an MTU of 0. */
function mtuText(layer: LayerFact): string {
  const mtu = fieldText(layer, 'mtu') ?? '0';
  return mtu === '0' ? '' : ` (mtu ${mtu})`;
}

function unreachableText(layer: LayerFact, code: number): string {
  const about = quotedFlow(layer);
  const dst = about?.dst ?? '?';
  switch (code) {
    case 0:
      return `net ${dst} unreachable`;
    case 1:
      return `host ${dst} unreachable`;
    case 2:
      return `${dst} protocol ${about?.proto ?? '?'} unreachable`;
    case 3:
      return about?.dport === undefined
        ? `${dst} protocol ${about?.proto ?? 0} port 0 unreachable`
        : `${dst} ${about.proto} port ${about.dport} unreachable`;
    case 4:
      return `${dst} unreachable - need to frag${mtuText(layer)}`;
    case 9:
      return `net ${dst} unreachable - admin prohibited`;
    case 10:
      return `host ${dst} unreachable - admin prohibited`;
    case 13:
      return `host ${dst} unreachable - admin prohibited filter`;
    default:
      return `${dst} unreachable - #${code}`;
  }
}

export function icmpv6Text(layer: LayerFact): string {
  const code = Number(layer['code']);
  const about = quotedFlow(layer);
  const dst = about?.dst ?? '?';
  switch (Number(layer['type'])) {
    case 1:
      return `destination unreachable, ${unreachable6Text(code, dst, about)}`;
    case 2:
      return `packet too big, mtu ${fieldText(layer, 'mtu') ?? 0}`;
    case 3:
      return `time exceeded in-transit for ${dst}`;
    case 128:
      return `echo request, ${echo(layer)}`;
    case 129:
      return `echo reply, ${echo(layer)}`;
    case 135:
      return `neighbor solicitation, who has ${fieldText(layer, 'target') ?? ''}`;
    case 136:
      return `neighbor advertisement, tgt is ${fieldText(layer, 'target') ?? ''}`;
    default:
      return `type-#${fieldText(layer, 'type') ?? ''}`;
  }
}

function unreachable6Text(code: number, dst: string, about: ReturnType<typeof quotedFlow>): string {
  switch (code) {
    case 0:
      return `unreachable route ${dst}`;
    case 1:
      return ` unreachable prohibited ${dst}`;
    case 3:
      return `unreachable address ${dst}`;
    case 4:
      return `unreachable port, ${dst} ${about?.proto ?? '?'} port ${about?.dport ?? '?'}`;
    default:
      return `unknown unreach code (${code})`;
  }
}
