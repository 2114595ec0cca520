/** Plain segments: an Ethernet LAN, or a link between two ends, that machines are plugged into. */
import * as v from 'valibot';
import type { Cite } from '../../walk/cite.ts';
import type { Kind, Reading } from '../kind.ts';
import { flag, integer, name as nameSchema } from '../schema.ts';
import { checkStretch } from './stretch.ts';

const schema = v.strictObject({
  type: v.optional(
    v.pipe(
      v.picklist(['ethernet', 'point-to-point']),
      v.description(
        'On ethernet the next hop’s owner is asked for, as ARP and neighbour discovery do; a point-to-point link has two ends, and all that one sends arrives at the other. Default ethernet.',
      ),
    ),
    'ethernet',
  ),
  open: v.optional(
    flag(
      'Addresses that nothing in the topology owns are presumed to exist there: the walk ends with `left`. Default false.',
    ),
    false,
  ),
  stretched: v.optional(
    v.pipe(
      v.array(nameSchema),
      v.minLength(2),
      v.description(
        'The places over which it is one Ethernet; every two of them need an inter-site link. Who is on it says `at` which place it is; a distributed switch is where its hosts are.',
      ),
    ),
  ),
  mtu: v.optional(
    integer(
      'The largest IP packet that gets through, in bytes, where that is less than what the interfaces send: what is larger is lost, and nobody is told.',
      68,
      65_535,
    ),
  ),
});

type Config = v.InferOutput<typeof schema>;

export const segment: Kind<Config> = {
  kind: 'segment',
  section: 'segments',
  summary: 'Plain segments, Ethernet or point-to-point, that machines are plugged into.',
  schema,
  declare(name, config, at, reading) {
    const isPointToPoint = config.type === 'point-to-point';
    const { open: isOpen, mtu, stretched } = config;
    reading.segment({ name, isOpen, isPointToPoint, mtu, stretched, at });
    if (stretched) reading.later(() => checkStretch(name, stretched, config.type, at, reading));
    const ends = (): readonly string[] =>
      (reading.declared.neighbours.get(`segment ${name}`) ?? []).map((one) => `${one.node}/${one.port}`);
    reading.link({ what: 'segment', names: [name], ends, at });
    if (isPointToPoint) reading.later(() => checkEnds(name, config.open, at, reading));
  },
};

/** One end of an open link may be outside of the topology. */
function checkEnds(name: string, isOpen: boolean, at: Cite, reading: Reading): void {
  const ends = reading.declared.neighbours.get(`segment ${name}`) ?? [];
  if (!reading.isWhole || ends.length === 2 || (isOpen && ends.length < 2)) return;
  const named = ends.map((end) => `${end.node}/${end.port}`).join(', ');
  reading.report(
    'value-invalid',
    { key: at },
    `point-to-point segment ${name} has ${ends.length === 0 ? 'no end' : `${ends.length === 1 ? 'one end' : `${ends.length} ends`} (${named})`}`,
    ends.length > 2
      ? 'make it an ethernet segment'
      : 'plug in two NICs, or let its other end be outside with open: true',
  );
}
