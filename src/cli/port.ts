/** `--in NODE/PORT`: where a packet is injected. */
import type { Question } from '../analyze/trace.ts';
import type { Topology } from '../topology/topology.ts';
import { unknownName } from './load.ts';
import { UsageError } from './usage.ts';

/** Injection at NODE/PORT, as the wire would deliver it. */
export function readPort(text: string, topology: Topology): NonNullable<Question['in']> {
  const [name = '', ...rest] = text.split('/');
  const port = rest.join('/');
  const node = topology.declared.nodes.get(name);
  if (!node)
    throw unknownName(
      '--in',
      name,
      [...topology.declared.nodes].filter(([, one]) => one.ports.length > 0).map(([one]) => one),
      'node',
    );
  if (node.ports.length === 0)
    throw new UsageError(`--in: ${name} has no port to inject at`, 'inject at a machine or edge router');
  if (!node.ports.includes(port))
    throw unknownName(
      '--in',
      text,
      node.ports.map((one) => `${name}/${one}`),
      'port',
    );
  return { node: name, port };
}
