/** What the endpoint that nearly took a packet wants. */
import { formatAddress } from '../../value/address.ts';
import type { Untaken } from './decapsulate.ts';

/** `vxlan900 has key 900`; undefined when no endpoint came near. */
export function wantedText({ nearest, failed }: Untaken): string | undefined {
  if (!nearest) return undefined;
  const { name, key, port, remote, local, checksum, sequence } = nearest;
  const what = nearest.erspan ? 'session' : 'key';
  switch (failed) {
    case 'payload':
      return undefined;
    case 'port':
      return `${name} is on UDP port ${port}`;
    case 'remote':
      return `${name} has its other end at ${formatAddress(remote)}`;
    case 'local':
      return `${name} is at ${formatAddress(local!)}`;
    case 'protection':
      return nearest.esp ? `${name} wants ESP` : `${name} has no ESP`;
    case 'key':
      return key.in === undefined ? `${name} has no ${what}` : `${name} has ${what} ${key.in}`;
    case 'options':
      return `${name} has checksums ${checksum ? 'on' : 'off'} and sequence numbers ${sequence ? 'on' : 'off'}`;
    default:
      return failed satisfies never;
  }
}
