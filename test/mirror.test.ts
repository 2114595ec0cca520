// A mirror's headers are those of real senders: Linux and Open vSwitch.
import { describe, expect, test } from 'vitest';
import { openCapture } from './captures/captures.ts';
import { decodedPacket } from '../src/analyze/decode-report.ts';
import { describer } from '../src/analyze/describe-packet.ts';
import type { Packet } from '../src/packet/packet.ts';
import { decoder } from '../src/packet/wire/decode.ts';
import { encode } from '../src/packet/wire/encode.ts';
import { wirePacket } from '../src/render/wire-layers.ts';
import type { DecodedLayer } from '../src/report/decode.ts';
import { parseAddress } from '../src/value/address.ts';
import { constant } from '../src/value/term.ts';
import type { Device, Io, Made } from '../src/walk/device.ts';
import { SessionStore } from '../src/walk/session.ts';
import { mirroring, type MirrorSession } from '../src/mechanism/mirror.ts';
import { copiesTo, type Analyser } from '../src/mechanism/tunnel/analyser.ts';

const FRAME: Packet = { headers: [{ proto: 'ethernet', src: constant(1), dst: constant(2) }], payload: 84 };

const SWITCH: Device = {
  name: 'switch',
  node: 'switch',
  kind: 'distributed-switch',
  receive: (_port, packet) => ({ do: 'send', port: 'uplink', packet }),
};

interface Copy {
  readonly packet: Packet;
  readonly made: Made;
}

/** The copies of a frame that comes in at port 10 and goes out by the uplink. */
function copies(stated: Partial<Analyser & Pick<MirrorSession, 'sources'>>): readonly Copy[] {
  const made: Copy[] = [];
  const io = {
    sessions: new SessionStore(),
    originate: (packet: Packet, _cause: string, how: Made) => made.push({ packet, made: how }),
  };
  const { sources = new Map([['10', new Set(['ingress'] as const)]]) } = stated;
  const analyser: Analyser = {
    name: 'console',
    rate: 1,
    from: parseAddress('192.168.56.11')!,
    to: parseAddress('192.168.56.12')!,
    type: 'erspan2',
    session: 123,
    at: '/session',
    ...stated,
  };
  const session: MirrorSession = {
    name: 'console',
    sources,
    isOnce: false,
    at: '/session',
    copies: (watched, own) => copiesTo(analyser, SWITCH, watched, own),
  };
  mirroring(SWITCH, [session]).receive('10', FRAME, io as unknown as Io);
  return made;
}

/** What no two senders share, or what is the sender's own: its TTL and DF, its port's number, its clock. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  ipv4: ['id', 'checksum', 'length', 'ttl', 'df'],
  erspan2: ['index'],
  erspan3: ['hardware', 'timestamp', 'ethernet'],
};

const outer = (bytes: Uint8Array): readonly DecodedLayer[] => {
  const captured = {
    time: undefined,
    interface: { id: 0, linkType: 1 },
    bytes,
    length: bytes.length,
    comments: [],
  };
  const { layers } = decodedPacket(1, captured, decoder());
  return layers
    .slice(1, 4)
    .map(
      (layer) =>
        Object.fromEntries(
          Object.entries(layer).filter(([field]) => OWN[layer.proto]?.includes(field) !== true),
        ) as DecodedLayer,
    );
};

function made({ packet }: Copy): readonly DecodedLayer[] {
  const { headers, payload } = wirePacket(describer().packet(packet));
  return outer(encode({ headers: [{ proto: 'ethernet', src: 1, dst: 2 }, ...headers], payload }));
}

describe('when a port is mirrored', () => {
  test.each([
    ['erspan-II-id123-idx7.ovs.pcap', { type: 'erspan2' }],
    ['erspan-II-id123-idx7.kernel61.pcap', { type: 'erspan2' }],
    ['erspan-III-id123-ingress-hwid5.kernel61.pcap', { type: 'erspan3' }],
    [
      'erspan-III-id123-egress-hwid63.kernel61.pcap',
      { type: 'erspan3', sources: new Map([['uplink', new Set(['egress'] as const)]]) },
    ],
  ] as const)('then the copy has the headers of %s', (name, session) => {
    const [first] = openCapture(name).packets;
    expect(made(copies(session)[0]!)).toEqual(outer(first!.bytes));
  });

  test('then type I is GRE alone, without a sequence number', () => {
    const [copy] = copies({ type: 'erspan1' });
    expect(copy!.packet.headers.map(({ proto }) => proto)).toEqual(['ipv4', 'gre', 'erspan1', 'ethernet']);
    const layers = made(copy!);
    expect(layers.map(({ proto }) => proto)).toEqual(['ipv4', 'gre', 'erspan1']);
    expect(layers[1]).not.toHaveProperty('seq');
  });

  test.each([
    ['ingress', '10', 1],
    ['egress', '10', 0],
    ['ingress', 'uplink', 0],
    ['egress', 'uplink', 1],
  ] as const)('then a frame counts as %s of port %s so many times: %s', (direction, port, times) => {
    const found = copies({ sources: new Map([[port, new Set([direction])]]) });
    expect(found).toHaveLength(times);
    for (const { made: how } of found) expect(how.mirrored).toMatchObject({ direction, port });
  });
});
