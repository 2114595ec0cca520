/** Frontend IP configurations: internal, in a subnet, or public. */
import type { Address } from '../../value/address.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';
import { declareChain, refusePrivateChain } from '../chain.ts';
import { claimRouted } from '../public-address.ts';
import type { Config } from './config.ts';

export interface Frontend {
  readonly name: string;
  readonly address: Address;
  /** Undefined: public. */
  readonly subnet: string | undefined;
}

type FrontendConfig = Config['frontends'][string];

interface Owner {
  readonly name: string;
  readonly sku: Config['sku'];
}

/** Reads a frontend and declares who answers to its address; undefined when it has none that can be read. */
export function declareFrontend(
  owner: Owner,
  name: string,
  config: FrontendConfig,
  at: Cite,
  reading: Reading,
): Frontend | undefined {
  if (!isOfOneKind(name, config, at, reading)) return undefined;
  return config.publicIPAddress === undefined
    ? declareInternal(owner, name, config, at, reading)
    : declarePublic(owner, name, config.publicIPAddress, config, at, reading);
}

function isOfOneKind(name: string, config: FrontendConfig, at: Cite, reading: Reading): boolean {
  const { subnet, privateIPAddress, publicIPAddress } = config;
  if (publicIPAddress !== undefined) {
    const surplus =
      subnet === undefined ? (privateIPAddress === undefined ? undefined : 'privateIPAddress') : 'subnet';
    if (surplus !== undefined)
      reading.report(
        'value-invalid',
        { key: below(at, surplus) },
        `frontend ${name} is public and has a ${surplus}, as internal ones do`,
        'leave one of the two out',
      );
    return surplus === undefined;
  }
  const missing =
    subnet === undefined ? 'subnet' : privateIPAddress === undefined ? 'privateIPAddress' : undefined;
  if (missing !== undefined)
    reading.report(
      'key-missing',
      { key: at },
      `"${name}" has no ${missing}`,
      subnet === undefined && privateIPAddress === undefined
        ? 'add subnet and privateIPAddress, or publicIPAddress'
        : `add ${missing}:`,
    );
  return missing === undefined;
}

function declareInternal(
  owner: Owner,
  name: string,
  config: FrontendConfig,
  at: Cite,
  reading: Reading,
): Frontend | undefined {
  const { subnet = '', privateIPAddress = '' } = config;
  reading.refer('subnet', subnet, below(at, 'subnet'));
  const place = below(at, 'privateIPAddress');
  const address = reading.address(privateIPAddress, place);
  if (address === undefined) return undefined;
  reading.serviceAddress({
    id: `${owner.name}/${name}`,
    node: owner.name,
    port: name,
    subnet,
    address,
    isNextHop: true,
    isChainable: owner.sku === 'Gateway',
    isRegional: owner.sku === 'Basic',
    at: place,
  });
  if (config.gatewayLoadBalancer !== undefined) refusePrivateChain(`frontend ${name}`, at, reading);
  return { name, address, subnet };
}

function declarePublic(
  owner: Owner,
  name: string,
  text: string,
  { gatewayLoadBalancer: gateway }: FrontendConfig,
  at: Cite,
  reading: Reading,
): Frontend | undefined {
  const id = `${owner.name}/${name}`;
  const device = `${owner.name}:${name}`;
  const place = below(at, 'publicIPAddress');
  const address = claimRouted(text, id, place, reading);
  if (address === undefined) return undefined;
  if (gateway !== undefined)
    declareChain({ owner: id, device, gateway, at: below(at, 'gatewayLoadBalancer') }, [address], reading);
  reading.publicService({
    id,
    device,
    address,
    owner: owner.name,
    entry: 'mux',
    at: place,
  });
  return { name, address, subnet: undefined };
}
