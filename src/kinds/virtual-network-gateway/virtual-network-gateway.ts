/** VPN gateways: how they are written in a topology. */
import * as v from 'valibot';
import { ESP_SUITES, type EspSuite } from '../../packet/esp.ts';
import type { Prefix } from '../../value/prefix.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Declared, Kind, Reading } from '../kind.ts';
import type { Connection } from '../premises.ts';
import { publicAddressOf } from '../public-address.ts';
import { address, flag, named, oneOrMore, reference } from '../schema.ts';
import { readPrefixes } from '../written.ts';
import { buildGateway } from './gateway.ts';

const connection = v.pipe(
  v.strictObject({
    site: reference('The on-premises site at the other end.', 'on-prem'),
    addressPrefixes: v.optional(
      oneOrMore('Prefixes reached through the tunnel. Default: those of the site.'),
    ),
    encryption: v.optional(
      v.pipe(
        v.picklist(Object.keys(ESP_SUITES) as EspSuite[]),
        v.description('What ESP uses; it decides the size of the header.'),
      ),
      'aes256-gcm',
    ),
  }),
  v.description('An IPsec connection to a site.'),
);

const schema = v.strictObject({
  subnet: reference('Its GatewaySubnet.', 'vnet-hub/GatewaySubnet'),
  privateIPAddress: v.optional(
    address('Its address in the GatewaySubnet. Default: the subnet’s fifth address, .4.'),
  ),
  publicIPAddress: address('Where its tunnels end.'),
  decrementTtl: v.optional(
    flag('The gateway takes one off the TTL, as most captures show. Default true.'),
    true,
  ),
  connections: v.optional(named(connection), {}),
});

type Config = v.InferOutput<typeof schema>;

/** Each connection has one index each way, from 0x1001 on, in file order. */
const FIRST_SPI = 0x1001;

export const virtualNetworkGateway: Kind<Config> = {
  kind: 'virtual-network-gateway',
  section: 'virtualNetworkGateways',
  summary: 'Route-based VPN gateways and their IPsec connections to sites.',
  schema,
  declare(name, config, at, reading) {
    const vnet = vnetOf(name, config.subnet, below(at, 'subnet'), reading);
    const publicAddress = publicAddressOf(config.publicIPAddress, name, at, reading);
    const stated =
      config.privateIPAddress === undefined
        ? undefined
        : reading.address(config.privateIPAddress, below(at, 'privateIPAddress'));
    const learned: Prefix[] = [];
    const connections = Object.entries(config.connections).map(([key, one]) => {
      const declared = declareConnection(name, key, one, below(at, 'connections', key), reading);
      reading.connection(declared);
      reading.link({
        what: 'connection',
        names: [declared.id],
        ends: () => endsOf(declared, reading.declared),
        at: declared.at,
      });
      reading.later(() =>
        learned.push(...(declared.prefixes ?? reading.declared.sites.get(one.site)?.prefixes ?? [])),
      );
      return declared;
    });
    reading.gateway({ name, vnet, subnet: config.subnet, publicAddress, learned, at });
    const place = config.privateIPAddress === undefined ? at : below(at, 'privateIPAddress');
    const service = {
      id: name,
      node: name,
      port: 'fabric',
      subnet: config.subnet,
      isNextHop: true,
      at: place,
    };
    if (stated !== undefined) reading.serviceAddress({ ...service, address: stated });
    else reading.fifthAddress(service);
    reading.node(name, {
      at,
      addresses: [],
      members: [],
      ports: [],
      innerPorts: connections.map((one) => one.gatewayPort),
      build: (programmed) =>
        buildGateway(
          {
            name,
            vnet,
            subnet: config.subnet,
            decrementTtl: config.decrementTtl,
            publicAddress,
            connections,
          },
          programmed,
        ),
    });
  },
};

/** The tunnel's port at the gateway, and those at the edge of the site. */
function endsOf(
  { id, gateway, gatewayPort, site: name }: Connection,
  { sites }: Declared,
): readonly string[] {
  const site = sites.get(name);
  const tunnels = site?.tunnels.filter(({ connection: one }) => one === id) ?? [];
  return [`${gateway}/${gatewayPort}`, ...tunnels.map(({ port }) => `${site?.edge}/${port}`)];
}

/** The VNet of the GatewaySubnet, which holds one gateway. */
function vnetOf(gateway: string, subnet: string, at: Cite, reading: Reading): string {
  const [vnet = '', ...rest] = subnet.split('/');
  if (rest.join('/') === 'GatewaySubnet') {
    reading.refer('subnet', subnet, at);
    reading.claim({ code: 'value-invalid', what: 'subnet', value: subnet, owner: gateway, at });
  } else
    reading.report(
      'value-invalid',
      at,
      `a gateway lives in a subnet named GatewaySubnet, not in ${subnet}`,
      `write ${vnet}/GatewaySubnet, and give the VNet that subnet`,
    );
  return vnet;
}

function declareConnection(
  gateway: string,
  key: string,
  config: v.InferOutput<typeof connection>,
  at: Cite,
  reading: Reading,
): Connection {
  reading.refer('site', config.site, below(at, 'site'));
  const prefixes = readPrefixes(config.addressPrefixes, below(at, 'addressPrefixes'), reading);
  const spi = FIRST_SPI + 2 * reading.declared.connections.size;
  return {
    id: `${gateway}/${key}`,
    gateway,
    gatewayPort: `tunnel-${key}`,
    site: config.site,
    prefixes: config.addressPrefixes === undefined ? undefined : prefixes.map((one) => one.value),
    suite: config.encryption,
    spiToGateway: spi,
    spiToSite: spi + 1,
    at,
  };
}
