/** One end of a flow as people write it: an address, a machine or a NIC. */
import { familyOf, parseAddress, type Address } from '../value/address.ts';
import { printable } from '../source/printable.ts';
import type { Topology } from '../topology/topology.ts';
import { unknownName } from './load.ts';
import { UsageError } from './usage.ts';

export interface End {
  readonly address: Address;
  /** The machine, if the end was named and not addressed. */
  readonly node?: string;
}

/** An address, or the name of a machine or NIC, which stands for its first address of the other end's family. */
export function readEnd(
  option: string,
  text: string | undefined,
  other: string | undefined,
  { declared: { nodes } }: Topology,
): End {
  if (text === undefined)
    throw new UsageError(
      `${option} is missing`,
      `give an address or the name of a machine: ${option} 10.3.0.4`,
    );
  const address = parseAddress(text);
  if (address !== undefined) return { address };
  const [name = '', port] = splitAt(text, '/');
  const addresses = nodes
    .get(name)
    ?.addresses.filter((one) => port === undefined || one.port === port)
    .map((one) => one.address);
  const family = familyOf(parseAddress(other ?? '') ?? 0);
  const own = addresses?.find((one) => familyOf(one) === family) ?? addresses?.[0];
  if (own !== undefined) return { address: own, node: name };
  if (port !== undefined && addresses) throw unknownName(option, text, nicsOf(name, nodes), 'NIC');
  // Names have neither colons nor slashes in them.
  if (/^[\d.]+$|[:/]/.test(text))
    throw new UsageError(
      `${option}: "${printable(text)}" is not an IP address`,
      text.includes('/') ? 'write it without the prefix length' : 'write it as 10.3.0.4 or fd00::4',
    );
  const machines = [...nodes].filter(([, one]) => one.addresses.length > 0).map(([known]) => known);
  throw unknownName(option, text, machines, 'machine or address');
}

/** The NICs of a node that have addresses. */
const nicsOf = (name: string, nodes: Topology['declared']['nodes']): readonly string[] => [
  ...new Set(nodes.get(name)?.addresses.map((one) => `${name}/${one.port}`)),
];

/** The text before and behind the first `mark`; itself alone without one. */
function splitAt(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
