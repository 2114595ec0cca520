/** On-premises sites: a local network and the router at its edge. */
import * as v from 'valibot';
import { contains, formatPrefix, type Prefix } from '../../value/prefix.ts';
import { familyOf, formatAddress, type Address } from '../../value/address.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Kind, Reading } from '../kind.ts';
import type { SiteTunnel } from '../premises.ts';
import { address, flag, name as nameSchema, named, oneOrMore, reference } from '../schema.ts';
import { readAddresses, readPrefixes, type Written } from '../written.ts';
import { publicAddressOf } from '../public-address.ts';
import { buildEdge, type EdgeConfig } from './edge.ts';

const tunnel = v.pipe(
  v.strictObject({
    connection: reference('The gateway’s connection at the other end.', 'vgw-hub/onprem'),
    routes: v.optional(
      oneOrMore(
        'Prefixes routed into the tunnel. Default: what the gateway advertises, that is the ranges of its VNet and of the VNets that use it by gateway transit, and the prefixes of its other connections.',
      ),
    ),
  }),
  v.description('An IPsec tunnel of the edge router.'),
);

const schema = v.strictObject({
  addressPrefixes: oneOrMore(
    'The addresses of the site. Those that no machine of the topology owns are taken to exist.',
  ),
  edge: v.pipe(
    v.strictObject({
      name: v.pipe(nameSchema, v.description('The edge router’s name in traces.')),
      privateIPAddress: oneOrMore(
        'Its address on the local network, the default gateway of the site’s machines.',
      ),
      publicIPAddress: address('Its address on the Internet, where tunnels end.'),
      decrementTtl: v.optional(flag('The router takes one off the TTL, as routers do. Default true.'), true),
      tunnels: v.optional(named(tunnel), {}),
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
    const prefixes = readPrefixes(config.addressPrefixes, below(at, 'addressPrefixes'), reading).map(
      (one) => one.value,
    );
    const { edge } = config;
    const edgeAt = below(at, 'edge');
    const edgeAddresses = readAddresses(edge.privateIPAddress, below(edgeAt, 'privateIPAddress'), reading);
    checkInside(name, edgeAddresses, prefixes, reading);
    const built: EdgeConfig = {
      site: name,
      name: edge.name,
      prefixes,
      addresses: edgeAddresses.map((one) => one.value),
      publicAddress: publicAddressOf(edge.publicIPAddress, edge.name, edgeAt, reading),
      decrementTtl: edge.decrementTtl,
      tunnels: Object.entries(edge.tunnels).map(([key, one]) =>
        declareTunnel(name, key, one, below(edgeAt, 'tunnels', key), reading),
      ),
      at: edgeAt,
    };
    const { publicAddress, tunnels } = built;
    reading.site({
      name,
      prefixes,
      edge: edge.name,
      edgeAddresses: built.addresses,
      publicAddress,
      tunnels,
      at,
    });
    reading.node(edge.name, {
      at: below(edgeAt, 'name'),
      addresses: edgeAddresses.map(({ value, at: place }) => ({
        address: value,
        network: `site ${name}`,
        port: 'lan',
        at: place,
      })),
      members: [],
      ports: ['lan'],
      innerPorts: tunnels.map((one) => one.port),
      build: (programmed) => buildEdge(built, programmed),
    });
  },
};

function checkInside(
  site: string,
  addresses: readonly Written<Address>[],
  prefixes: readonly Prefix[],
  reading: Reading,
): void {
  for (const { value, at } of addresses) {
    if (prefixes.length > 0 && !prefixes.some((range) => contains(range, value)))
      reading.report(
        'address-outside-subnet',
        at,
        `${formatAddress(value)} is not inside site ${site} (${prefixes.map(formatPrefix).join(', ')})`,
      );
  }
}

function declareTunnel(
  site: string,
  key: string,
  config: v.InferOutput<typeof tunnel>,
  at: Cite,
  reading: Reading,
): SiteTunnel {
  const place = below(at, 'connection');
  reading.refer('connection', config.connection, place);
  reading.later(() => checkEnds(site, config.connection, place, reading));
  const routes = readPrefixes(config.routes, below(at, 'routes'), reading);
  return {
    port: `tunnel-${key}`,
    connection: config.connection,
    routes: config.routes === undefined ? undefined : routes.map((one) => one.value),
    at,
  };
}

/** A tunnel and its connection lead to each other, between addresses of one family. */
function checkEnds(site: string, id: string, at: Cite, reading: Reading): void {
  const { connections, gateways, sites } = reading.declared;
  const connection = connections.get(id);
  if (!connection) return;
  if (connection.site !== site) {
    reading.report('value-invalid', at, `connection ${id} leads to site ${connection.site}, not to ${site}`);
    return;
  }
  const here = sites.get(site)?.publicAddress;
  const there = gateways.get(connection.gateway)?.publicAddress;
  if (here !== undefined && there !== undefined && familyOf(here) !== familyOf(there))
    reading.report(
      'value-invalid',
      at,
      `a tunnel cannot end at ${formatAddress(here)} here and at ${formatAddress(there)} there`,
      'give both ends public addresses of one family',
    );
}
