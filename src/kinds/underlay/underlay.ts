/** Physical addresses, where a topology states them. */
import * as v from 'valibot';
import { familyOf, formatAddress } from '../../value/address.ts';
import type { Cite } from '../../walk/cite.ts';
import type { Kind, Reading } from '../kind.ts';

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
  // A frontend of several has one of its own: `ilb-hub/fip`.
  names: v.string(),
  schema,
  declare(name, text, at, reading) {
    reading.later(() => checkOwner(name, at, reading));
    const address = reading.address(text, at);
    if (address === undefined) return;
    if (familyOf(address) === 6)
      reading.report('value-invalid', at, `${text} is not an IPv4 address, as the underlay has them`);
    reading.claim({
      code: 'address-duplicate',
      what: 'physical address',
      value: formatAddress(address),
      owner: name,
      at,
    });
    reading.physical(name, address);
  },
};

/** A physical address is a server's, or that of a node that says of no server that it runs there. */
function checkOwner(name: string, at: Cite, reading: Reading): void {
  const { nodes, hosts, serviceAddresses, publicServices } = reading.declared;
  const servers = new Set(hosts.values());
  const host = hosts.get(name);
  if (host !== undefined && !servers.has(name))
    reading.report(
      'value-invalid',
      { key: at },
      `${name} has no physical address of its own: it runs on ${host}`,
      `state that of ${host}`,
    );
  else
    reading.referIn(
      [
        ...servers,
        ...nodes.keys(),
        ...serviceAddresses.map((one) => one.id),
        ...publicServices.filter((one) => one.entry === 'mux').map((one) => one.id),
      ],
      'host or node',
      name,
      { key: at },
    );
}
