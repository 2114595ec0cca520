/** What a stretched segment must keep to: places that are joined, and stations that are at one of them. */
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';
import { placeOfStation } from '../premises.ts';

/** Runs when everything is declared. */
export function checkStretch(
  name: string,
  stretched: readonly string[],
  type: 'ethernet' | 'point-to-point',
  at: Cite,
  reading: Reading,
): void {
  const { interSiteLinks, neighbours, nodes } = reading.declared;
  const links = [...interSiteLinks.values()];
  const known = [...new Set(links.flatMap(({ between }) => between))];
  const where = below(at, 'stretched');
  if (type === 'point-to-point')
    reading.report('value-invalid', where, `${name} is point-to-point, which no place is stretched over`);
  for (const [i, one] of stretched.entries()) {
    if (!known.includes(one)) reading.referIn(known, 'place', one, below(where, i));
    for (const other of stretched.slice(0, i)) {
      if (other === one) reading.report('value-invalid', below(where, i), `${one} stands twice`);
      else if (
        known.includes(one) &&
        known.includes(other) &&
        !links.some(({ between }) => between.includes(one) && between.includes(other))
      )
        reading.report(
          'reference-missing',
          below(where, i),
          `no inter-site link joins ${other} and ${one}`,
          `add to interSiteLinks: { between: [${other}, ${one}] }`,
        );
    }
  }
  for (const station of neighbours.get(`segment ${name}`) ?? []) {
    const placed = placeOfStation(station, reading.declared);
    const node = nodes.get(station.node)?.isHost === true ? station.node : (station.bridge ?? station.node);
    if (!placed)
      reading.report(
        'key-missing',
        { key: station.at },
        `${node} is on ${name}, which is stretched over ${stretched.join(' and ')}, and does not say at which place it is`,
        `add at: ${stretched[0]} to ${node}`,
      );
    else if (!stretched.includes(placed.place) && known.includes(placed.place))
      reading.report(
        'value-invalid',
        placed.at,
        `${node} is at ${placed.place}, and on ${name}, which is at ${stretched.join(' and ')}`,
      );
  }
}
