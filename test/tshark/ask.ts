// tshark as judge of bytes: what it reads in packets that it is given.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EspKey } from '../../src/packet/wire/esp-keys.ts';
import { securityAssociations } from '../../src/render/wireshark-profile.ts';

/** Why tshark cannot be asked; undefined when it can. */
export function whyNotTshark(): string | undefined {
  const { error, status } = spawnSync('tshark', ['--version']);
  return error || status !== 0 ? 'tshark is not installed (apt-get install tshark)' : undefined;
}

/** A pcap file of packets of one link type, a microsecond apart. */
export function pcapOf(packets: readonly Uint8Array[], linkType = 1): Uint8Array {
  const parts: Uint8Array[] = [words([0xa1b2c3d4, 0x0004_0002, 0, 0, 262_144, linkType])];
  for (const [i, bytes] of packets.entries())
    parts.push(words([Math.floor(i / 1e6), i % 1e6, bytes.length, bytes.length]), bytes);
  return Buffer.concat(parts);
}

const words = (numbers: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(numbers).buffer);

const SETTINGS = [
  'ip.check_checksum:TRUE',
  'udp.check_checksum:TRUE',
  'tcp.check_checksum:TRUE',
  'udp.ignore_ipv6_zero_checksum:TRUE',
  'udplite.check_checksum:TRUE',
  'sctp.checksum:CRC 32c',
  'tcp.analyze_sequence_numbers:FALSE',
  'ip.defragment:FALSE',
  'ipv6.defragment:FALSE',
  // One file has the walks of many topologies.
  'arp.detect_duplicate_ips:FALSE',
  'esp.do_esp_sequence_analysis:FALSE',
  'esp.enable_encryption_decode:TRUE',
  'esp.enable_authentication_check:TRUE',
  // Walks of several topologies are in one file.
  'arp.detect_duplicate_ips:FALSE',
];

/** A line of Wireshark's table of security associations for each family. */
const associations = (keys: ReadonlyMap<number, EspKey>): readonly string[] =>
  securityAssociations(keys).map(
    (columns) => `uat:esp_sa:${columns.map((column) => `"${column}"`).join(',')}`,
  );

const PORTS = ['udp.port==10800,vxlan', 'udp.port==10801,vxlan'];

/** Values may hold every other character that is printed. */
const [BETWEEN_FIELDS, BETWEEN_VALUES] = ['\t', '|'];

/** The values of each field in each packet, every occurrence in its order. Throws when tshark fails. */
export function askTshark(
  capture: Uint8Array,
  fields: readonly string[],
  { keys = new Map(), filter }: { keys?: ReadonlyMap<number, EspKey> | undefined; filter?: string } = {},
): readonly (readonly (readonly string[])[])[] {
  const folder = mkdtempSync(join(tmpdir(), 'nettrace-tshark-'));
  try {
    const file = join(folder, 'packets.pcap');
    writeFileSync(file, capture);
    const { status, stdout, stderr } = spawnSync(
      'tshark',
      [
        '-r',
        file,
        '-T',
        'fields',
        ...[`separator=${BETWEEN_FIELDS}`, `aggregator=${BETWEEN_VALUES}`, 'occurrence=a'].flatMap(
          (style) => ['-E', style],
        ),
        ...(filter === undefined ? [] : ['-Y', filter]),
        ...fields.flatMap((field) => ['-e', field]),
        ...[...SETTINGS, ...associations(keys)].flatMap((setting) => ['-o', setting]),
        ...PORTS.flatMap((port) => ['-d', port]),
      ],
      { encoding: 'utf8', maxBuffer: 2 ** 30, env: { ...process.env, HOME: folder } },
    );
    if (status !== 0) throw new Error(`tshark ends with ${status}: ${stderr}`);
    const lines = stdout.split('\n').slice(0, -1);
    return lines.map((line) =>
      line.split(BETWEEN_FIELDS).map((values) => (values === '' ? [] : values.split(BETWEEN_VALUES))),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What tshark's display filter finds wrong: malformed packets, bad sums, experts' warnings and errors. */
const WRONG = [
  '_ws.malformed',
  '_ws.short',
  ...['ip', 'udp', 'tcp', 'sctp', 'dccp', 'icmp', 'icmpv6', 'gre'].map(
    (proto) => `${proto}.checksum.status == "Bad"`,
  ),
  'esp.icv_bad == 1',
  '_ws.expert.severity >= "Warning"',
].join(' || ');

/** Not wrong: a SYN, a reset, a TTL that wears out, no answer to an echo, an address that several networks of one file have. */
const HARMLESS =
  /^(Connection establish request|Connection reset|No response seen|"Time To Live" only|Duplicate IP address)/;

/** What tshark says against packets, a line each; [] when nothing is wrong. */
export function complaints(
  bytes: readonly Uint8Array[],
  keys: ReadonlyMap<number, EspKey>,
  linkType = 1,
): readonly string[] {
  const told = askTshark(pcapOf(bytes, linkType), ['frame.number', 'frame.protocols', '_ws.expert.message'], {
    keys,
    filter: WRONG,
  });
  return told.flatMap(([number, protocols, messages = []]) => {
    const rest = messages.filter((message) => !HARMLESS.test(message));
    const isHarmless = messages.length > 0 && rest.length === 0;
    return isHarmless ? [] : [`${String(number)} ${String(protocols)} ${rest.join('; ')}`];
  });
}
