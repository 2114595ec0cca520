/** Physical addresses, where a topology states them. */
import * as v from 'valibot';
import type { Kind } from '../kind.ts';

const schema = v.pipe(
  v.string(),
  v.description('The physical address of a host, a load balancer or a gateway.'),
  v.examples(['100.64.0.9']),
);

export const underlay: Kind<string> = {
  kind: 'underlay',
  section: 'underlay',
  summary:
    'Physical addresses by host or node; those not stated are assigned from 100.64.0.0/10 in file order.',
  schema,
  declare(name, text, at, reading) {
    const address = reading.address(text, at);
    if (address !== undefined) reading.physical(name, address);
  },
};
