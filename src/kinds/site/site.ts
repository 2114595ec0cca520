/** On-premises sites: a local network and the router at its edge. */
import * as v from 'valibot';
import { contains, formatPrefix, type Prefix } from '../../value/prefix.ts';
import { formatAddress } from '../../value/address.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Kind, Reading, SiteTunnel } from '../kind.ts';
import { address, asList, flag, oneOrMany, reference } from '../schema.ts';
import { buildEdge } from './edge.ts';

const tunnel = v.pipe(
  v.strictObject({
    connection: reference('The gateway’s connection at the other end.', 'vgw-hub/onprem'),
    routes: v.optional(
      oneOrMany(
        'Prefixes routed into the tunnel. Default: what the gateway advertises, that is the ranges of its VNet and of the VNets that use it by gateway transit.',
      ),
    ),
  }),
  v.description('An IPsec tunnel of the edge router.'),
);

const schema = v.strictObject({
  addressPrefixes: oneOrMany(
    'The addresses of the site. Those that no machine of the topology owns are taken to exist.',
  ),
  edge: v.pipe(
    v.strictObject({
      name: v.pipe(v.string(), v.description('The edge router’s name in traces.')),
      privateIPAddress: oneOrMany(
        'Its address on the local network, the default gateway of the site’s machines.',
      ),
      publicIPAddress: address('Its address on the Internet, where tunnels end.'),
      decrementTtl: v.optional(flag('The router takes one off the TTL, as routers do. Default true.'), true),
      tunnels: v.optional(v.record(v.string(), tunnel), {}),
    }),
    v.description('The router between the site and the Internet.'),
  ),
});

type Config = v.InferOutput<typeof schema>;

export const site: Kind<Config> = {
  kind: 'site',
  section: 'sites',
  summary: 'On-premises sites: a local network and the router at its edge.',
  schema,
  declare(name, config, at, reading) {
    const prefixes = readPrefixes(config.addressPrefixes, below(at, 'addressPrefixes'), reading);
    const edgeAt = below(at, 'edge');
    const { edge } = config;
    const edgeAddresses = asList(edge.privateIPAddress).flatMap(
      (text) => reading.address(text, below(edgeAt, 'privateIPAddress')) ?? [],
    );
    const publicAddress = reading.address(edge.publicIPAddress, below(edgeAt, 'publicIPAddress'));
    for (const one of edgeAddresses) {
      if (!prefixes.some((range) => contains(range, one))) {
        reading.report(
          'address-outside-subnet',
          below(edgeAt, 'privateIPAddress'),
          `${formatAddress(one)} is not inside site ${name} (${prefixes.map(formatPrefix).join(', ')})`,
        );
      }
    }
    if (publicAddress === undefined) return;
    const tunnels = Object.entries(edge.tunnels).map(([key, one]): SiteTunnel =>
      declareTunnel(key, one, below(edgeAt, 'tunnels', key), reading),
    );
    reading.site({ name, prefixes, edge: edge.name, edgeAddresses, publicAddress, tunnels, at });
    reading.node(edge.name, {
      at: below(edgeAt, 'name'),
      addresses: edgeAddresses.map((one) => ({
        address: one,
        network: `site ${name}`,
        port: 'lan',
        at: below(edgeAt, 'privateIPAddress'),
      })),
      members: [],
      ports: ['lan'],
      build: (programmed) =>
        buildEdge(
          {
            site: name,
            name: edge.name,
            prefixes,
            addresses: edgeAddresses,
            publicAddress,
            decrementTtl: edge.decrementTtl,
            tunnels,
            at: edgeAt,
          },
          programmed,
        ),
    });
  },
};

const readPrefixes = (texts: string | readonly string[], at: Cite, reading: Reading): Prefix[] =>
  asList(texts).flatMap((text, i) => reading.prefix(text, Array.isArray(texts) ? below(at, i) : at) ?? []);

function declareTunnel(
  key: string,
  config: v.InferOutput<typeof tunnel>,
  at: Cite,
  reading: Reading,
): SiteTunnel {
  reading.refer('connection', config.connection, below(at, 'connection'));
  return {
    port: `tunnel-${key}`,
    connection: config.connection,
    routes:
      config.routes === undefined ? undefined : readPrefixes(config.routes, below(at, 'routes'), reading),
    at,
  };
}
