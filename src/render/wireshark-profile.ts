/**
 * A Wireshark profile for the packets of a report: what to decode the ports of its tunnels as, the keys of its security
 * associations, and what a packet at many interfaces asks for. Each file is one of those that the Wireshark User's Guide,
 * appendix B.3, lists.
 */
import { HEADERS } from '../packet/packet.ts';
import type { EspKey } from '../packet/wire/esp-keys.ts';
import { crossingsOf, type CrossingFact } from '../report/crossings.ts';
import type { WalkReport } from '../report/report.ts';

/** The first line of every file of such a profile. */
export const PROFILE_MARK = '# Written by nettrace walk --wireshark-profile, which overwrites it.';

export type WiresharkProfile = Readonly<Record<'preferences' | 'decode_as_entries' | 'esp_sa', string>>;

/** `keys` of ESP by SPI. */
export function renderWiresharkProfile(
  report: WalkReport,
  keys: ReadonlyMap<number, EspKey>,
): WiresharkProfile {
  const file = (lines: readonly string[]): string => [PROFILE_MARK, ...lines, ''].join('\n');
  return {
    preferences: file(PREFERENCES),
    decode_as_entries: file([...new Set(crossingsOf(report).flatMap(decodeAs))]),
    esp_sa: file(securityAssociations(keys).map((columns) => columns.map((one) => `"${one}"`).join(','))),
  };
}

/** Checksums are verified; a packet that is at one interface after another is neither a retransmission nor an overlapping fragment. */
const PREFERENCES = [
  'ip.check_checksum: TRUE',
  'udp.check_checksum: TRUE',
  'udp.ignore_ipv6_zero_checksum: TRUE',
  'udplite.check_checksum: TRUE',
  'tcp.check_checksum: TRUE',
  'sctp.checksum: CRC 32c',
  'tcp.analyze_sequence_numbers: FALSE',
  'ip.defragment: FALSE',
  'ipv6.defragment: FALSE',
  'esp.enable_encryption_decode: TRUE',
  'esp.enable_authentication_check: TRUE',
  'esp.do_esp_sequence_analysis: FALSE',
  'gui.column.format:',
  '\t"No.", "%m",',
  '\t"Interface", "%Cus:frame.interface_name:0:R",',
  '\t"Source", "%s",',
  '\t"Destination", "%d",',
  '\t"Protocol", "%p",',
  '\t"Length", "%L",',
  '\t"Info", "%i"',
];

/** Wireshark's names for tunnels in UDP. */
const NAMES = { vxlan: 'VXLAN', geneve: 'Geneve', lisp: 'LISP Data' };

/** A line for each tunnel of the packet at another port than its own. */
const decodeAs = ({ packet: { layers } }: CrossingFact): readonly string[] =>
  layers.flatMap(({ proto, dport }, i) => {
    const inner = layers[i + 1]?.proto;
    if (proto !== 'udp' || (inner !== 'vxlan' && inner !== 'geneve' && inner !== 'lisp')) return [];
    const isKnown = HEADERS[inner].udpPort === dport;
    return isKnown ? [] : [`decode_as_entry: udp.port,${dport as number},(none),${NAMES[inner]}`];
  });

const CIPHERS = { gcm: 'AES-GCM with 16 octet ICV [RFC4106]', cbc: 'AES-CBC [RFC3602]', null: 'NULL' };
const HASHES = { sha1: 'HMAC-SHA-1-96 [RFC2404]', sha256: 'HMAC-SHA-256-128 [RFC4868]' };

/** Wireshark's table of security associations: family, source, destination, SPI, cipher, key, hash, key. */
export const securityAssociations = (keys: ReadonlyMap<number, EspKey>): readonly (readonly string[])[] =>
  [...keys].flatMap(([spi, { suite, key, authKey }]) => {
    const cipher = CIPHERS[/gcm|cbc|null/.exec(suite)![0] as keyof typeof CIPHERS];
    const hash = HASHES[/sha\d+/.exec(suite)?.[0] as keyof typeof HASHES] ?? 'NULL';
    const number = `0x${spi.toString(16).padStart(8, '0')}`;
    return ['IPv4', 'IPv6'].map((family) => [family, '*', '*', number, cipher, hex(key), hash, hex(authKey)]);
  });

const hex = (bytes: Uint8Array): string =>
  bytes.length === 0 ? '' : `0x${[...bytes].map((octet) => octet.toString(16).padStart(2, '0')).join('')}`;
