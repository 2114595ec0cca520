// What the console of topologies/erspan.yaml receives, as a file: under the display filter `gre` Wireshark shows the frames
// of the mirrored machine.
import { expect, test } from 'vitest';
import { walkCommand } from '../src/cli/walk.ts';
import { captureReader } from '../src/packet/capture/read-capture.ts';
import { espSealer } from '../src/packet/wire/esp-keys.ts';
import { renderPcapng } from '../src/render/pcapng.ts';
import * as ciphers from 'node:crypto';
import { askTshark, complaints, pcapOf, whyNotTshark } from './tshark/ask.ts';

/** The frames at the console's interface. */
function received(set: readonly string[] = []): readonly Uint8Array[] {
  const report = walkCommand({
    topology: 'topologies/erspan.yaml',
    src: 'win7',
    dst: 'web',
    proto: 'tcp/80',
    handshake: true,
    set,
    return: true,
    format: 'pcapng',
    verbose: 0,
    color: 'never',
    quiet: true,
  });
  const packets = [...captureReader().feed(renderPcapng(report!, espSealer(new Map(), ciphers)))];
  return packets.filter((one) => one.interface.name === 'console/eth0').map(({ bytes }) => bytes);
}

const FIELDS = ['frame.protocols', 'ip.src', 'ip.dst', 'tcp.flags.str', 'erspan.spanid', 'gre.proto'];
const SESSION = 'distributedSwitches.dvSwitch.vspanSessions.to-console';

test.skipIf(whyNotTshark() !== undefined)(
  'when the console’s packets are filtered by gre then the frames are inside',
  () => {
    const frames = received();
    const told = askTshark(pcapOf(frames), FIELDS, { filter: 'gre' });
    expect(told).toHaveLength(frames.length);
    const flow = told.filter(([protocols]) => protocols?.[0]?.endsWith(':tcp'));
    expect(flow.map(([, src, dst, flags]) => [src, dst, flags?.at(-1)?.replaceAll('·', '')])).toEqual([
      [['10.2.0.10', '10.2.0.50'], ['10.2.1.110', '192.0.2.80'], 'S'],
      [['10.2.0.10', '192.0.2.80'], ['10.2.1.110', '10.2.0.50'], 'AS'],
      [['10.2.0.10', '10.2.0.50'], ['10.2.1.110', '192.0.2.80'], 'A'],
    ]);
    for (const [protocols, , , , session, type] of told) {
      expect(protocols?.[0]).toMatch(/^eth:ethertype:ip:gre:erspan:eth:ethertype:(ip:tcp|arp)$/);
      expect([session, type]).toEqual([['1'], ['0x88be']]);
    }
    expect(complaints(frames, new Map())).toEqual([]);
  },
);

test.skipIf(whyNotTshark() !== undefined).each([
  ['I', [`${SESSION}.encapType=gre`, `${SESSION}.erspanId=null`], '0x88be'],
  ['III', [`${SESSION}.encapType=erspan3`, `${SESSION}.erspanId=1023`], '0x22eb'],
] as const)('when a session is of type %s then tshark reads it', (_, set, type) => {
  const frames = received(set);
  expect(frames.length).toBeGreaterThan(3);
  for (const [protocols, ...values] of askTshark(pcapOf(frames), FIELDS)) {
    expect(protocols?.[0]).toMatch(/^eth:ethertype:ip:gre:erspan:eth:ethertype:(ip:tcp|arp)$/);
    expect(values.at(-1)).toEqual([type]);
  }
  expect(complaints(frames, new Map())).toEqual([]);
});
