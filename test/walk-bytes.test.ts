// Every walk of the golden cases as a capture file: what it holds is what the report says, and well-formed.
import * as ciphers from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decodedPacket } from '../src/analyze/decode-report.ts';
import { captureReader } from '../src/packet/capture/read-capture.ts';
import type { EspSuite } from '../src/packet/esp.ts';
import { decoder } from '../src/packet/wire/decode.ts';
import { espSealer, shownKey, type EspKey } from '../src/packet/wire/esp-keys.ts';
import { crossingsOf, type CrossingFact } from '../src/report/crossings.ts';
import type { DecodedPacket, OptionFact } from '../src/report/decode.ts';
import type { LayerFact, PacketFact, WalkReport } from '../src/report/report.ts';
import { renderPcapng } from '../src/render/pcapng.ts';
import { GOLDEN } from './golden/all.ts';
import { reportsOf } from './golden/report.ts';
import { complaints, whyNotTshark } from './tshark/ask.ts';

function keysOf(packets: readonly CrossingFact[]): ReadonlyMap<number, EspKey> {
  const layers = packets.flatMap(({ packet }) => packet.layers).filter(({ proto }) => proto === 'esp');
  return new Map(layers.map(({ spi, suite }) => [Number(spi), shownKey(suite as EspSuite)]));
}

/** What the ports of tunnels carry, which bytes do not say. */
const portsOf = (packets: readonly CrossingFact[]): ReadonlyMap<number, string> =>
  new Map(
    packets.flatMap(({ packet: { layers } }) =>
      layers.flatMap(({ proto, dport }, i): [number, string][] => {
        const inner = layers[i + 1]?.proto;
        return proto === 'udp' && inner !== undefined ? [[Number(dport), inner]] : [];
      }),
    ),
  );

/** A packet that carries a protocol of which the model has the number only: what follows is not that protocol's. */
const isOpaque = ({ layers }: PacketFact): boolean => layers.some(({ proto }) => proto === 'opaque');

interface Written extends CrossingFact {
  readonly bytes: Uint8Array;
  readonly decoded: DecodedPacket;
}

function write(report: WalkReport): readonly Written[] {
  const packets = crossingsOf(report);
  const sealer = espSealer(keysOf(packets), ciphers);
  const reader = captureReader();
  const captured = [...reader.feed(renderPcapng(report, sealer))];
  reader.finish();
  expect(captured).toHaveLength(packets.length);
  const decode = decoder({ sealer, ports: portsOf(packets) });
  return captured.map((one, i) => ({
    bytes: one.bytes,
    ...packets[i]!,
    decoded: decodedPacket(i + 1, one, decode),
  }));
}

/**
 * The layer as the walk says it, from what is on the wire, where ICMP errors and neighbour discovery have no identifier, and
 * the MSS of a SYN, the limit of encapsulations and the MAC address of a neighbour are options.
 */
const asSaid = (decoded: DecodedPacket['layers'][number], said: LayerFact): object =>
  Object.fromEntries(
    Object.keys(said).map((field) => {
      if (field === 'mss') return [field, mssOf(decoded)];
      if (field === 'limit') return [field, limitOf(decoded)];
      if (field === 'linkLayer') return [field, linkLayerOf(decoded)];
      const hasNone = 'quoted' in said || 'target' in said;
      return [field, field === 'id' && hasNone ? 0 : decoded[field]];
    }),
  );

function mssOf({ options }: DecodedPacket['layers'][number]): number | undefined {
  const option = (options as readonly OptionFact[] | undefined)?.find(({ name }) => name === 'mss');
  return option && Number.parseInt(option.hex, 16);
}

/** RFC 2473 section 4.1.1. */
function limitOf({ options }: DecodedPacket['layers'][number]): number | undefined {
  const option = (options as readonly OptionFact[] | undefined)?.find(({ kind }) => kind === 4);
  return option && Number.parseInt(option.hex, 16);
}

/** The option that has a MAC address, the source's or the target's, is the first. */
function linkLayerOf({ options }: DecodedPacket['layers'][number]): string | undefined {
  const [option] = (options as readonly OptionFact[] | undefined) ?? [];
  return option?.hex.replace(/(..)(?=.)/g, '$1:');
}

const reason = whyNotTshark();

describe('when the packets of a walk are written', () => {
  const groups = new Map<
    string,
    { readonly keys: ReadonlyMap<number, EspKey>; readonly bytes: Uint8Array[] }
  >();

  test('then the file holds what the report says', async () => {
    for (const { golden, name } of GOLDEN)
      for (const report of await reportsOf(golden)) {
        const written = write(report).filter(({ packet }) => !isOpaque(packet));
        const payloads = new Map<number, number>();
        for (const { bytes, packet, walk, decoded } of written) {
          expect(decoded.problems, name).toEqual([]);
          const layers = packet.layers[0]?.proto === 'ethernet' ? decoded.layers : decoded.layers.slice(1);
          expect(
            layers.map((layer, i) => asSaid(layer, packet.layers[i]!)),
            name,
          ).toEqual(packet.layers);
          expect(decoded.payload.length, name).toBe(payloads.get(walk) ?? decoded.payload.length);
          payloads.set(walk, decoded.payload.length);
          expect(bytes.length - (layers === decoded.layers ? 0 : 14), name).toBe(packet.length);
        }
        const keys = keysOf(crossingsOf(report));
        const key = JSON.stringify([...keys].map(([spi, { suite }]) => [spi, suite]));
        const group = groups.get(key) ?? { keys, bytes: [] };
        group.bytes.push(...written.map(({ bytes }) => bytes));
        groups.set(key, group);
      }
    expect(groups.size).toBeGreaterThan(1);
  }, 120_000);

  test('then an interface has the MAC address that the topology gives it', async () => {
    const { golden } = GOLDEN.find(({ name }) => name.endsWith('segments/routers.case'))!;
    const [report] = await reportsOf(golden);
    const macs = new Map(report!.interfaces!.map(({ name, mac }) => [name, mac]));
    expect(macs.size).toBeGreaterThan(4);
    for (const { name, direction, decoded } of write(report!)) {
      const side = direction === 'out' ? 'src' : 'dst';
      expect(decoded.layers[0]![side], name).toBe(macs.get(name) ?? decoded.layers[0]![side]);
    }
  });

  test.skipIf(reason !== undefined)(
    'then tshark finds nothing wrong in any',
    () => {
      for (const { keys, bytes } of groups.values()) expect(complaints(bytes, keys)).toEqual([]);
    },
    120_000,
  );
});
