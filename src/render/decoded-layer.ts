/** One layer of a captured packet on a line: what a walk shows of it, and what else matters on a wire. */
import type { DecodedField, DecodedLayer, OptionFact } from '../report/decode.ts';
import type { LayerFact } from '../report/report.ts';
import { fieldText, layerText } from './flow.ts';

/** Fields that are shown of a header, of those that a walk does not draw itself. */
const MAIN: Readonly<Record<string, readonly string[]>> = {
  vlan: ['vid', 'pcp'],
  'hop-by-hop': [],
  'destination-options': [],
  routing: ['type', 'segments'],
  fragment: ['offset', 'mf', 'id'],
  vxlan: ['vni'],
  geneve: ['vni'],
  gre: ['key', 'seq'],
  nvgre: ['vsid', 'flow'],
  erspan1: [],
  erspan2: ['session', 'index'],
  erspan3: ['session', 'timestamp'],
  lisp: ['instance'],
  sll: ['packetType', 'address'],
  sll2: ['interface', 'packetType', 'address'],
  null: ['family'],
  opaque: ['protocol'],
};

/** Fields that are shown where they are not 0. */
const RARE: Readonly<Record<string, readonly string[]>> = {
  vlan: ['dei'],
  ipv4: ['id', 'mf', 'offset'],
  ipv6: ['label'],
  tcp: ['urgent'],
  geneve: ['control'],
  gre: ['reserved', 'reserved2'],
  vxlan: ['flags', 'reserved', 'reserved2'],
  erspan2: ['vlan', 'cos', 'encap', 'truncated'],
  erspan3: ['vlan', 'cos', 'bso', 'truncated', 'sgt', 'hardware', 'egress', 'granularity', 'platform'],
  icmp: ['seq', 'mtu', 'pointer', 'gateway'],
  icmpv6: ['seq', 'mtu', 'pointer', 'target', 'router', 'solicited', 'override'],
  lisp: ['flags', 'nonce', 'locators'],
};

export function decodedLayerText(layer: DecodedLayer): string {
  const { proto } = layer;
  return [
    mainText(layer),
    ...(RARE[proto] ?? []).flatMap((field) => (isSaid(layer[field]) ? fieldOf(layer, field) : [])),
    ...(proto === 'tcp' ? ['seq', 'ack', 'window'].flatMap((field) => fieldOf(layer, field)) : []),
    ...optionsText(layer),
    ...(typeof layer['suite'] === 'string' ? [layer['suite']] : []),
    ...('checksumState' in layer && layer['checksumState'] !== 'good'
      ? [`checksum ${fieldText(layer as LayerFact, 'checksumState') ?? ''}`]
      : []),
    ...(typeof layer['trailer'] === 'string' ? [`trailer ${layer['trailer'].length / 2} bytes`] : []),
  ].join(' ');
}

function mainText(layer: DecodedLayer): string {
  const { proto } = layer;
  const head = proto.padEnd(8);
  if (proto === 'arp') return `${head} ${arpText(layer)}`;
  const fields = MAIN[proto];
  if (!fields) return layerText(layer as LayerFact);
  return [head, ...fields.flatMap((field) => fieldOf(layer, field))].join(' ').trimEnd();
}

function arpText(layer: DecodedLayer): string {
  const text = (field: string): string => fieldText(layer as LayerFact, field) ?? '?';
  switch (layer['operation']) {
    case 1:
      return `who has ${text('target')}? tell ${text('sender')} at ${text('senderMac')}`;
    case 2:
      return `${text('sender')} is at ${text('senderMac')}, to ${text('target')} at ${text('targetMac')}`;
    default:
      return `operation ${text('operation')} ${text('sender')} > ${text('target')}`;
  }
}

const isSaid = (value: DecodedField | undefined): boolean => value !== undefined && value !== 0;

function fieldOf(layer: DecodedLayer, field: string): readonly string[] {
  const value = layer[field];
  return typeof value === 'string' || typeof value === 'number' ? [`${field} ${value}`] : [];
}

function optionsText(layer: DecodedLayer): readonly string[] {
  const options = layer['options'] as readonly OptionFact[] | undefined;
  if (!options || options.length === 0) return [];
  return [` options ${options.map((option) => optionText(layer.proto, option)).join(',')}`];
}

/** Short values as the numbers that they mostly are. */
function optionText(proto: string, { kind, name, class: owner, hex }: OptionFact): string {
  if (kind === undefined) return `?${hex}`;
  const what = name ?? (owner === undefined ? String(kind) : `${hexText(owner, 4)}/${hexText(kind, 2)}`);
  if (hex === '' || (name === 'end' && /^0+$/.test(hex))) return what;
  if (name === 'timestamps' && hex.length === 16)
    return `${what} ${number(hex.slice(0, 8))}/${number(hex.slice(8))}`;
  if (proto === 'icmpv6' && hex.length === 12 && kind <= 2)
    return `${kind === 1 ? 'source' : 'target'} ${hex.replace(/(..)(?=.)/g, '$1:')}`;
  return hex.length <= 4 && name !== undefined ? `${what} ${number(hex)}` : `${what} ${hex}`;
}

const number = (hex: string): number => Number.parseInt(hex, 16);

const hexText = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, '0')}`;
