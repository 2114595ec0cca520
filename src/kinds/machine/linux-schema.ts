/** The shape of a machine's kernel in a topology: settings and texts, as its own tools print them. */
import * as v from 'valibot';
import type { Text } from '../kind.ts';
import { link } from './link-schema.ts';
import { interfaceName, oneOrMany, textOrFile } from '../schema.ts';

export const linux = v.pipe(
  v.strictObject({
    sysctl: v.optional(
      v.pipe(
        v.union([v.string(), v.record(v.string(), v.union([v.number(), v.string()]))]),
        v.description(
          'Kernel settings, such as net.ipv4.ip_forward: 1; or what `sysctl -a` prints, or a file that has it.',
        ),
      ),
    ),
    addresses: v.optional(
      v.pipe(
        v.union([v.string(), v.record(interfaceName, oneOrMany('Addresses of an interface.'))]),
        v.description(
          'Addresses by interface, as 10.0.1.4/24, primary first; or what `ip addr` prints (in full, with -o or -br), or a file that has it. Default: those of the NICs.',
        ),
      ),
    ),
    routes: v.optional(
      textOrFile(
        'All routes as `ip route show table all` prints them or `ip route add` takes them, of other tables with `table N`. Default: connected routes and a default route by the first NIC.',
      ),
    ),
    rules: v.optional(
      textOrFile(
        'Policy rules as `ip rule` prints them or `ip rule add` takes them. The kernel’s own three are implied unless one of them is stated.',
      ),
    ),
    rules6: v.optional(
      textOrFile('What `ip -6 rule` prints. Default: the IPv6 rules of `rules`, where it has any.'),
    ),
    tables: v.optional(
      v.pipe(
        v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffffffff))),
        v.description(
          'Numbers of routing tables by name, as in /etc/iproute2/rt_tables. Names need no number to be matched.',
        ),
      ),
    ),
    links: v.optional(
      v.pipe(
        v.record(interfaceName, link),
        v.description('Interfaces besides the NICs, in the words of `ip link add`.'),
      ),
    ),
    neighbours: v.optional(
      textOrFile(
        'What `ip neigh` prints: neighbours that need not be asked for. On a segment with them packets travel in frames.',
      ),
    ),
    fdb: v.optional(
      textOrFile(
        'What `bridge fdb` prints: entries of Linux bridges besides what they learn, and of vxlans their ends: 00:00:00:00:00:00 dev vx0 dst 192.0.2.2.',
      ),
    ),
    vlan: v.optional(
      textOrFile(
        'What `bridge vlan` prints or `bridge vlan add` takes: VLANs of the ports of Linux bridges that have vlan_filtering.',
      ),
    ),
    iptables: v.optional(textOrFile('What `iptables-save` prints.')),
    ip6tables: v.optional(textOrFile('What `ip6tables-save` prints.')),
    ipset: v.optional(textOrFile('What `ipset save` prints.')),
  }),
  v.description(
    'The guest’s kernel; a machine without it is a plain host. Any text may stand in a file beside the topology: { file: nva1.rules }.',
  ),
);

export type LinuxText = v.InferOutput<typeof linux>;

/** Whether a value that may be a map is a text, or names the file of one. */
export const isText = (value: string | Readonly<Record<string, unknown>>): value is Text =>
  typeof value === 'string' || (typeof value['file'] === 'string' && Object.keys(value).length === 1);
