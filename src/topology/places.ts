/** Where nodes are, and the links between places. */
import type { Declared } from '../kinds/kind.ts';
import { placeOfStation } from '../kinds/premises.ts';
import type { Network } from '../walk/device.ts';
import type { Places } from './segments.ts';

/** Of several links between two places the first that is up carries; without any, the first. */
export function placesOf(declared: Declared, network: Network): Places {
  const links = [...declared.interSiteLinks.values()];
  return {
    of: (station) => placeOfStation(station, declared)?.place,
    link: (one, other) => {
      const joining = links.filter(({ between }) => between.includes(one) && between.includes(other));
      const isUp = (name: string): boolean =>
        [undefined, one, other].every((end) => network.outage(name, end) === undefined);
      return joining.find(({ name }) => isUp(name)) ?? joining[0];
    },
  };
}
