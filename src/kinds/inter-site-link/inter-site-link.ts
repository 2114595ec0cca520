/** Links between places, over which stretched segments are one: a DCI, dark fibre, VXLAN between sites. */
import * as v from 'valibot';
import { below } from '../../walk/cite.ts';
import type { Device } from '../../walk/device.ts';
import { cable, endpointOf, type Built, type Kind, type Programmed } from '../kind.ts';
import { crossingName, farEnd, placeOfStation, type InterSiteLink } from '../premises.ts';
import { integer, name as nameSchema } from '../schema.ts';

const schema = v.strictObject({
  between: v.pipe(
    v.array(nameSchema),
    v.length(2),
    v.description('The two places that it joins; `at` of machines, routers and firewalls names them.'),
  ),
  mtu: v.optional(
    integer(
      'The largest IP packet that gets over it, in bytes: what is larger is lost, and nobody is told. Default: any.',
      68,
      65_535,
    ),
  ),
});

type Config = v.InferOutput<typeof schema>;

const KIND = 'inter-site-link';

export const interSiteLink: Kind<Config> = {
  kind: KIND,
  section: 'interSiteLinks',
  summary: 'Links between places, over which stretched segments are one Ethernet.',
  schema,
  declare(name, { between, mtu }, at, reading) {
    const [one = '', other = ''] = between;
    if (one === other)
      reading.report('value-invalid', below(at, 'between', 1), `${name} joins ${one} with itself`);
    const link: InterSiteLink = { name, between: [one, other], mtu, at };
    reading.interSiteLink(link);
    reading.node(name, {
      at,
      addresses: [],
      members: [],
      ports: [],
      innerPorts: between,
      build: (programmed) => build(link, programmed),
    });
  },
};

/** One wire for each station of a stretched segment: it knows where it leads, as a switch knows its stations. */
const build = (link: InterSiteLink, programmed: Programmed): readonly Built[] => {
  const { segments, neighbours } = programmed.declared;
  return [...segments.values()].flatMap((segment) => {
    if (!link.between.every((place) => segment.stretched?.includes(place))) return [];
    return (neighbours.get(`segment ${segment.name}`) ?? []).flatMap((station) => {
      const here = placeOfStation(station, programmed.declared)?.place;
      if (here === undefined || !link.between.includes(here)) return [];
      const wire = wireTo(link, crossingName(link.name, segment.name, station), segment.name, here);
      const limit = link.mtu === undefined ? {} : { mtu: link.mtu, at: below(link.at, 'mtu') };
      return [
        {
          device: wire,
          links: {
            [here]: {
              ...limit,
              ...cable(() => endpointOf(station, (name) => programmed.device(name)).device, station.port),
            },
          },
        },
      ];
    });
  });
};

const wireTo = (link: InterSiteLink, name: string, segment: string, here: string): Device => ({
  name,
  node: link.name,
  kind: KIND,
  receive: (_port, packet, io) => {
    io.note({ type: 'crossed', segment, from: farEnd(link, here), to: here, at: link.at });
    return { do: 'send', port: here, packet };
  },
});
