/** Rows of what happens on links: neighbours are asked for, frames are bridged and mirrored. */
import type { Step } from '../report/report.ts';
import { fieldText } from './flow.ts';
import { headerName, listText } from './words.ts';

type StepOf<T extends Step['type']> = Extract<Step, { readonly type: T }>;

export const resolveText = (step: StepOf<'resolve'>): string =>
  step.to === null
    ? `${step.address}: nobody answers`
    : `${step.address} is at ${step.to} (${onServer(step.owner ?? 'as stated', step)})`;

/** `sw1: veth0 > tun0, learned`, `sw1: veth0 > tun0, flooded: tun0 and veth2`. */
export function bridgeText({ bridge, in: arrived, out, how, ports = [], vlan }: StepOf<'bridge'>): string {
  const others = ports.length > 1 ? `: ${listText(ports)}` : '';
  const inVlan = vlan === undefined ? '' : ` in VLAN ${vlan}`;
  return `${bridge}: ${arrived} > ${out}${inVlan}, ${HOW[how]}${others}`;
}

/** `segment web from dc1 to dc2`. */
export const crossText = ({ segment, from, to }: StepOf<'cross'>): string =>
  `segment ${segment} from ${from} to ${to}`;

/** `console: ingress of port 10, to 10.2.1.110 by ERSPAN type II session 1`, `m0: egress of port veth0, out of tun0`. */
export function mirrorText({ session, port, direction, out, packet }: StepOf<'mirror'>): string {
  if (out !== undefined) return `${session}: ${direction} of port ${port}, out of ${out}`;
  const [outer] = packet.layers;
  const erspan = packet.layers.find(({ proto }) => proto.startsWith('erspan'));
  const to = fieldText(outer, 'dst') ?? '';
  const id = fieldText(erspan, 'session');
  const by = `${headerName(erspan?.proto ?? '')}${id === undefined ? '' : ` session ${id}`}`;
  return `${session}: ${direction} of port ${port}, to ${to} by ${by}`;
}

const HOW: Readonly<Record<StepOf<'bridge'>['how'], string>> = {
  learned: 'learned',
  static: 'static entry',
  own: 'its own address',
  uplink: 'as no port has it',
  flooded: 'flooded',
  group: 'to all',
};

export const onServer = (owner: string, { server }: StepOf<'resolve'>): string =>
  server === undefined ? owner : `${owner} on ${server}`;
