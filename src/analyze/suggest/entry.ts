/** What a node lacks: a listener, an address, a rule of a load balancer, a way to the Internet. */
import { familyOf, formatAddress, offsetBy } from '../../value/address.ts';
import { contains, formatPrefix, hostPrefix, prefix } from '../../value/prefix.ts';
import { below } from '../../walk/cite.ts';
import { lastOf, type Candidate, type Failure } from './failure.ts';
import { masquerade } from './netfilter.ts';
import { setSysctl, turnOn } from './setting.ts';

const NAMES: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp' };

const machineAt = (node: string): string => below('', 'machines', node);

export function listener({ stay, flow, valueAt }: Failure): readonly Candidate[] {
  const { node } = stay.place;
  const name = NAMES[Number(flow.proto)];
  const entry = name === undefined ? `ip/${flow.proto}` : `${name}/${flow.dport}`;
  const at = below(machineAt(node), 'listeners');
  const stated = valueAt(at);
  if (!Array.isArray(stated)) return [];
  const setting =
    stated.length > 0 ? { pointer: below(at, '-'), value: entry } : { pointer: at, value: [entry] };
  return [{ change: { type: 'entry', node, what: 'listener', entry }, settings: [setting] }];
}

/** The kernel forwards; or, of what a load balancer leaves as it is, has the frontend's address itself. */
export function forwarding(failure: Failure): readonly Candidate[] {
  const { stay, flow, at = '', topology } = failure;
  const { node } = stay.place;
  const family = familyOf(flow.dst);
  const key =
    /\/sysctl\/([^/]+)$/.exec(at)?.[1] ??
    (family === 6 ? 'net.ipv6.conf.all.forwarding' : 'net.ipv4.ip_forward');
  const isFrontend = topology.declared.serviceAddresses.some(({ address }) => address === flow.dst);
  return [...(isFrontend ? loopback(failure) : []), setSysctl(node, key, 1, failure)];
}

function loopback({ stay, flow, valueAt, topology }: Failure): readonly Candidate[] {
  const { node } = stay.place;
  const at = below(machineAt(node), 'linux', 'addresses');
  const stated = valueAt(at);
  const entry = formatPrefix(hostPrefix(flow.dst));
  const change = { type: 'entry', node, what: 'loopback-address', entry } as const;
  if (stated !== undefined)
    return typeof stated === 'string'
      ? []
      : [{ change, settings: [{ pointer: below(at, 'lo'), value: [entry] }] }];
  const { declared } = topology;
  const interfaces = [...declared.nics.values()]
    .filter((nic) => nic.node === node)
    .map(({ port, subnet, addresses }) => {
      const ranges = declared.subnets.get(subnet)?.addressPrefixes ?? [];
      const lengthOf = (address: (typeof addresses)[number]): number =>
        ranges.find((range) => contains(range, address))?.length ?? hostPrefix(address).length;
      return [port, addresses.map((one) => `${formatAddress(one)}/${lengthOf(one)}`)] as const;
    });
  return [{ change, settings: [{ pointer: at, value: { lo: [entry], ...Object.fromEntries(interfaces) } }] }];
}

/** Linux: a loose check takes what has any way back (RFC 3704 section 2.4). */
export const loosened = (failure: Failure): readonly Candidate[] => [
  setSysctl(failure.stay.place.node, 'net.ipv4.conf.all.rp_filter', 2, failure),
];

/** A rule for the service; of what is not for the frontend itself, one for all ports. */
export function balancing({ stay, flow, valueAt }: Failure): readonly Candidate[] {
  const { node, part } = stay.place;
  const at = below('', 'loadBalancers', node);
  const frontend = part ?? keysOf(valueAt(below(at, 'frontends')))[0];
  const [pool] = keysOf(valueAt(below(at, 'backendPools')));
  const name = NAMES[Number(flow.proto)];
  if (frontend === undefined || pool === undefined) return [];
  const port = Number(flow.dport);
  const rules = [
    ...(name === undefined ? [] : [{ protocol: name === 'tcp' ? 'Tcp' : 'Udp', frontendPort: port }]),
    { protocol: 'All', frontendPort: 0 },
  ];
  return rules.map(({ protocol, frontendPort }) => {
    const service = protocol === 'All' ? 'all-ports' : `${name}-${port}`;
    return {
      change: { type: 'entry', node, what: 'balancing-rule', entry: `${frontend} ${service} -> ${pool}` },
      settings: [
        {
          pointer: below(at, 'rules', service),
          value: { frontend, backendPool: pool, protocol, frontendPort, backendPort: frontendPort },
        },
      ],
    };
  });
}

const keysOf = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null ? Object.keys(value) : [];

/** Stand for a public address that is yet to be had: RFC 5737 (TEST-NET-2), RFC 3849. */
const STAND_INS = { 4: prefix('198.51.100.0/24'), 6: prefix('2001:db8:ffff::/64') } as const;

/** What keeps a way to the Internet shut that is there already; else a public address, which Azure will have to give. */
export function outbound({ stay, flow, topology: { declared } }: Failure): readonly Candidate[] {
  const { node, where = '' } = stay.place;
  const subnet = declared.subnets.get(where);
  const nics = [...declared.nics.values()].filter((one) => one.node === node && one.subnet === where);
  const near = lastOf(stay, 'matched')?.near?.() ?? [];
  const opened = near.flatMap(({ failed, rule }): readonly Candidate[] => {
    if (failed === 'disableOutboundSnat' && rule.at !== undefined)
      return [turnOn(rule.at, 'disableOutboundSnat', false)];
    return failed === 'defaultOutboundAccess' && subnet ? [turnOn(subnet.at, 'defaultOutboundAccess')] : [];
  });
  const gateways = subnet
    ? [...declared.natGateways.keys()].map((name) => turnOn(subnet.at, 'natGateway', name))
    : [];
  const taken = new Set(declared.publicServices.map(({ address }) => address));
  let address = offsetBy(STAND_INS[familyOf(flow.dst)].first, 1);
  while (taken.has(address)) address = offsetBy(address, 1);
  const entry = formatAddress(address);
  const given = nics.slice(0, 1).map(({ id, at }): Candidate => ({
    change: { type: 'entry', node: id, what: 'public-address', entry },
    settings: [{ pointer: below(at, 'publicIPAddress'), value: entry }],
  }));
  return [...opened, ...gateways, ...given];
}

/** The machine puts its own address in. */
export const ownAddress = (failure: Failure): readonly Candidate[] =>
  masquerade([failure.stay.place.node], failure);

/** The largest packet that goes all the way. */
export function smaller({ report: { walks, blame } }: Failure): readonly Candidate[] {
  const size = walks[blame?.walk ?? 0]?.mtu?.largest;
  return size === undefined
    ? []
    : [{ change: { type: 'option', option: `--size ${size}` }, settings: [], packet: { size } }];
}

const USUAL_TTL = 64;

export const fartherReaching = ({ direction }: Failure): readonly Candidate[] =>
  direction === 'forward'
    ? [{ change: { type: 'option', option: `--ttl ${USUAL_TTL}` }, settings: [], packet: { ttl: USUAL_TTL } }]
    : [];
