// A Linux bridge with vlan_filtering, as a kernel 6.1 (user-mode Linux of Debian 12) forwarded broadcasts between such ports.
import { expect, test } from 'vitest';
import type { Header } from '../src/packet/packet.ts';
import { readDocument } from '../src/source/document.ts';
import { readTopology } from '../src/topology/topology.ts';
import { constant, valueOf, ZERO } from '../src/value/term.ts';
import { concretely } from '../src/walk/concrete.ts';
import { SessionStore } from '../src/walk/session.ts';

/** What `bridge vlan show` printed there. */
const SHOWN = `port              vlan-id
br9               1 PVID Egress Untagged
                  10
p1                1 PVID Egress Untagged
p2                10 PVID Egress Untagged
p3                10
                  20
p4                10
                  20 PVID Egress Untagged`;

/** The commands that made it so. */
const COMMANDS = `bridge vlan del dev p2 vid 1
bridge vlan add dev p2 vid 10 pvid untagged
bridge vlan del dev p3 vid 1
bridge vlan add dev p3 vid 10
bridge vlan add dev p3 vid 20
bridge vlan del dev p4 vid 1
bridge vlan add dev p4 vid 20 pvid untagged
bridge vlan add dev p4 vid 10
bridge vlan del dev p5 vid 1
bridge vlan add dev br9 vid 10 self`;

/** A frame's port and tag, and where it left with which. */
const SEEN = `
p1 untagged -> br9
p1 tag 0 -> br9
p1 tag 1 -> br9
p1 tag 10 ->
p1 tag 20 ->
p2 untagged -> br9:10 p3:10 p4:10
p2 tag 0 -> br9:10 p3:10 p4:10
p2 tag 1 ->
p2 tag 10 -> br9:10 p3:10 p4:10
p2 tag 20 ->
p3 untagged ->
p3 tag 0 ->
p3 tag 1 ->
p3 tag 10 -> br9:10 p2 p4:10
p3 tag 20 -> p4
p4 untagged -> p3:20
p4 tag 0 -> p3:20
p4 tag 1 ->
p4 tag 10 -> br9:10 p2 p3:10
p4 tag 20 -> p3:20
p5 untagged ->
p5 tag 0 ->
p5 tag 1 ->
p5 tag 10 ->
p5 tag 20 ->`.trim();

const PORTS = ['p1', 'p2', 'p3', 'p4', 'p5'];

function forwarded(vlan: string): string {
  const veth = { type: 'veth', master: 'br9' };
  const links = {
    br9: { type: 'bridge', vlan_filtering: true },
    ...Object.fromEntries(PORTS.map((p) => [p, veth])),
  };
  const stations = PORTS.map((port) => [port, { nics: { eth0: { bridge: 'box/br9', port } } }]);
  const linux = { links, vlan, addresses: { br9: '10.0.0.1/24' } };
  const machines = { box: { nics: { eth0: { segment: 'lan' } }, linux }, ...Object.fromEntries(stations) };
  const text = JSON.stringify({ segments: { lan: {} }, machines });
  const { topology, diagnostics } = readTopology(readDocument('net.json', text).document!);
  if (!topology) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  topology.device('box');
  const bridge = topology.device('box:br9');
  const sent = (port: string, tag: number | undefined): string => {
    const vid: readonly Header[] =
      tag === undefined ? [] : [{ proto: 'vlan', vid: constant(tag), pcp: ZERO }];
    const frame: Header = { proto: 'ethernet', src: constant(0x02), dst: constant(0xffff_ffff_ffff) };
    const action = bridge.receive(
      port,
      { headers: [frame, ...vid], payload: 46 },
      {
        ask: concretely(),
        sessions: new SessionStore(),
        note: () => undefined,
        originate: () => undefined,
      },
    );
    const copies = action.do === 'flood' ? action.copies : action.do === 'send' ? [action] : [];
    return copies
      .map(
        ({
          port: out,
          packet: {
            headers: [, second],
          },
        }) => (second?.proto === 'vlan' ? `${out}:${String(valueOf(second.vid))}` : out),
      )
      .toSorted()
      .join(' ');
  };
  const rows = PORTS.flatMap((port) =>
    [undefined, 0, 1, 10, 20].map((tag) =>
      `${port} ${tag === undefined ? 'untagged' : `tag ${tag}`} -> ${sent(port, tag)}`.trim(),
    ),
  );
  return rows.join('\n');
}

test.each([
  ['as bridge vlan printed them', SHOWN],
  ['as bridge vlan add made them', COMMANDS],
])('when a bridge filters VLANs, %s, then frames go where the kernel let them', (_, text) =>
  expect(forwarded(text)).toBe(SEEN),
);
