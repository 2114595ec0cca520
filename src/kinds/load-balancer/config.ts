/** How a load balancer is written in a topology: its schema. */
import * as v from 'valibot';
import { address, flag, integer, named, reference } from '../schema.ts';

const frontend = v.pipe(
  v.strictObject({
    subnet: reference('The subnet of an internal frontend.', 'vnet-hub/snet-nva'),
    privateIPAddress: address('The frontend’s address in that subnet.'),
  }),
  v.description('A frontend IP configuration.'),
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

const rule = v.pipe(
  v.strictObject({
    frontend: reference('Name of the frontend.', 'fip'),
    backendPool: reference('Name of the backend pool.', 'nvas'),
    protocol: v.pipe(
      v.picklist(['Tcp', 'Udp', 'All']),
      v.description('All, with ports 0, is an HA-ports rule.'),
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
    enableTcpReset: v.optional(flag('RST to both ends at idle timeout. Default false.'), false),
    idleTimeoutInMinutes: v.optional(integer('4 to 30. Default 4.', 4, 30), 4),
  }),
  v.description('A load balancing rule.'),
);

export const schema = v.strictObject({
  sku: v.optional(v.picklist(['Standard', 'Basic']), 'Standard'),
  frontends: named(frontend),
  backendPools: named(v.pipe(v.array(v.string()), v.description('NICs of machines: nva1/eth0.'))),
  probes: v.optional(named(probe), {}),
  rules: v.optional(named(rule), {}),
});

export type Config = v.InferOutput<typeof schema>;
export type RuleConfig = v.InferOutput<typeof rule>;
