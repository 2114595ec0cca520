import type { BalancingRule, MachineDeclaration } from '../../kinds/declarations.ts';
import type { TunnelEndpoint } from '../../mechanism/tunnel/endpoint.ts';
import { formatAddress, type Address } from '../../value/address.ts';
import { below } from '../../walk/cite.ts';
import type { Found, LintRule } from './rule.ts';

export const gatewayLbTunnels: LintRule = {
  code: 'gateway-lb-tunnels',
  severity: 'error',
  summary: 'tunnels of a gateway load balancer do not fit those of its appliance',
  condition:
    'A member of a gateway load balancer’s pool has no VXLAN interface or port with the VNI, the UDP port and the frontend’s address of one of the pool’s tunnels; or it has those of both, and neither are they ports of one bridge nor does its kernel forward.',
  harm: 'The appliance takes no packet of that tunnel, or has nowhere to put it: everything that is chained to the frontend stops.',
  bad: `tunnelInterfaces: [{ type: Internal, identifier: 900, port: 10800 }, { type: External, identifier: 901, port: 10801 }]
links: { vxlan900: { type: vxlan, id: 900, remote: 192.168.0.5, dstport: 4789 } }`,
  good: `links: { vxlan900: { type: vxlan, id: 900, remote: 192.168.0.5, dstport: 10800, master: br0 } }`,
  source:
    'Microsoft Learn: "Gateway Load Balancer", tunnel interfaces; lab: https://github.com/erjosito/azcli/blob/master/gwlb.azcli',
  check: ({ declared: { balancers, machines, nics } }) =>
    [...balancers.values()].flatMap(({ frontends, rules }) =>
      rules.flatMap((rule) =>
        rule.members().flatMap((id) => {
          const machine = machines.get(nics.get(id)?.node ?? '');
          const frontend = frontends.get(rule.frontend);
          const isTunnelled = machine && frontend && rule.tunnels.length > 0;
          return isTunnelled ? atMember(machine, frontend.address, rule) : [];
        }),
      ),
    ),
};

type Tunnel = BalancingRule['tunnels'][number];

interface End {
  readonly name: string;
  readonly endpoint: TunnelEndpoint;
  readonly at: string;
}

const endsOf = ({ linux, bridges }: MachineDeclaration): readonly End[] => [
  ...linux.tunnels.map(({ port, endpoint, at }) => ({ name: port, endpoint, at })),
  ...bridges.flatMap(({ ports }) =>
    ports.flatMap(({ name, to: { endpoint }, at }) => (endpoint ? [{ name, endpoint, at }] : [])),
  ),
];

function atMember(
  machine: MachineDeclaration,
  frontend: Address,
  { tunnels }: BalancingRule,
): readonly Found[] {
  const ends = endsOf(machine).filter(({ endpoint }) => endpoint.encapsulation === 'vxlan');
  const fitting = tunnels.map((tunnel) => ends.find((end) => lacksOf(end, tunnel, frontend).length === 0));
  const wrong = tunnels.flatMap((tunnel, i) => (fitting[i] ? [] : [misfit(machine, ends, tunnel, frontend)]));
  if (wrong.length > 0 || fitting.length < 2) return wrong;
  const names = fitting.map((end) => end!.name);
  const isBridged = machine.bridges.some(({ ports }) =>
    names.every((name) => ports.some((port) => port.name === name)),
  );
  const isRouted = names.every((name) => machine.linux.sysctl.forwards(4, name));
  if (isBridged || isRouted) return [];
  return [
    {
      at: below(machine.linux.at, 'links'),
      about: { what: 'bridge', node: machine.name, devices: names.join(' and ') },
      related: fitting.map((end) => ({ what: end!.name, at: end!.at })),
    },
  ];
}

const KEYS = { vni: 'id', port: 'dstport', remote: 'remote' } as const;

type Lack = keyof typeof KEYS;

function lacksOf({ endpoint }: End, { identifier, port }: Tunnel, frontend: Address): readonly Lack[] {
  return [
    ...(endpoint.key.in === identifier && endpoint.key.out === identifier ? [] : ['vni' as const]),
    ...(endpoint.port === port ? [] : ['port' as const]),
    ...(endpoint.remote === frontend ? [] : ['remote' as const]),
  ];
}

/** The end that comes nearest, at what is wrong with it; of several the first. */
function misfit(machine: MachineDeclaration, ends: readonly End[], tunnel: Tunnel, frontend: Address): Found {
  const { type, identifier, port, at } = tunnel;
  const near = ends
    .map((end) => ({ end, lacks: lacksOf(end, tunnel, frontend) }))
    .filter(({ lacks }) => lacks.length === 1)
    .toSorted((a, b) => a.lacks.length - b.lacks.length)[0];
  const what = near?.lacks[0] ?? 'missing';
  return {
    at: near ? below(near.end.at, KEYS[near.lacks[0]!]) : below(machine.linux.at, 'links'),
    about: {
      what,
      node: machine.name,
      type,
      vni: String(identifier),
      port: String(port),
      frontend: formatAddress(frontend),
      ...(near && { device: near.end.name }),
    },
    related: [{ what: 'the tunnel of the pool', at }],
  };
}
