/** What a sender's frame says, field by field, without what no two senders of the same packet share. */
import { decodedPacket } from '../../../src/analyze/decode-report.ts';
import { decoder } from '../../../src/packet/wire/decode.ts';
import type { DecodedField, DecodedLayer } from '../../../src/report/decode.ts';

const TUNNELS: ReadonlySet<string> = new Set(['vxlan', 'geneve', 'gre']);

/** Of the headers around a tunnel's: the identification, the port that stands for the flow, and sums over either. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  ipv4: ['id', 'checksum'],
  ipv6: ['label'],
  udp: ['sport', 'checksum'],
};

/** Flows are walked each by itself and played one after the other; a model has no clock. */
const COUNTED: Readonly<Record<string, readonly string[]>> = { gre: ['seq'], erspan3: ['timestamp'] };

const ETHERNET = { id: 0, linkType: 1 };

/** The frame's layers; `ports` are UDP ports of VXLAN beside its own. The Ethernet header of the underlay is not nettrace's. */
export function layersOf(bytes: Uint8Array, ports: readonly number[] = []): readonly DecodedLayer[] {
  const decode = decoder({ ports: new Map(ports.map((port) => [port, 'vxlan'])) });
  const captured = { time: undefined, interface: ETHERNET, bytes, length: bytes.length, comments: [] };
  const { layers } = decodedPacket(1, captured, decode);
  const tunnel = layers.findIndex(({ proto }) => TUNNELS.has(proto));
  return layers
    .map((layer, i) => (i < tunnel ? without(layer, OWN[layer.proto] ?? []) : layer))
    .map((layer) => without(layer, COUNTED[layer.proto] ?? []))
    .slice(tunnel === -1 ? 0 : 1);
}

const without = (layer: DecodedLayer, fields: readonly string[]): DecodedLayer =>
  Object.fromEntries(Object.entries(layer).filter(([field]) => !fields.includes(field))) as Readonly<
    Record<string, DecodedField>
  > as DecodedLayer;
