/** The shape of a machine's Open vSwitch bridges, in the words of ovs-vsctl(8) and ovs-vswitchd.conf.db(5). */
import * as v from 'valibot';
import { integer, interfaceName } from '../schema.ts';

const vlan = (text: string): v.GenericSchema<number> => integer(text, 0, 4095);

const port = v.pipe(
  v.strictObject({
    tag: v.optional(vlan('The VLAN of frames without a tag: of an access port its only one.')),
    trunks: v.optional(
      v.pipe(
        v.array(vlan('A VLAN; 0 is that of frames without a tag.')),
        v.description('VLANs that a trunk port carries. Default: all.'),
      ),
    ),
    vlan_mode: v.optional(
      v.pipe(
        v.picklist(['access', 'trunk', 'native-tagged', 'native-untagged']),
        v.description('Default: access with a tag, else trunk.'),
      ),
    ),
    type: v.optional(
      v.pipe(
        v.picklist(['internal', 'patch']),
        v.description(
          'internal is an interface of the machine, patch a cable to another bridge of it. Default: a NIC of the machine that has the port’s name, else one that is plugged in with bridge: and port:.',
        ),
      ),
    ),
    options: v.optional(
      v.strictObject({
        peer: v.optional(v.pipe(interfaceName, v.description('The patch port at the other end.'))),
      }),
    ),
  }),
  v.description('A port; its key is its name.'),
);

export type OvsPort = v.InferOutput<typeof port>;

export const ovs = v.pipe(
  v.record(
    interfaceName,
    v.pipe(
      v.strictObject({ ports: v.record(interfaceName, port) }),
      v.description('A bridge; its key is its name, and that of its port towards the machine.'),
    ),
  ),
  v.description('Open vSwitch bridges, in the words of ovs-vsctl.'),
);

export type OvsText = v.InferOutput<typeof ovs>;
