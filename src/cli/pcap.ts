/** `--format pcapng`, `--pcap FILE` and `--wireshark-profile DIR`: the packets of a walk for Wireshark. */
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { EspSuite } from '../packet/esp.ts';
import { espSealer, shownKey, type EspKey } from '../packet/wire/esp-keys.ts';
import { renderPcapng } from '../render/pcapng.ts';
import { PROFILE_MARK, renderWiresharkProfile } from '../render/wireshark-profile.ts';
import { crossingsOf } from '../report/crossings.ts';
import type { WalkReport } from '../report/report.ts';
import { printable } from '../source/printable.ts';
import { codeOf, reasonOf } from './failure.ts';
import { UsageError } from './usage.ts';
import { write } from './write.ts';

export function writePcap(report: WalkReport, file: string): void {
  write(file, renderPcapng(report, espSealer(keysOf(report), process.getBuiltinModule('node:crypto'))));
}

/** The key of each SPI in a report. */
const keysOf = (report: WalkReport): ReadonlyMap<number, EspKey> =>
  new Map(
    crossingsOf(report)
      .flatMap(({ packet }) => packet.layers)
      .filter(({ proto }) => proto === 'esp')
      .map(({ spi, suite }) => [spi as number, shownKey(suite as EspSuite)]),
  );

/** A new directory, or one that this has written before: what stands there of anybody else's is left alone. */
export function writeWiresharkProfile(report: WalkReport, directory: string): void {
  const files = Object.entries(renderWiresharkProfile(report, keysOf(report)));
  try {
    if (statSync(directory, { throwIfNoEntry: false })) checkOwn(directory, files);
    else mkdirSync(directory);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const reason = codeOf(error) === 'ENOENT' ? 'there is no directory to put it in' : reasonOf(error);
    throw new UsageError(`cannot write ${printable(directory)}: ${reason}`);
  }
  for (const [name, text] of files) write(join(directory, name), text);
}

function checkOwn(directory: string, files: readonly (readonly [name: string, text: string])[]): void {
  const firstLines = files.map(([name]) => firstLine(join(directory, name)));
  if (firstLines[0] !== undefined && firstLines.every((line) => line === undefined || line === PROFILE_MARK))
    return;
  throw new UsageError(
    `${printable(directory)} is there already and is not a profile that nettrace wrote`,
    'name a directory that is not there yet',
  );
}

function firstLine(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').split('\n', 1)[0];
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
