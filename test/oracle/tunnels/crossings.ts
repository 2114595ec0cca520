/** What nettrace says is on the wires of a topology when one flow is walked there and back, octet by octet. */
import * as ciphers from 'node:crypto';
import { walkCommand } from '../../../src/cli/walk.ts';
import { captureReader } from '../../../src/packet/capture/read-capture.ts';
import { espSealer } from '../../../src/packet/wire/esp-keys.ts';
import { renderPcapng } from '../../../src/render/pcapng.ts';

export interface Crossing {
  /** `box1/veth0`. */
  readonly interface: string;
  readonly direction: 'in' | 'out';
  /** The Ethernet frame. */
  readonly bytes: Uint8Array;
}

export interface FlowOptions {
  readonly topology: string;
  readonly src: string;
  readonly dst: string;
  readonly proto: string;
  readonly set?: readonly string[];
}

export function crossingsOf(flow: FlowOptions): readonly Crossing[] {
  const report = walkCommand({
    ...flow,
    return: true,
    format: 'pcapng',
    verbose: 0,
    color: 'never',
    quiet: true,
  });
  process.exitCode = 0;
  if (!report) throw new Error(`${flow.topology} is not read`);
  const reader = captureReader();
  return [...reader.feed(renderPcapng(report, espSealer(new Map(), ciphers)))].map(
    ({ interface: face, bytes, comments }) => ({
      interface: face.name ?? '',
      direction: comments[0]?.endsWith(' in') === true ? 'in' : 'out',
      bytes,
    }),
  );
}
