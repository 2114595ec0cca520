/** The header stack of a packet as steps change it. */
import type { FlowFact, LayerFact, PacketFact, Step } from '../report/report.ts';
import { fieldText, flowText, layerText } from './flow.ts';

export type Layers = readonly LayerFact[];

const isIp = ({ proto }: LayerFact): boolean => proto === 'ipv4' || proto === 'ipv6';

/** The innermost IP header: the one that the user asked about. */
export const innermostIp = ({ layers }: Pick<PacketFact, 'layers'>): LayerFact | undefined =>
  layers.findLast(isIp);

/** The IP header that the hop decides by. */
export const outermostIp = ({ layers }: Pick<PacketFact, 'layers'>): LayerFact | undefined =>
  layers.find(isIp);

/** The header that the innermost IP header carries. */
export const innermostTransport = ({ layers }: Pick<PacketFact, 'layers'>): LayerFact | undefined =>
  layers[layers.findLastIndex(isIp) + 1];

/** The headers after a step; the same list when the step changes none. */
export function after(step: Step, layers: Layers): Layers {
  switch (step.type) {
    case 'encapsulate':
      return [...staying(step, layers), ...step.layers, ...layers.slice(step.mode ? 1 : 0)];
    case 'decapsulate':
      return [...staying(step, layers), ...layers.slice(step.layers.length + (step.mode ? 1 : 0))];
    case 'ttl':
    case 'dscp':
    case 'ecn':
      return changed(layers, step.type, step.after);
    case 'mss':
      return layers.map((layer) => (layer.proto === 'tcp' ? { ...layer, mss: step.after } : layer));
    case 'nat':
      return changed(layers, step.field, step.after);
    case 'port':
      return step.packet.layers;
    case 'route':
    case 'rule':
    case 'balance':
    case 'session':
    case 'resolve':
    case 'bridge':
    case 'cross':
    case 'layer':
    case 'mark':
    case 'mtu':
    case 'connmark':
    case 'assume':
    case 'block':
    case 'originate':
    case 'mirror':
    case 'deliver':
    case 'drop':
    case 'loop':
    case 'leave':
    case 'unknown':
      return layers;
    default:
      return step satisfies never;
  }
}

/** In transport mode the outermost header is outside what is put on or taken off. */
const staying = ({ mode }: { readonly mode?: 'transport' }, layers: Layers): Layers =>
  mode ? layers.slice(0, 1) : [];

/** Devices change the outermost IP header and what it carries. */
function changed(layers: Layers, field: string, value: string | number): Layers {
  const ip = layers.findIndex(isIp);
  const isOfIp = field === 'dscp' || field === 'ecn';
  const target = isOfIp ? ip : layers.findIndex((layer, i) => (i === ip || i === ip + 1) && field in layer);
  return layers.map((layer, i) => (i === target ? { ...layer, [field]: value } : layer));
}

/** One line a layer, outermost first; fields that the step changed as `old -> new`. */
export function layerLines(now: Layers, before: Layers): readonly string[] {
  const isSameStack = now.length === before.length;
  return now.map((layer, i) => layerText(layer, isSameStack ? before[i] : layer));
}

/** A packet as far as its outermost IP header and what that carries. */
export function outermost(packet: PacketFact): PacketFact {
  const ip = packet.layers.findIndex(isIp);
  return ip === -1 ? packet : { ...packet, layers: packet.layers.slice(0, ip + 2) };
}

/** The flow that a packet's innermost headers belong to. */
export function flowOfLayers(packet: Pick<PacketFact, 'layers'>): FlowFact | undefined {
  const ip = innermostIp(packet);
  const [src, dst] = [fieldText(ip, 'src'), fieldText(ip, 'dst')];
  if (src === undefined || dst === undefined) return undefined;
  const transport = innermostTransport(packet);
  const flags = transport?.['flags'];
  return {
    src,
    dst,
    proto: fieldText(transport, 'protocol') ?? transport?.proto ?? 'ip',
    ...numberField(transport, 'sport'),
    ...numberField(transport, 'dport'),
    ...numberField(transport, 'type'),
    ...(Array.isArray(flags) && { flags: flags.map(String) }),
  };
}

function numberField(layer: LayerFact | undefined, field: string): { readonly [field: string]: number } {
  const value = layer?.[field];
  return typeof value === 'number' ? { [field]: value } : {};
}

/** A packet by its innermost flow; a frame without IP by its headers. */
export function packetText(packet: PacketFact): string {
  const flow = flowOfLayers(packet);
  return flow ? flowText(flow) : packet.layers.map(({ proto }) => proto).join(' ');
}
