/** The kernel settings that decide what happens to a packet. */

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
  'net.ipv4.conf.all.forwarding': 0,
  'net.ipv4.conf.*.forwarding': 0,
  'net.ipv6.conf.all.forwarding': 0,
  'net.ipv6.conf.all.hop_limit': 64,
  'net.netfilter.nf_conntrack_tcp_loose': 1,
};

export const SYSCTL_KEYS: readonly string[] = Object.keys(DEFAULTS);

export interface Sysctl {
  /** A setting by its key; what was not stated has the kernel's default. */
  get(key: string): number;
  /** Whether packets of the family that come in by the interface are forwarded. */
  forwards(family: 4 | 6, inInterface: string): boolean;
  /** Source validation on the interface: 0 none, 1 strict, 2 loose (ip-sysctl: the larger of all and the interface). */
  reversePathFilter(inInterface: string): number;
  /** A switch that counts when it is on for `all` or for the interface. */
  either(name: 'accept_local' | 'route_localnet', inInterface: string): boolean;
}

/** Settings as stated, over the kernel's defaults. `ip_forward` and `conf.all.forwarding` are one switch. */
export function sysctl(stated: ReadonlyMap<string, number>): Sysctl {
  const get = (key: string): number =>
    stated.get(key) ?? DEFAULTS[key] ?? DEFAULTS[key.replace(/\.conf\.[^.]+\./, '.conf.*.')] ?? 0;
  const conf = (name: string, port: string): number => get(`net.ipv4.conf.${port}.${name}`);
  return {
    get,
    forwards: (family, port) => {
      if (family === 6) return get('net.ipv6.conf.all.forwarding') !== 0;
      return (
        (stated.get(`net.ipv4.conf.${port}.forwarding`) ??
          stated.get('net.ipv4.ip_forward') ??
          get('net.ipv4.conf.all.forwarding')) !== 0
      );
    },
    reversePathFilter: (port) => Math.max(conf('rp_filter', 'all'), conf('rp_filter', port)),
    either: (name, port) => conf(name, 'all') !== 0 || conf(name, port) !== 0,
  };
}
