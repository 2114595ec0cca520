/** Subnets that send to each other through an appliance in one direction alone, where that breaks flows. */
import type { Subnet } from '../../kinds/declarations.ts';
import { isConnected, peersOf } from '../../topology/peers.ts';
import type { Topology } from '../../topology/topology.ts';
import { contains } from '../../value/prefix.ts';
import { begun } from './probe-walk.ts';
import {
  isDirect,
  nicsBySubnet,
  sampleOf,
  steerings,
  wideRoutes,
  winner,
  type Steering,
} from './steering.ts';

export interface OneWay {
  readonly steering: Steering;
  /** The subnet that answers past the appliance. */
  readonly to: Subnet;
}

/** Of every subnet that answers so the first steering that shows it, found by walking a handshake. */
export function oneWays(topology: Topology): readonly OneWay[] {
  const found = new Map<string, OneWay>();
  for (const steering of steerings(topology)) {
    if (!nicsBySubnet(topology).has(steering.subnet.id)) continue;
    for (const to of nearby(topology, steering)) {
      if (found.has(to.id) || !answersPast(topology, steering, to)) continue;
      if (isBroken(topology, steering, to)) found.set(to.id, { steering, to });
    }
  }
  return [...found.values()];
}

/** Subnets with machines of the same VNet and its peers, which could answer straight. */
function nearby({ declared }: Topology, { subnet }: Steering): readonly Subnet[] {
  const vnet = declared.vnets.get(subnet.vnet);
  if (!vnet) return [];
  const peers = peersOf(vnet, declared)
    .filter(isConnected)
    .map((peer) => peer.vnet);
  return [vnet, ...peers].flatMap(({ subnets }) => [...subnets.values()]);
}

function answersPast(topology: Topology, { subnet, route, home }: Steering, to: Subnet): boolean {
  if (to.id === subnet.id || to.id === home || !nicsBySubnet(topology).has(to.id)) return false;
  const [there, back] = [sampleOf(topology, to), sampleOf(topology, subnet)];
  if (!contains(route.prefix, there) || winner(topology, subnet.id, there)?.at !== route.at) return false;
  return isDirect(winner(topology, to.id, back)) && wideRoutes(topology, to.id, back).length === 0;
}

/** What is tried: a filter may let one of them through. */
const PORTS = [443, 22, 80];

/** Whether a connection that opens breaks with its third packet, at the appliance that has not seen the second. */
function isBroken(topology: Topology, { subnet, nics }: Steering, to: Subnet): boolean {
  const appliances = new Set(nics.map(({ node }) => node));
  return PORTS.some((port) => {
    const flow = { src: sampleOf(topology, subnet), dst: sampleOf(topology, to), port };
    const last = begun(topology, flow)?.[2];
    return last?.verdict.outcome === 'dropped' && appliances.has(last.device.node);
  });
}
