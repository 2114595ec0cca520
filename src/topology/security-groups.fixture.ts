/** A hub, a spoke and a security group, and what the group says to a packet written on one line. */
import type { SecurityRule } from '../kinds/declarations.ts';
import { filter, type Direction } from '../mechanism/security-group.ts';
import { makePacket } from '../packet/make.ts';
import { prefix } from '../value/prefix.ts';
import { concretely } from '../walk/concrete.ts';
import type { Event, NearMiss } from '../walk/event.ts';
import { SessionStore } from '../walk/session.ts';
import { address, declarationsOf, type Sketch } from './declarations.fixture.ts';
import { programmedGroup } from './security-groups.ts';

const PROTOCOLS = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58, esp: 50 } as const;

/** `10.0.0.4 > 10.1.0.4 tcp/22`, from port 50000. */
function packetOf(text: string) {
  const [, src = '', dst = '', proto = '', port = '0'] = /^(\S+) > (\S+) (\w+)(?:\/(\d+))?$/.exec(text) ?? [];
  const number = PROTOCOLS[proto as keyof typeof PROTOCOLS];
  return makePacket({
    src: address(src),
    dst: address(dst),
    proto: number,
    sport: 50_000,
    dport: Number(port),
    flags: ['SYN'],
    id: 22,
    ttl: 64,
  });
}

interface Decision {
  /** `Allow` or `Deny` and the rule; the reason and the place in the document when it denies. */
  readonly said: string;
  readonly near: readonly NearMiss[];
}

export function decide(sketch: Sketch, subnet: string, direction: Direction, packet: string): Decision {
  const declarations = declarationsOf(sketch);
  const group = declarations.securityGroups.get('nsg') ?? { name: 'nsg', rules: [], at: '' };
  const events: Event[] = [];
  const io = {
    ask: concretely(),
    sessions: new SessionStore(),
    note: (event: Event) => void events.push(event),
    originate: () => undefined,
  };
  const refused = filter(
    programmedGroup(group, declarations.subnets.get(subnet)!, declarations),
    direction,
    packetOf(packet),
    io,
  );
  const [event] = events;
  if (event?.type !== 'matched') throw new Error('no rule noted');
  const drop = refused?.do === 'drop' ? [refused.reason, refused.at ?? 'nowhere'] : [];
  return { said: [event.action, event.rule?.rule, ...drop].join(' '), near: event.near?.() ?? [] };
}

export const any = { prefixes: [], tags: [], groups: [] };
export const rule = (name: string, priority: number, more: Partial<SecurityRule>): SecurityRule => ({
  name,
  priority,
  direction: 'Inbound',
  access: 'Allow',
  protocols: undefined,
  source: any,
  destination: any,
  sourcePorts: undefined,
  destinationPorts: undefined,
  text: `${priority} ${name}`,
  at: `/networkSecurityGroups/nsg/${name}`,
  ...more,
});
export const tag = (name: string) => ({ ...any, tags: [name] });
export const net = (text: string) => ({ ...any, prefixes: [prefix(text)] });

/** A hub with a gateway to 10.3.0.0/16 and a spoke that uses it; subnet `b` has a default route to an appliance. */
export const sketch = (rules: readonly SecurityRule[] = []): Sketch => ({
  vnets: {
    hub: {
      ranges: '10.0.0.0/16 fd00:a::/48 20.0.0.0/24',
      subnets: { a: {}, b: { routeTable: 'default' }, c: { routeTable: 'some' } },
      peerings: {
        spoke: { allowGatewayTransit: true },
        denied: { allowVirtualNetworkAccess: false },
        half: {},
      },
    },
    spoke: {
      ranges: '10.1.0.0/16',
      subnets: { a: { routeTable: 'off' } },
      peerings: { hub: { useRemoteGateways: true } },
    },
    denied: { ranges: '10.2.0.0/16', subnets: { a: {} }, peerings: { hub: {} } },
    half: { ranges: '10.4.0.0/16' },
  },
  routeTables: {
    default: [['0.0.0.0/0', 'VirtualAppliance', '10.0.1.4']],
    some: [
      ['10.200.0.0/16', 'None'],
      ['203.0.113.0/24', 'Internet'],
    ],
    off: [],
  },
  withoutPropagation: ['off'],
  gateways: { vgw: ['hub', '10.3.0.0/16'] },
  serviceTags: { Storage: '52.239.0.0/16' },
  nics: {
    'web/eth0': ['hub/a', '10.0.0.8', { applicationSecurityGroups: ['web'] }],
    'db/eth0': ['hub/a', '10.0.0.9', { applicationSecurityGroups: ['db'] }],
  },
  groups: { nsg: rules },
});
