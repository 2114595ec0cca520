/** `nettrace decode`: the packets of a capture file, one by one. */
import { openSync } from 'node:fs';
import { decodedPacket } from '../analyze/decode-report.ts';
import { CaptureError, type CaptureFault } from '../packet/capture/captured.ts';
import { captureReader } from '../packet/capture/read-capture.ts';
import { decoder, type Decoder } from '../packet/wire/decode.ts';
import type { DecodedPacket } from '../report/decode.ts';
import { renderDecoded } from '../render/decode.ts';
import { renderJson } from '../render/json.ts';
import { printable } from '../source/printable.ts';
import { reasonOf } from './failure.ts';
import { readSome } from './load.ts';
import { UsageError } from './usage.ts';
import { writeParts } from './write.ts';

export interface DecodeOptions {
  readonly espKey?: readonly string[];
  readonly vxlanPort?: readonly string[];
  readonly nvgre?: boolean;
  readonly format: 'text' | 'json';
  readonly output?: string;
}

/** Packets that can be read are printed even where the file breaks off, which is then said. */
export async function decodeCommand(file: string, options: DecodeOptions): Promise<void> {
  const decode = await decoderOf(options);
  const render = (packet: DecodedPacket): string =>
    options.format === 'json' ? renderJson(packet, { compact: true }) : renderDecoded(packet);
  const outcome: Outcome = {};
  await writeParts(options.output, partsOf(file, decode, render, outcome));
  if (outcome.fault) throw inWords(file, outcome.fault);
}

/** What made the reading end before the end of the file. */
interface Outcome {
  fault?: CaptureError;
}

async function decoderOf({ espKey = [], vxlanPort = [], nvgre = false }: DecodeOptions): Promise<Decoder> {
  const ports = new Map(vxlanPort.map((port) => [readPort(port), 'vxlan']));
  if (espKey.length === 0) return decoder({ ports, nvgre });
  const { readEspKeys } = await import('./esp-key.ts');
  const { espSealer } = await import('../packet/wire/esp-keys.ts');
  const ciphers = process.getBuiltinModule('node:crypto');
  return decoder({ ports, nvgre, sealer: espSealer(readEspKeys(espKey), ciphers) });
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535)
    throw new UsageError(`--vxlan-port ${printable(text)} is not a port`, 'such as --vxlan-port 10800');
  return port;
}

/** Octets that are read at once. */
const CHUNK = 256 * 1024;

/** Texts of what is read so far, before more is read: a file of any length takes the same memory. */
function* partsOf(
  file: string,
  decode: Decoder,
  render: (packet: DecodedPacket) => string,
  outcome: Outcome,
): Generator<string> {
  const reader = captureReader();
  let number = 0;
  let text = '';
  try {
    for (const chunk of chunksOf(file)) {
      for (const captured of reader.feed(chunk)) {
        text += render(decodedPacket(++number, captured, decode));
        if (text.length < CHUNK) continue;
        yield text;
        text = '';
      }
      if (text !== '') yield text;
      text = '';
    }
    reader.finish();
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    outcome.fault = error;
    if (text !== '') yield text;
  }
}

function* chunksOf(file: string): Generator<Uint8Array> {
  const name = file === '-' ? 'standard input' : printable(file) || '""';
  const inFile = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw new UsageError(`cannot read capture ${name}: ${reasonOf(error)}`);
    }
  };
  const descriptor = file === '-' ? 0 : inFile(() => openSync(file, 'r'));
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const length = inFile(() => readSome(descriptor, chunk));
    if (length === 0) return;
    yield chunk.subarray(0, length);
  }
}

const FAULTS: Readonly<Record<CaptureFault, readonly [string, string?]>> = {
  format: ['it is neither pcap nor pcapng', 'nettrace reads what tcpdump -w and Wireshark write'],
  version: ['it is a version of pcapng that is not known'],
  length: ['a length there is more or less than it can be'],
  interface: ['a packet is of an interface that was not described'],
  cut: ['the file ends in the middle of a packet or block'],
};

function inWords(file: string, { fault, offset }: CaptureError): UsageError {
  const [what, suggestion] = FAULTS[fault];
  const name = file === '-' ? 'standard input' : printable(file);
  return new UsageError(`cannot read on in ${name} at byte ${offset}: ${what}`, suggestion);
}
