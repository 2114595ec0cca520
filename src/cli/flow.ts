/** A flow as people write it, to the values of its first packet. */
import { familyOf } from '../value/address.ts';
import type { PacketValues } from '../packet/make.ts';
import { TCP_FLAGS, type TcpFlag } from '../packet/tcp.ts';
import { printable } from '../source/printable.ts';
import type { Topology } from '../topology/topology.ts';
import { readEnd } from './end.ts';
import { UsageError } from './usage.ts';

/** `--proto` and its like, as given: on the command line all text, in a batch file text or numbers. */
export interface FlowText {
  readonly src?: string | undefined;
  readonly dst?: string | undefined;
  readonly proto?: string | number | undefined;
  readonly sport?: string | number | undefined;
  readonly dport?: string | number | undefined;
  readonly flags?: string | readonly string[] | undefined;
  readonly ttl?: string | number | undefined;
  readonly type?: string | number | undefined;
  readonly id?: string | number | undefined;
}

export interface Flow {
  readonly packet: Omit<PacketValues, 'ttl'> & { readonly ttl: number | undefined };
  /** The machines, where the flow names them instead of their addresses. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** The source port is nettrace's choice. */
  readonly isSportChosen: boolean;
}

/** First of the dynamic ports: RFC 6335 section 6. */
const DYNAMIC_PORT = 49_152;
const ACCEPTED = 'tcp/PORT, udp/PORT, icmp, icmp/TYPE, or an IP protocol number';

/** Reads a flow; throws a usage error that names the option and what it accepts. */
export function readFlow(text: FlowText, topology: Topology): Flow {
  const { address: src, node: from } = readEnd('--src', text.src, text.dst, topology);
  const { address: dst, node: to } = readEnd('--dst', text.dst, text.src, topology);
  if (familyOf(src) !== familyOf(dst))
    throw new UsageError(
      '--src and --dst are of different address families',
      'give both as IPv4 or both as IPv6',
    );
  const protocol = readProtocol(text, familyOf(src) === 6);
  const isPorted = protocol.proto === 6 || protocol.proto === 17;
  if (text.sport !== undefined && !isPorted)
    throw new UsageError('--sport goes with TCP and UDP only', 'leave it out, or write --proto tcp/22');
  if (text.flags !== undefined && protocol.proto !== 6)
    throw new UsageError('--flags goes with TCP only', 'leave it out, or write --proto tcp/22');
  return {
    packet: {
      src,
      dst,
      ...protocol,
      sport: isPorted ? (whole('--sport', text.sport, 0, 65_535) ?? DYNAMIC_PORT) : 0,
      flags: readFlags(text.flags),
      id: whole('id', text.id, 0, 65_535) ?? 1,
      ttl: whole('--ttl', text.ttl, 0, 255),
    },
    from,
    to,
    isSportChosen: isPorted && text.sport === undefined,
  };
}

type Protocol = Pick<PacketValues, 'proto' | 'dport' | 'type'>;

function readProtocol(text: FlowText, isSix: boolean): Protocol {
  const given = String(text.proto ?? '').toLowerCase();
  if (given === '') throw new UsageError('--proto is missing', ACCEPTED);
  const [name = '', rest, ...more] = given.split('/');
  if (more.length > 0) throw new UsageError(`--proto: "${printable(given)}" is not understood`, ACCEPTED);
  if (rest !== undefined && (text.dport !== undefined || text.type !== undefined))
    throw new UsageError(
      `--proto: "${printable(given)}" says what dport or type says too`,
      'leave one of them out',
    );
  const detail = rest === '' ? undefined : (rest ?? text.dport);
  switch (name) {
    case 'tcp':
    case 'udp': {
      const dport = whole('--proto', detail, 0, 65_535);
      if (dport === undefined)
        throw new UsageError(`--proto ${name} has no destination port`, `write --proto ${name}/22`);
      return { proto: name === 'tcp' ? 6 : 17, dport };
    }
    case 'icmp':
    case 'icmpv6':
    case 'icmp6':
      if (name !== 'icmp' && !isSix)
        throw new UsageError(`--proto: ${name} goes with IPv6 addresses only`, 'write --proto icmp');
      return { proto: isSix ? 58 : 1, dport: 0, type: whole('--proto', rest ?? text.type, 0, 255) };
    default: {
      const proto = /^\d{1,3}$/.test(given) ? Number(given) : 256;
      if (proto > 255) throw new UsageError(`--proto: "${printable(given)}" is not understood`, ACCEPTED);
      return numbered(proto, detail, text);
    }
  }
}

/** A protocol by its number; TCP and UDP need their port all the same. */
function numbered(proto: number, detail: string | number | undefined, text: FlowText): Protocol {
  if (proto === 6 || proto === 17)
    return readProtocol({ ...text, proto: proto === 6 ? 'tcp' : 'udp', dport: detail }, false);
  return {
    proto,
    dport: 0,
    ...(proto === 1 || proto === 58 ? { type: whole('type', text.type, 0, 255) } : {}),
  };
}

function whole(
  option: string,
  value: string | number | undefined,
  low: number,
  high: number,
): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{1,6}$/.test(String(value)) ? Number(value) : Number.NaN;
  if (number >= low && number <= high) return number;
  throw new UsageError(
    `${option}: "${printable(String(value))}" is not a whole number from ${low} to ${high}`,
    option === '--proto' ? ACCEPTED : undefined,
  );
}

/** `S`, `SA`, `S.` as tcpdump abbreviates, or `SYN,ACK`; `none`, or nothing at all, is no flag. */
function readFlags(given: FlowText['flags']): readonly TcpFlag[] {
  if (given === undefined) return ['SYN'];
  if (given === '' || given === 'none') return [];
  const isLetters =
    typeof given === 'string' && /^[A-Z.]{1,8}$/.test(given) && !TCP_FLAGS.includes(given as TcpFlag);
  const words = typeof given === 'string' ? given.split(isLetters ? '' : ',') : given;
  return words.map((word) => {
    const upper = word.trim().toUpperCase();
    const flag = TCP_FLAGS.find((one) => one === upper) ?? LETTERS[upper];
    if (!flag)
      throw new UsageError(
        `--flags: "${printable(word)}" of "${printable(String(given))}" is not a TCP flag`,
        `write S, SA, S., none or a list of ${TCP_FLAGS.join(', ')}`,
      );
    return flag;
  });
}

/** tcpdump's letters. */
const LETTERS: Readonly<Record<string, TcpFlag>> = {
  F: 'FIN',
  S: 'SYN',
  R: 'RST',
  P: 'PSH',
  A: 'ACK',
  '.': 'ACK',
  U: 'URG',
  E: 'ECE',
  W: 'CWR',
};
