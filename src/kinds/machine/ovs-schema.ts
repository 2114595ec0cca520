/** The shape of a machine's Open vSwitch bridges, in the words of ovs-vsctl(8) and ovs-vswitchd.conf.db(5). */
import * as v from 'valibot';
import { flag, integer, interfaceName, name } from '../schema.ts';

const vlan = (text: string): v.GenericSchema<number> => integer(text, 0, 4095);

const text = (about: string, example: string): v.GenericSchema<string> =>
  v.pipe(v.string(), v.description(about), v.examples([example]));

const key = (about: string): v.GenericSchema<number> => integer(about, 0, 0xffffffff);

const hexadecimal = (about: string, example: string): v.GenericSchema<string | number> =>
  v.pipe(
    v.union([
      v.pipe(v.number(), v.integer(), v.minValue(0)),
      v.pipe(v.string(), v.regex(/^(?:0[xX])?[0-9a-fA-F]+$/, 'hexadecimal digits')),
    ]),
    v.description(about),
    v.examples([example]),
  );

const inherited = (about: string): v.GenericSchema<number | 'inherit'> =>
  v.pipe(v.union([integer(about, 0, 255), v.literal('inherit')]), v.description(about));

const options = v.strictObject({
  peer: v.optional(v.pipe(interfaceName, v.description('Of a patch, the patch port at the other end.'))),
  remote_ip: v.optional(text('Of a tunnel, the address of its other end.', '192.168.56.12')),
  local_ip: v.optional(text('Its own. Default: the kernel’s choice for each packet.', '192.168.56.11')),
  key: v.optional(key('VNI, GRE key or ERSPAN session of both directions. Default: 0, or no key of GRE.')),
  in_key: v.optional(key('VNI or GRE key of what is received.')),
  out_key: v.optional(key('VNI or GRE key of what is sent.')),
  dst_port: v.optional(integer('UDP port. Default: 4789 of vxlan, 6081 of geneve.', 1, 65_535)),
  ttl: v.optional(inherited('TTL of the outer packet, or inherit. Default 64.')),
  tos: v.optional(inherited('TOS octet or traffic class of the outer packet, or inherit. Default 0.')),
  df_default: v.optional(flag('Don’t fragment on outer packets. Default true.')),
  csum: v.optional(flag('Checksums of GRE, or of UDP over IPv4. Default false.')),
  seq: v.optional(flag('Sequence numbers of GRE. Default false.')),
  packet_type: v.optional(
    v.pipe(
      v.picklist(['legacy_l2', 'legacy_l3']),
      v.description('What GRE carries, frames or IP packets. Default legacy_l2.'),
    ),
  ),
  erspan_ver: v.optional(integer('Header of ERSPAN: 1 is type II, 2 type III. It must be stated.', 1, 2)),
  erspan_idx: v.optional(hexadecimal('Index in a header of type II, in hexadecimal. Default 0.', 'ff')),
  erspan_dir: v.optional(integer('Direction in a header of type III: 0 ingress, 1 egress. Default 0.', 0, 1)),
  erspan_hwid: v.optional(
    hexadecimal('Hardware ID in a header of type III, in hexadecimal. Default 0.', '3f'),
  ),
  psk: v.optional(text('Pre-shared key of IPsec around GRE; ipsec_gre must have one.', 'swordfish')),
});

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
        v.picklist(['internal', 'patch', 'gre', 'vxlan', 'geneve', 'erspan', 'ipsec_gre']),
        v.description(
          'internal is an interface of the machine, patch a cable to another bridge of it, the others are tunnels. Default: a NIC of the machine that has the port’s name, else one that is plugged in with bridge: and port:.',
        ),
      ),
    ),
    options: v.optional(v.pipe(options, v.description('As `ovs-vsctl show` prints them.'))),
  }),
  v.description('A port; its key is its name.'),
);

const ports = (about: string): v.GenericSchema<readonly string[]> =>
  v.pipe(v.array(interfaceName), v.description(about));

const mirror = v.pipe(
  v.strictObject({
    select_all: v.optional(flag('Frames that come in or leave by any port are copied. Default false.')),
    select_src_port: v.optional(ports('Ports by which frames come in that are copied.')),
    select_dst_port: v.optional(ports('Ports by which frames leave that are copied.')),
    select_vlan: v.optional(
      v.pipe(
        v.array(vlan('A VLAN; 0 is that of frames without a tag.')),
        v.description('VLANs whose frames are copied. Default: all.'),
      ),
    ),
    output_port: v.optional(
      v.pipe(
        interfaceName,
        v.description(
          'The port that copies leave by, and nothing else: a tunnel such as erspan, or any other.',
        ),
      ),
    ),
    output_vlan: v.optional(
      integer('The VLAN that copies go to instead, by all ports that carry it.', 1, 4095),
    ),
  }),
  v.description('A mirror; its key is its name.'),
);

export type OvsMirror = v.InferOutput<typeof mirror>;

export type OvsPort = v.InferOutput<typeof port>;

export const ovs = v.pipe(
  v.record(
    interfaceName,
    v.pipe(
      v.strictObject({
        ports: v.record(interfaceName, port),
        mirrors: v.optional(
          v.pipe(
            v.record(name, mirror),
            v.description('Port mirroring, as `ovs-vsctl list mirror` prints it.'),
          ),
        ),
      }),
      v.description('A bridge; its key is its name, and that of its port towards the machine.'),
    ),
  ),
  v.description('Open vSwitch bridges, in the words of ovs-vsctl.'),
);

export type OvsText = v.InferOutput<typeof ovs>;
