/** Codes of the report in words: the one table of phrases. */
import type { AssumptionCode, PassedBecause, RejectedBecause, WalkReport } from '../report/report.ts';

/** Why a route lost, as it follows "beats 10.1.0.0/24 -> VNetPeering: ". */
export const REJECTED: Readonly<Record<RejectedBecause, string>> = {
  'shorter-prefix': 'a longer prefix wins',
  'user-route-wins': 'a user route wins on equal prefix',
  'gateway-route-wins': 'a gateway route wins over a system route on equal prefix',
  'system-route-protected': 'the system route is preferred here, even to a more specific one',
  'propagation-disabled': 'gateway route propagation is off on this subnet',
  'remote-gateway-unused': 'the VNet does not use the remote gateway',
  'gateway-transit-not-allowed': 'the gateway’s VNet does not allow gateway transit',
  'peering-not-connected': 'the peering is not connected',
  'peering-access-denied': 'the peering allows no access',
  'none-route-removed': 'a user route removed this system route',
  'higher-metric': 'its metric is higher',
  'interface-down': 'its interface is down',
  'later-route': 'an equal route stands before it',
  'other-tos': 'it takes another type of service',
};

/** Why a policy rule did not decide, as it follows "after rule 100: fwmark 0x1 lookup 100: ". */
export const PASSED: Readonly<Record<PassedBecause, string>> = {
  selector: 'the packet is not one of its',
  'no-route': 'its table has no route',
  throw: 'a throw route ends the search in its table',
  suppressed: 'it suppresses the route that its table has',
  nop: 'it does nothing',
  goto: 'it leads on',
};

/** Why a route is not in the table at all: without this it would have been there. */
export const LATENT: ReadonlySet<RejectedBecause> = new Set([
  'propagation-disabled',
  'remote-gateway-unused',
  'gateway-transit-not-allowed',
  'peering-not-connected',
  'peering-access-denied',
  'none-route-removed',
  'interface-down',
]);

/** Assumptions in the head of a walk; the report's own text serves for the others. */
const ASSUMED: Partial<Record<AssumptionCode, (about: string | undefined) => string>> = {
  'source-port': (about) => `source port ${about ?? 49_152}`,
  'balancer-hash': (about) => `${about ?? 'the load balancer'}'s hash is nettrace's own (--pick to choose)`,
  'balancer-protocol': () => 'an HA-ports rule carries more than TCP and UDP',
  'balancer-precedence': () => 'the rule for the port goes before the HA-ports rule',
  'chain-handover': () => 'what is chained gets to the gateway load balancer without a tunnel header',
  'gateway-frame': () => "the MAC addresses inside of its tunnels are nettrace's own",
  'virtual-network-routed': (about) =>
    `user routes widen VirtualNetwork, by which ${about ?? 'a rule'} decides`,
  'peering-forwarded': () => 'allowForwardedTraffic is a permission to receive',
  'peering-access': () => 'allowVirtualNetworkAccess off stops all traffic',
  'none-routes-removed': () => '0.0.0.0/0 to a gateway removes the None routes',
  'gateway-transit-unused': (about) =>
    `${about ?? 'a VNet'} has no gateway route, a user route alone decided`,
  'floating-ip-filter': () => 'under floating IP a security group sees the frontend address',
  'internet-source': () => 'default outbound access is on, with an address of 192.0.2.0/24 for its own',
  'snat-port': () => 'the SNAT port is the first free one',
  'mux-choice': () => 'any MUX may take any packet, they share their state (--pick to choose)',
  'site-translates': (about) => `${about ?? 'the edge router'} puts its public address in`,
  'internet-path': () => 'the Internet takes nothing off the TTL',
  'answer-presumed': (about) => `${about ?? 'the destination'} answers`,
  'origin-presumed': (about) => `a host exists at ${about ?? 'the source address'}`,
  'listener-presumed': (about) => `${about ?? 'the machine'} listens on that port`,
  'probe-answer': () => 'HTTP probes are answered with 200',
  'security-association-up': () => 'the IPsec security associations are up',
  'pick-unavailable': (about) =>
    `the member picked${about === undefined ? '' : ` (${about})`} is not available, so not used`,
  'multipath-hash': (about) =>
    `${about ?? 'the kernel'}'s multipath hash is nettrace's own (--pick to choose)`,
  'rule-choice': (about) => `${about ?? 'a rule'} (--pick to choose)`,
  'mirror-sampled': (about) =>
    `${about ?? 'a mirror session'} copies some packets only, the first among them`,
  helper: (about) => `the ${about ?? ''} helper expects no connection (payload is not read)`,
  'conntrack-off': (about) => `${about ?? 'the machine'} tracks no connections, as no rule needs it`,
};

export const assumedText = ({ code, about, text }: WalkReport['assumptions'][number]): string =>
  ASSUMED[code]?.(about) ?? text;

/** Where packets leave to, as it follows "LEFT towards ". */
export const towardsText = (towards: string): string =>
  /^internet$/i.test(towards)
    ? 'the Internet'
    : /^service endpoint$/i.test(towards)
      ? `a ${towards}`
      : towards;

const HEADER_NAMES: Readonly<Record<string, string>> = {
  ethernet: 'Ethernet',
  vlan: '802.1Q',
  vxlan: 'VXLAN',
  esp: 'ESP',
  gre: 'GRE',
  gretap: 'GRETAP',
  ipip: 'IP in IP',
  sit: 'IPv6 in IP',
  ip6tnl: 'IP in IPv6',
  geneve: 'Geneve',
  erspan1: 'ERSPAN type I',
  erspan2: 'ERSPAN type II',
  erspan3: 'ERSPAN type III',
};

/** Protocol headers by their usual names; those that have none keep their code. */
export const headerName = (header: string): string => HEADER_NAMES[header] ?? header;

/** `a`, `a and b`, `a, b and c`. */
export const listText = (names: readonly string[], word: 'and' | 'or' = 'and'): string =>
  [names.slice(0, -1).join(', '), ...names.slice(-1)].filter(Boolean).join(` ${word} `);
