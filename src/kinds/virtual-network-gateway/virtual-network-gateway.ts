/** VPN gateways: how they are written in a topology. */
import * as v from 'valibot';
import { ESP_SUITES, type EspSuite } from '../../packet/esp.ts';
import type { Prefix } from '../../value/prefix.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Connection, Kind, Reading } from '../kind.ts';
import { address, flag, oneOrMany, reference } from '../schema.ts';
import { buildGateway } from './gateway.ts';

const connection = v.pipe(
  v.strictObject({
    site: reference('The on-premises site at the other end.', 'on-prem'),
    addressPrefixes: v.optional(
      oneOrMany('Prefixes reached through the tunnel. Default: those of the site.'),
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
  connections: v.optional(v.record(v.string(), connection), {}),
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
    reading.refer('subnet', config.subnet, below(at, 'subnet'));
    const [vnet = '', subnetName] = config.subnet.split('/');
    if (subnetName !== 'GatewaySubnet')
      reading.report(
        'value-invalid',
        below(at, 'subnet'),
        `a gateway lives in a subnet named GatewaySubnet, not ${subnetName}`,
      );
    const publicAddress = reading.address(config.publicIPAddress, below(at, 'publicIPAddress'));
    const stated =
      config.privateIPAddress === undefined
        ? undefined
        : reading.address(config.privateIPAddress, below(at, 'privateIPAddress'));
    if (publicAddress === undefined) return;
    const learned: Prefix[] = [];
    const connections = Object.entries(config.connections).map(([key, one]) => {
      const declared = declareConnection(name, key, one, below(at, 'connections', key), reading);
      reading.connection(declared);
      reading.later(() =>
        learned.push(...(declared.prefixes ?? reading.declared.sites.get(one.site)?.prefixes ?? [])),
      );
      return declared;
    });
    reading.gateway({ name, vnet, subnet: config.subnet, publicAddress, learned, at });
    const service = { id: name, node: name, port: 'fabric', subnet: config.subnet, isNextHop: true, at };
    if (stated !== undefined) reading.serviceAddress({ ...service, address: stated });
    else reading.fifthAddress(service);
    reading.node(name, {
      at,
      addresses: [],
      members: [],
      ports: [],
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

function declareConnection(
  gateway: string,
  key: string,
  config: v.InferOutput<typeof connection>,
  at: Cite,
  reading: Reading,
): Connection {
  reading.refer('site', config.site, below(at, 'site'));
  const field = below(at, 'addressPrefixes');
  const texts = config.addressPrefixes;
  const spi = FIRST_SPI + 2 * reading.declared.connections.size;
  return {
    id: `${gateway}/${key}`,
    gateway,
    gatewayPort: `tunnel-${key}`,
    site: config.site,
    prefixes:
      texts === undefined
        ? undefined
        : [texts]
            .flat()
            .flatMap((text, i) => reading.prefix(text, Array.isArray(texts) ? below(field, i) : field) ?? []),
    suite: config.encryption,
    spiToGateway: spi,
    spiToSite: spi + 1,
    at,
  };
}
