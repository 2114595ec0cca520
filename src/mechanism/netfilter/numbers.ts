/** Numbers, ports and protocols as iptables takes them: figures in C notation, or names. */
import { range, setOf, type IntegerSet } from '../../value/integer-set.ts';

/** xtables_strtoul: decimal, 0x hexadecimal or 0 octal, from 0 to `most`, perhaps behind blanks. */
export function parseNumber(word: string, most = 0xffffffff): number | undefined {
  const text = word.trimStart();
  const number = /^0x[0-9a-f]{1,13}$/i.test(text)
    ? Number(text)
    : /^0[0-7]{1,15}$/.test(text)
      ? Number.parseInt(text, 8)
      : /^(0|[1-9]\d{0,14})$/.test(text)
        ? Number(text)
        : undefined;
  return number !== undefined && number <= most ? number : undefined;
}

/** The commonest names of /etc/services; TCP and UDP agree on these. */
// prettier-ignore
const SERVICES: Readonly<Record<string, number>> = {
  'ftp-data': 20, ftp: 21, ssh: 22, telnet: 23, smtp: 25, mail: 25, time: 37, whois: 43, tacacs: 49, domain: 53,
  bootps: 67, bootpc: 68, tftp: 69, gopher: 70, finger: 79, http: 80, www: 80, kerberos: 88, pop3: 110, 'pop-3': 110,
  sunrpc: 111, portmapper: 111, auth: 113, ident: 113, nntp: 119, ntp: 123, 'epmap': 135, 'netbios-ns': 137,
  'netbios-dgm': 138, 'netbios-ssn': 139, imap2: 143, imap: 143, snmp: 161, 'snmp-trap': 162, snmptrap: 162, bgp: 179,
  irc: 194, ldap: 389, https: 443, 'microsoft-ds': 445, isakmp: 500, submissions: 465, syslog: 514, printer: 515,
  route: 520, router: 520, submission: 587, ipp: 631, ldaps: 636, rsync: 873, ftps: 990, imaps: 993, pop3s: 995,
  socks: 1080, openvpn: 1194, 'ms-sql-s': 1433, 'ms-sql-m': 1434, l2f: 1701, radius: 1812, 'radius-acct': 1813,
  nfs: 2049, mysql: 3306, 'ipsec-nat-t': 4500, sip: 5060, 'sip-tls': 5061, mdns: 5353, postgresql: 5432, x11: 6000,
  bfd: 3784, svn: 3690, git: 9418, 'http-alt': 8080, webcache: 8080,
};

export const parsePort = (text: string): number | undefined =>
  parseNumber(text, 0xffff) ?? own(SERVICES, text);

/** `22`, `1000:2000`, `1000:`, `:1023`; undefined when it is none of them or descends. */
export function parsePorts(text: string, separator = ':'): IntegerSet | undefined {
  const parts = text.split(separator);
  if (parts.length > 2) return undefined;
  const [low, high = low] = parts as [string, string?];
  const first = low === '' && parts.length === 2 ? 0 : parsePort(low);
  const last = high === '' && parts.length === 2 ? 0xffff : parsePort(high);
  return first === undefined || last === undefined || first > last ? undefined : range(first, last);
}

/** `80,443,1000:2000` */
export const parsePortList = (text: string): IntegerSet =>
  setOf(
    text.split(',').map((part) => {
      const set = parsePorts(part)!;
      return { first: set[0]!, last: set[1]! };
    }),
  );

// prettier-ignore
const PROTOCOLS: Readonly<Record<string, number>> = {
  all: 0, ip: 0, icmp: 1, igmp: 2, ggp: 3, ipencap: 4, st: 5, tcp: 6, egp: 8, igp: 9, pup: 12, udp: 17, hmp: 20,
  rdp: 27, dccp: 33, ipv6: 41, 'ipv6-route': 43, 'ipv6-frag': 44, idrp: 45, rsvp: 46, gre: 47, esp: 50, ah: 51, skip: 57,
  'ipv6-icmp': 58, 'icmpv6': 58, 'ipv6-nonxt': 59, 'ipv6-opts': 60, eigrp: 88, ospf: 89, ipip: 94, etherip: 97,
  encap: 98, pim: 103, ipcomp: 108, vrrp: 112, l2tp: 115, isis: 124, sctp: 132, 'mobility-header': 135, 'ipv6-mh': 135,
  mh: 135, udplite: 136, 'mpls-in-ip': 137, manet: 138, hip: 139, shim6: 140, wesp: 141, rohc: 142,
};

export const PROTOCOL_NAMES: readonly string[] = Object.keys(PROTOCOLS);

/** IP protocol number of a name in any case, or of a figure; 0 is every protocol. */
export const parseProtocol = (text: string): number | undefined =>
  parseNumber(text, 255) ?? own(PROTOCOLS, text.toLowerCase());

/** The name that `iptables-save` prints, else the figure. */
export const protocolName = (number: number): string =>
  PROTOCOL_NAMES.find((name) => PROTOCOLS[name] === number) ?? String(number);

const own = (table: Readonly<Record<string, number>>, name: string): number | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
