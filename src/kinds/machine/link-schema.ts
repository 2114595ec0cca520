/** The shape of an interface that a machine adds to its NICs, in the words of `ip link add`: ip-link(8). */
import * as v from 'valibot';
import { flag, integer, interfaceName } from '../schema.ts';

const TUNNEL_TYPES = [
  'vxlan',
  'geneve',
  'gre',
  'gretap',
  'ip6gre',
  'ip6gretap',
  'ipip',
  'sit',
  'ip6tnl',
  'erspan',
  'ip6erspan',
] as const;

const word = (text: string, example: string): v.GenericSchema<string> =>
  v.pipe(v.string(), v.description(text), v.examples([example]));

const inherited = (text: string, low: number): v.GenericSchema<number | 'inherit'> =>
  v.pipe(v.union([integer(text, low, 255), v.literal('inherit')]), v.description(text));

const direction = v.picklist(['ingress', 'egress']);

const key = (text: string): v.GenericSchema<number> => integer(text, 0, 0xffffffff);

export const link = v.pipe(
  v.strictObject({
    type: v.pipe(
      v.picklist([...TUNNEL_TYPES, 'bridge', 'veth', 'vlan']),
      v.description(
        'The kind of interface. A veth is what a NIC of another machine is plugged into, with bridge: and port:.',
      ),
    ),
    master: v.optional(v.pipe(interfaceName, v.description('The bridge that it is a port of.'))),
    mtu: v.optional(
      integer(
        'The largest IP packet, in bytes. Default: what the kernel gives such an interface.',
        68,
        65_535,
      ),
    ),
    address: v.optional(word('Its MAC address. Default: assigned like those of NICs.', '02:00:0a:00:00:01')),
    vlan_filtering: v.optional(
      flag('Of a bridge: its ports have VLANs, as linux.vlan says. Default false: tags are data.'),
    ),
    vlan_default_pvid: v.optional(
      integer(
        'Of a bridge: the VLAN that its ports have from the start, without a tag. Default 1; 0 is none.',
        0,
        4094,
      ),
    ),
    link: v.optional(
      v.pipe(interfaceName, v.description('Of a vlan: the interface that its frames leave by, with a tag.')),
    ),
    id: v.optional(integer('VNI of vxlan and geneve; VLAN of vlan.', 0, 0xffffff)),
    key: v.optional(key('GRE key of both directions; of ERSPAN its session ID, 0 to 1023.')),
    ikey: v.optional(key('GRE key of what is received.')),
    okey: v.optional(key('GRE key of what is sent.')),
    local: v.optional(
      word('Address of this end. Default: the kernel’s choice for each packet.', '192.0.2.1'),
    ),
    remote: v.optional(
      word('Address of the other end. A vxlan may have its ends in linux.fdb instead.', '192.0.2.2'),
    ),
    dev: v.optional(word('Interface that the outer packets leave by. Default: as the routes say.', 'eth0')),
    dstport: v.optional(
      integer('UDP port of both ends. Default: 8472 of vxlan, as Linux has it; 6081 of geneve.', 1, 65_535),
    ),
    ttl: v.optional(
      inherited('TTL of the outer packet, or inherit. Default: inherit of GRE and IP in IPv4, else 64.', 0),
    ),
    tos: v.optional(inherited('TOS octet or traffic class of the outer packet, or inherit. Default 0.', 0)),
    df: v.optional(
      v.pipe(
        v.picklist(['set', 'unset', 'inherit']),
        v.description('Don’t fragment on outer packets of vxlan and geneve. Default unset.'),
      ),
    ),
    pmtudisc: v.optional(
      flag(
        'Outer IPv4 packets of GRE and IP are never fragmented; if false, as the packet inside. Default true.',
      ),
    ),
    erspan_ver: v.optional(
      integer('Header of ERSPAN: 0 is type I, which has none, 1 type II, 2 type III. Default 1.', 0, 2),
    ),
    erspan: v.optional(integer('Index in a header of type II. Default 0.', 0, 0xfffff)),
    erspan_dir: v.optional(
      v.pipe(direction, v.description('Direction in a header of type III. Default ingress.')),
    ),
    erspan_hwid: v.optional(integer('Hardware ID in a header of type III. Default 0.', 0, 63)),
    csum: v.optional(flag('Checksums of GRE, sent and wanted. Default false.')),
    seq: v.optional(
      flag(
        'Sequence numbers of GRE, sent and wanted. Default false; ERSPAN types II and III must have them.',
      ),
    ),
    udpcsum: v.optional(flag('Checksums of UDP over IPv4. Default true of vxlan, false of geneve.')),
    encaplimit: v.optional(
      v.pipe(
        v.union([integer('', 0, 255), v.literal('none')]),
        v.description(
          'Of tunnels over IPv6: how many more tunnels a packet may be put into, in a header of its own of 8 bytes; none leaves it out. Default 4.',
        ),
      ),
    ),
    learning: v.optional(flag('A vxlan learns which end has which MAC address. Default true.')),
  }),
  v.description('An interface; its key is its name.'),
);

export type LinkConfig = v.InferOutput<typeof link>;

export type TunnelType = (typeof TUNNEL_TYPES)[number];
