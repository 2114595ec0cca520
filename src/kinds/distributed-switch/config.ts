/** The shape of a distributed switch in a topology: the words of vSphere, whose API has them as VMwareVspanSession. */
import * as v from 'valibot';
import { flag, integer, name, oneOrMore, reference } from '../schema.ts';

const DIRECTIONS = ['ingress', 'egress', 'both'] as const;

const session = v.strictObject({
  sessionType: v.optional(
    v.pipe(
      v.picklist(['encapsulatedRemoteMirrorSource', 'Encapsulated Remote Mirroring (L3) Source']),
      v.description('Copies go to an IP address. It is the only type that nettrace walks.'),
    ),
    'encapsulatedRemoteMirrorSource',
  ),
  enabled: v.optional(flag('Whether it mirrors. Default true.'), true),
  sourcePorts: v.pipe(
    v.record(name, v.picklist(DIRECTIONS)),
    v.minEntries(1),
    v.description(
      'Ports to watch and in which direction, as the switch sees it: ingress is what the machine sends, egress what it gets.',
    ),
  ),
  destination: oneOrMore('The address of the analyser; with several each gets a copy.'),
  encapType: v.optional(
    v.pipe(
      v.picklist(['gre', 'erspan2', 'erspan3']),
      v.description('gre is ERSPAN without a header of its own, which is called type I. Default gre.'),
    ),
    'gre',
  ),
  samplingRate: v.optional(integer('One of so many packets is copied. Default 1: every one.', 1, 0x7fffffff)),
  erspanId: v.optional(integer('Session ID of ERSPAN types II and III. Default 0.', 0, 1023)),
});

export const schema = v.strictObject({
  hosts: v.pipe(
    v.record(
      name,
      v.strictObject({
        uplinks: v.optional(
          v.pipe(
            v.record(
              name,
              v.strictObject({ segment: reference('The segment that the uplink is plugged into.', 'lan0') }),
            ),
            v.description('Physical NICs of the host, as vmnic0.'),
          ),
          {},
        ),
      }),
    ),
    v.minEntries(1),
    v.description(
      'The machines whose virtual switches it joins, each with its uplinks. A machine on the switch names its own with `host`.',
    ),
  ),
  ports: v.pipe(
    v.record(
      name,
      v.nullable(
        v.strictObject({ vlanId: v.optional(integer('VLAN of what is plugged in. Default none.', 1, 4094)) }),
      ),
    ),
    v.description('Its ports, which NICs are plugged into with `switch` and `port`.'),
  ),
  vspanSessions: v.optional(
    v.pipe(v.record(name, session), v.description('Port mirroring: sessions by name.')),
    {},
  ),
});

export type Config = v.InferOutput<typeof schema>;
export type SessionConfig = v.InferOutput<typeof session>;
