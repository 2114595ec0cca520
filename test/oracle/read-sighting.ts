/** Reads the lines that sightings are printed as, so that cases can be written down as they are seen. */
import type { Sighting } from './sighting.ts';
import type { Wire } from './wire.ts';

const LINE =
  /^(?<where>\w+): (?<ends>.*?)(?: ttl (?<ttl>\d+))?(?: tos (?<tos>0x[0-9a-f]+))?(?: about \((?<about>.*)\))?(?: mark (?<mark>0x[0-9a-f]+))?$/;
const ENDS =
  /^(?<proto>\w+) (?<src>\S+)(?: (?<sport>\d+))? > (?<dst>\S+)(?: (?<dport>\d+))?(?: \[(?<flags>[FSRP.UEW]*)\])?(?: (?<type>\d+)\/(?<code>\d+))?(?: id (?<id>\d+))?$/;

/** `eth0: tcp 10.1.0.2 5555 > 10.2.0.2 80 [S] ttl 64 tos 0x0`; TTL is 64 and TOS 0 where the line says nothing. */
export function readSighting(line: string): Sighting {
  const found = LINE.exec(line)?.groups;
  if (!found) throw new Error(`not a packet: ${line}`);
  const { where = '', ends = '', ttl, tos, about, mark } = found;
  return {
    where,
    packet: {
      ...readEnds(ends),
      ttl: Number(ttl ?? 64),
      tos: Number(tos ?? 0),
      ...(about === undefined ? {} : { quoted: readEnds(about) }),
    },
    mark: mark === undefined ? undefined : Number(mark),
  };
}

function readEnds(text: string): Wire {
  const found = ENDS.exec(text)?.groups;
  if (!found) throw new Error(`not the ends of a packet: ${text}`);
  const { proto = '', src = '', dst = '', flags } = found;
  const number = (name: string): number | undefined =>
    found[name] === undefined ? undefined : Number(found[name]);
  return {
    src,
    dst,
    proto,
    sport: number('sport'),
    dport: number('dport'),
    flags,
    type: number('type'),
    code: number('code'),
    id: number('id'),
    ttl: 64,
    tos: 0,
  };
}
