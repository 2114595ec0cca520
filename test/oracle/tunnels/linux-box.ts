/** Linux as a box: `links` of a topology are what `ip link add` takes. */
import type { Agent } from '../agent.ts';
import { ip, load, type BoxConfig, type LinkConfig, type Underlay } from './box.ts';

export async function startLinux(
  agent: Agent,
  box: BoxConfig,
  { port, mac, address, peer }: Underlay,
): Promise<void> {
  await load(agent, Object.keys(box.nics));
  // The wire is in a veth's place.
  const links = Object.entries(box.linux?.links ?? {}).filter(([, { type }]) => type !== 'veth');
  await ip(
    agent,
    `link set ${port} address ${mac}`,
    `addr add ${address} dev ${port}`,
    `neigh replace ${peer.address} lladdr ${peer.mac} dev ${port} nud permanent`,
    ...links.map(([name, link]) => `link add ${name} ${linkWords(link)}`),
    ...mastersOf(box).map(([name, master]) => `link set ${name} master ${master}`),
    ...links.map(([name]) => `link set ${name} up`),
  );
}

/** What `ip link add NAME` takes behind the name; `nolearning` is `learning: false`. */
function linkWords({ type, mtu, address, ...own }: LinkConfig): string {
  const common = Object.entries({ mtu, address }).flatMap(([key, value]) =>
    value === undefined ? [] : [key, value],
  );
  const words = Object.entries(own).flatMap(([key, value]) => {
    if (key === 'master') return [];
    if (typeof value !== 'boolean') return [key, value];
    return [value ? key : `no${key}`];
  });
  return [...common, 'type', type, ...words].join(' ');
}

const mastersOf = ({ nics, linux }: BoxConfig): readonly (readonly [name: string, master: string])[] =>
  Object.entries({ ...nics, ...linux?.links }).flatMap(([name, { master }]) =>
    typeof master === 'string' ? [[name, master] as const] : [],
  );
