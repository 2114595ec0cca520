/** `--format pcapng` and `--pcap FILE`: the packets of a walk for Wireshark. */
import type { EspSuite } from '../packet/esp.ts';
import { espSealer, shownKey } from '../packet/wire/esp-keys.ts';
import { renderPcapng } from '../render/pcapng.ts';
import type { WalkReport } from '../report/report.ts';
import { write } from './write.ts';

export function writePcap(report: WalkReport, file: string): void {
  const keys = new Map([...suitesOf(report)].map(([spi, suite]) => [spi, shownKey(suite)]));
  write(file, renderPcapng(report, espSealer(keys, process.getBuiltinModule('node:crypto'))));
}

/** The suite of each SPI in a report. */
function suitesOf({ walks }: WalkReport): ReadonlyMap<number, EspSuite> {
  const suites = new Map<number, EspSuite>();
  for (const { hops } of walks)
    for (const { in: arrived, out: left } of hops)
      for (const { proto, spi, suite } of [...(arrived?.packet.layers ?? []), ...(left?.packet.layers ?? [])])
        if (proto === 'esp') suites.set(spi as number, suite as EspSuite);
  return suites;
}
