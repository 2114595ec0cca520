/** The kernel settings that decide what happens to a packet. */
import type { Cite } from '../../walk/cite.ts';

/** Keys that are read, with the kernel's defaults; `*` stands for an interface. */
const DEFAULTS: Readonly<Record<string, number>> = {
  'net.ipv4.ip_forward': 0,
  'net.ipv4.ip_default_ttl': 64,
  'net.ipv4.conf.all.rp_filter': 0,
  'net.ipv4.conf.*.rp_filter': 0,
  'net.ipv4.conf.all.accept_local': 0,
  'net.ipv4.conf.*.accept_local': 0,
  'net.ipv4.conf.all.route_localnet': 0,
  'net.ipv4.conf.*.route_localnet': 0,
  'net.ipv4.conf.all.src_valid_mark': 0,
  'net.ipv4.conf.*.src_valid_mark': 0,
  'net.ipv4.conf.all.send_redirects': 1,
  'net.ipv4.conf.*.send_redirects': 1,
  'net.ipv4.conf.all.bc_forwarding': 0,
  'net.ipv4.conf.*.bc_forwarding': 0,
  'net.ipv4.conf.*.ignore_routes_with_linkdown': 0,
  'net.ipv4.conf.all.arp_ignore': 0,
  'net.ipv4.conf.*.arp_ignore': 0,
  'net.ipv4.conf.all.proxy_arp': 0,
  'net.ipv4.conf.*.proxy_arp': 0,
  'net.ipv4.icmp_errors_use_inbound_ifaddr': 0,
  'net.ipv4.fib_multipath_hash_policy': 0,
  'net.ipv4.conf.all.forwarding': 0,
  'net.ipv4.conf.*.forwarding': 0,
  'net.ipv6.conf.all.forwarding': 0,
  'net.ipv6.conf.all.hop_limit': 64,
  'net.ipv6.conf.*.ignore_routes_with_linkdown': 0,
  'net.ipv6.fib_multipath_hash_policy': 0,
  'net.netfilter.nf_conntrack_tcp_loose': 1,
  'net.bridge.bridge-nf-call-iptables': 0,
  'net.bridge.bridge-nf-call-ip6tables': 0,
};

export const SYSCTL_KEYS: readonly string[] = Object.keys(DEFAULTS);

/** Switches that are on for an interface when they are for it or for `all` (IN_DEV_ORCONF). */
type Switch = 'accept_local' | 'route_localnet' | 'src_valid_mark' | 'send_redirects' | 'proxy_arp';

/** A setting as the machine states it. */
export interface Setting {
  readonly value: number;
  readonly at: Cite;
}

export interface Sysctl {
  /** A setting by its key; what was not stated has the kernel's default. */
  get(key: string): number;
  /** Whether packets of the family that come in by the interface are forwarded. */
  forwards(family: 4 | 6, inInterface: string): boolean;
  /** Where the setting stands that decides so; undefined if it is the kernel's default. */
  forwardingAt(family: 4 | 6, inInterface: string): Cite | undefined;
  /** Whether directed broadcasts that come in by the interface are: on for it and for `all` (IN_DEV_ANDCONF). */
  forwardsBroadcast(inInterface: string): boolean;
  /** Source validation on the interface: 0 none, 1 strict, 2 loose (ip-sysctl: the larger of all and the interface). */
  reversePathFilter(inInterface: string): number;
  either(name: Switch, inInterface: string): boolean;
}

/** What the settings come to for one interface. */
type OnInterface = Readonly<Record<Switch, boolean>> & {
  readonly forwards: boolean;
  /** The key that decides it, if one is stated. */
  readonly forwarding: string | undefined;
  readonly forwardsBroadcast: boolean;
  readonly reversePathFilter: number;
};

const FORWARDING_SIX = 'net.ipv6.conf.all.forwarding';

/** Settings as stated, over the kernel's defaults. `ip_forward` and `conf.all.forwarding` are one switch. */
export function sysctl(settings: ReadonlyMap<string, Setting>): Sysctl {
  const stated = new Map([...settings].map(([key, { value }]) => [key, value] as const));
  const get = (key: string): number =>
    stated.get(key) ?? DEFAULTS[key] ?? DEFAULTS[key.replace(/\.conf\..+\.(?=[^.]+$)/, '.conf.*.')] ?? 0;
  const known = new Map<string, OnInterface>();
  const on = (port: string): OnInterface => {
    const settings = known.get(port) ?? onInterface(port, stated, get);
    known.set(port, settings);
    return settings;
  };
  const forwardsSix = get(FORWARDING_SIX) !== 0;
  return {
    get,
    forwards: (family, port) => (family === 6 ? forwardsSix : on(port).forwards),
    forwardingAt: (family, port) => {
      const key = family === 6 ? FORWARDING_SIX : on(port).forwarding;
      return key === undefined ? undefined : settings.get(key)?.at;
    },
    forwardsBroadcast: (port) => on(port).forwardsBroadcast,
    reversePathFilter: (port) => on(port).reversePathFilter,
    either: (name, port) => on(port)[name],
  };
}

function onInterface(
  port: string,
  stated: ReadonlyMap<string, number>,
  get: (key: string) => number,
): OnInterface {
  const own = (name: string): number => get(`net.ipv4.conf.${port}.${name}`);
  const all = (name: string): number => get(`net.ipv4.conf.all.${name}`);
  const either = (name: Switch): boolean => own(name) !== 0 || all(name) !== 0;
  const forwarding = [
    `net.ipv4.conf.${port}.forwarding`,
    'net.ipv4.ip_forward',
    'net.ipv4.conf.all.forwarding',
  ];
  const decisive = forwarding.find((key) => stated.has(key));
  return {
    forwards: decisive !== undefined && stated.get(decisive) !== 0,
    forwarding: decisive,
    forwardsBroadcast: own('bc_forwarding') !== 0 && all('bc_forwarding') !== 0,
    reversePathFilter: Math.max(own('rp_filter'), all('rp_filter')),
    accept_local: either('accept_local'),
    route_localnet: either('route_localnet'),
    src_valid_mark: either('src_valid_mark'),
    send_redirects: either('send_redirects'),
    proxy_arp: either('proxy_arp'),
  };
}
