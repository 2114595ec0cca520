/** How a load balancer is written in a topology: its schema. */
import * as v from 'valibot';
import { address, flag, integer, named, oneOrMore, reference } from '../schema.ts';

const frontend = v.pipe(
  v.strictObject({
    subnet: v.optional(reference('The subnet of an internal frontend.', 'vnet-hub/snet-nva')),
    privateIPAddress: v.optional(address('The frontend’s address in that subnet.')),
    publicIPAddress: v.optional(address('Or the address of a public frontend.')),
    gatewayLoadBalancer: v.optional(
      reference(
        'Of a public frontend: the frontend of a gateway load balancer that it is chained to.',
        'nvalb/nvafrontend',
      ),
    ),
    privateLinkService: v.optional(
      reference('A Private Link service that is published here; its consumers are not modelled.', 'pls-web'),
    ),
  }),
  v.description('A frontend IP configuration: internal, with subnet and address, or public.'),
);

const tunnelInterface = v.pipe(
  v.strictObject({
    type: v.pipe(
      v.picklist(['Internal', 'External']),
      v.description('External is the side of the clients, Internal that of the application.'),
    ),
    protocol: v.optional(v.picklist(['VXLAN']), 'VXLAN'),
    identifier: integer('The VXLAN network identifier.', 0, 2 ** 24 - 1),
    port: integer('The UDP port; not 4789.', 1, 65_535),
  }),
  v.description('A tunnel between a gateway load balancer and its appliances.'),
);

const pool = v.pipe(
  v.union([
    v.array(v.string()),
    v.strictObject({
      members: v.optional(v.pipe(v.array(v.string()), v.description('NICs of machines, as nva1/eth0.'))),
      virtualNetwork: v.optional(reference('Or the VNet of addresses.', 'vnet-hub')),
      addresses: v.optional(
        v.pipe(v.array(v.string()), v.description('Private addresses of members in that VNet.')),
      ),
      tunnelInterfaces: v.optional(
        v.pipe(
          v.array(tunnelInterface),
          v.minLength(1),
          v.maxLength(2),
          v.description('Of a gateway load balancer: its tunnels to the members.'),
        ),
      ),
    }),
  ]),
  v.description(
    'NICs of machines, as [nva1/eth0]; or a map of members (NICs), or of virtualNetwork and addresses, with the tunnelInterfaces that a gateway load balancer has to them: type, identifier, port.',
  ),
);

const probe = v.pipe(
  v.strictObject({
    protocol: v.picklist(['Tcp', 'Http', 'Https']),
    port: integer('Port that is probed on every member.', 1, 65_535),
    requestPath: v.optional(
      v.pipe(v.string(), v.description('Of an HTTP or HTTPS probe; its answer is taken to be 200.')),
    ),
  }),
  v.description('A health probe.'),
);

const ending = {
  enableTcpReset: v.optional(flag('RST to both ends at idle timeout. Default false.'), false),
  idleTimeoutInMinutes: v.optional(integer('4 to 30. Default 4.', 4, 30), 4),
};

const rule = v.pipe(
  v.strictObject({
    frontend: reference('Name of the frontend.', 'fip'),
    backendPool: oneOrMore(
      'Name of the backend pool; a gateway load balancer may have two, one for each of its tunnels.',
    ),
    protocol: v.pipe(
      v.picklist(['Tcp', 'Udp', 'All']),
      v.description('All, with ports 0, is an HA-ports rule, for internal frontends only.'),
    ),
    frontendPort: v.optional(integer('0 with protocol All.', 0, 65_535)),
    backendPort: v.optional(integer('Default: the frontend’s port.', 0, 65_535)),
    probe: v.optional(reference('Name of the probe; without one every member counts as healthy.', 'ssh')),
    loadDistribution: v.optional(
      v.pipe(
        v.picklist(['Default', 'SourceIP', 'SourceIPProtocol']),
        v.description('What is hashed: five-tuple, two addresses, or addresses and protocol.'),
      ),
      'Default',
    ),
    enableFloatingIP: v.optional(flag('The backend sees the frontend’s address. Default false.'), false),
    disableOutboundSnat: v.optional(
      flag('At a public frontend: the members may not send by it what they begin. Default false.'),
      false,
    ),
    ...ending,
  }),
  v.description('A load balancing rule.'),
);

const inboundNatRule = v.pipe(
  v.strictObject({
    frontend: reference('Name of the frontend.', 'fip'),
    protocol: v.picklist(['Tcp', 'Udp']),
    backendPort: integer('Port of the machine.', 1, 65_535),
    frontendPort: v.optional(integer('Port of the frontend for one machine.', 1, 65_535)),
    backendIPConfiguration: v.optional(reference('The NIC of that machine.', 'nva1/eth0')),
    frontendPortRangeStart: v.optional(
      integer('Or the first of a range, a port for each member of a pool.', 1, 65_535),
    ),
    frontendPortRangeEnd: v.optional(integer('The last of the range.', 1, 65_535)),
    backendPool: v.optional(reference('The pool; its members take the ports of the range in order.', 'nvas')),
    enableFloatingIP: v.optional(flag('The machine sees the frontend’s address. Default false.'), false),
    ...ending,
  }),
  v.description('An inbound NAT rule: a port of the frontend for one machine.'),
);

const outboundRule = v.pipe(
  v.strictObject({
    frontends: v.pipe(
      v.array(v.string()),
      v.minLength(1),
      v.description('Names of public frontends, whose addresses the members send from.'),
    ),
    backendPool: reference('Name of the backend pool.', 'nvas'),
    protocol: v.picklist(['Tcp', 'Udp', 'All']),
    allocatedOutboundPorts: v.optional(
      integer('Ports for each member, a multiple of 8. Default, or 0: by the size of the pool.', 0, 64_000),
      0,
    ),
    enableTcpReset: ending.enableTcpReset,
    idleTimeoutInMinutes: v.optional(integer('4 to 120. Default 4.', 4, 120), 4),
  }),
  v.description('An outbound rule.'),
);

export const schema = v.strictObject({
  sku: v.optional(
    v.pipe(
      v.picklist(['Standard', 'Basic', 'Gateway']),
      v.description(
        'A Gateway one sends what comes by the public addresses chained to it through its appliances.',
      ),
    ),
    'Standard',
  ),
  tier: v.optional(
    v.pipe(
      v.picklist(['Regional', 'Global']),
      v.description('A Global one balances over load balancers of regions, which is not modelled.'),
    ),
    'Regional',
  ),
  frontends: named(frontend),
  backendPools: named(pool),
  probes: v.optional(named(probe), {}),
  rules: v.optional(named(rule), {}),
  inboundNatRules: v.optional(named(inboundNatRule), {}),
  outboundRules: v.optional(named(outboundRule), {}),
});

export type Config = v.InferOutput<typeof schema>;
export type RuleConfig = v.InferOutput<typeof rule>;
export type InboundNatConfig = v.InferOutput<typeof inboundNatRule>;
export type OutboundConfig = v.InferOutput<typeof outboundRule>;
