import type { MachineDeclaration, Subnet } from '../../kinds/declarations.ts';
import { overheadOf } from '../../mechanism/tunnel/default-mtu.ts';
import type { Topology } from '../../topology/topology.ts';
import { contains } from '../../value/prefix.ts';
import type { Address } from '../../value/address.ts';
import { below } from '../../walk/cite.ts';
import type { Found, LintRule } from './rule.ts';

export const tunnelMtu: LintRule = {
  code: 'tunnel-mtu',
  severity: 'warning',
  summary: 'a tunnel takes larger packets than what it runs over',
  condition:
    'A tunnel interface of Linux states an MTU, and a packet of that size with the headers of the tunnel is larger than the MTU of the interface towards its other end (1500 where nothing is stated).',
  harm: 'Large packets are fragmented on the way, or dropped with or without an ICMP error: connections open and hang with the first full segment.',
  bad: `nics: { eth0: { subnet: nva/nva, privateIPAddress: 192.168.0.4 } } # MTU 1500
links: { vxlan900: { type: vxlan, id: 900, remote: 192.168.0.5, dstport: 10800, mtu: 1500 } } # 50 octets more`,
  good: `nics: { eth0: { subnet: nva/nva, privateIPAddress: 192.168.0.4, mtu: 1600 } }`,
  source: 'RFC 7348 section 4.3: VTEPs must not fragment; sizes of headers: RFC 7348, RFC 2784, RFC 2003',
  check: (topology) => [...topology.declared.machines.values()].flatMap((one) => atMachine(topology, one)),
};

function atMachine(topology: Topology, machine: MachineDeclaration): readonly Found[] {
  return machine.linux.tunnels.flatMap(({ port, endpoint, mtu, at }): readonly Found[] => {
    const under = underlayOf(topology, machine, endpoint.dev, endpoint.remote);
    const overhead = overheadOf(endpoint);
    if (mtu === undefined || !under || mtu + overhead <= under.mtu) return [];
    return [
      {
        at: below(at, 'mtu'),
        about: {
          node: machine.name,
          device: port,
          mtu: String(mtu),
          overhead: String(overhead),
          under: under.port,
          underMtu: String(under.mtu),
          fits: String(under.mtu - overhead),
        },
        related: [{ what: under.port, at: under.at }],
      },
    ];
  });
}

type Nic = MachineDeclaration['nics'][number];

/** The NIC that the tunnel leaves by: that it names, that of the other end's network, or the first. */
function underlayOf(
  topology: Topology,
  { nics, linux: { links, tunnels } }: MachineDeclaration,
  dev: string | undefined,
  remote: Address,
): { readonly port: string; readonly mtu: number; readonly at: string } | undefined {
  if (dev !== undefined && tunnels.some(({ port }) => port === dev)) return undefined;
  const isNear = ({ subnet }: Nic): boolean =>
    prefixesOf(topology, subnet).some((one) => contains(one, remote));
  const nic = nics.find(({ port }) => port === dev) ?? nics.find(isNear) ?? nics[0];
  return nic && { port: nic.port, mtu: nic.mtu ?? links.get(nic.port)?.mtu ?? 1500, at: nic.at };
}

const prefixesOf = ({ declared }: Topology, subnet: string | undefined): Subnet['addressPrefixes'] =>
  declared.subnets.get(subnet ?? '')?.addressPrefixes ?? [];
