/** A flow as people write it, to the values of its first packet. */
import { familyOf } from '../value/address.ts';
import { makePacket, type PacketValues } from '../packet/make.ts';
import { lengthOf } from '../packet/packet.ts';
import { TCP_FLAGS, type TcpFlag } from '../packet/tcp.ts';
import { printable } from '../source/printable.ts';
import type { Topology } from '../topology/topology.ts';
import { readEnd } from './end.ts';
import { readProtocol, whole, type ProtocolText } from './protocol.ts';
import { UsageError } from './usage.ts';

/** Options of a flow as given: on the command line all text, in a batch file text or numbers. */
export interface FlowText extends ProtocolText {
  readonly src?: string | undefined;
  readonly dst?: string | undefined;
  readonly flags?: string | readonly string[] | undefined;
  readonly ttl?: string | number | undefined;
  readonly size?: string | number | undefined;
  readonly df?: boolean | undefined;
  readonly dscp?: string | number | undefined;
  /** The whole octet: code point and congestion notification. */
  readonly tos?: string | number | undefined;
  /** The packet that an ICMP error is about. */
  readonly quoted?: FlowText | undefined;
}

export interface Flow {
  readonly packet: Omit<PacketValues, 'ttl'> & { readonly ttl: number | undefined };
  /** The machines, where the flow names them instead of their addresses. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** The source port is nettrace's choice. */
  readonly isSportChosen: boolean;
}

/** Reads a flow; throws a usage error that names the option and what it accepts. */
export function readFlow(text: FlowText, topology: Topology): Flow {
  const { address: src, node: from } = readEnd('--src', text.src, text.dst, topology);
  const { address: dst, node: to } = readEnd('--dst', text.dst, text.src, topology);
  if (familyOf(src) !== familyOf(dst))
    throw new UsageError(
      '--src and --dst are of different address families',
      'give both as IPv4 or both as IPv6',
    );
  const isSix = familyOf(src) === 6;
  const { isSportChosen, ...protocol } = readProtocol(text, isSix);
  if (text.flags !== undefined && text.flags !== '' && protocol.proto !== 6)
    throw new UsageError('--flags goes with TCP only', 'leave it out, or write --proto tcp/22');
  if (text.df === true && isSix)
    throw new UsageError('--df goes with IPv4 only', 'leave it out: no router fragments IPv6');
  const packet: Flow['packet'] = {
    src,
    dst,
    ...protocol,
    flags: readFlags(text.flags),
    ttl: whole('--ttl', text.ttl, 0, 255),
    ...readTrafficClass(text),
    df: text.df,
    quoted: text.quoted && readQuoted(text.quoted, protocol, topology),
  };
  return { packet: { ...packet, size: readSize(text.size, packet) }, from, to, isSportChosen };
}

/** Types of ICMP messages that quote a packet: RFC 792, RFC 4443 section 2.1. */
const isError = ({ proto, type = 8 }: Pick<PacketValues, 'proto' | 'type'>): boolean =>
  proto === 1 ? [3, 4, 5, 11, 12].includes(type) : proto === 58 && type < 128;

function readQuoted(
  text: FlowText,
  about: Pick<PacketValues, 'proto' | 'type'>,
  topology: Topology,
): PacketValues['quoted'] {
  if (!isError(about))
    throw new UsageError('quoted goes with ICMP errors only', 'leave it out, or write a type such as 3');
  try {
    const { packet } = readFlow(text, topology);
    return makePacket({ ...packet, ttl: packet.ttl ?? 1 });
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`quoted: ${error.message}`, error.suggestion);
    throw error;
  }
}

function readTrafficClass({ dscp, tos }: FlowText): Pick<PacketValues, 'dscp' | 'ecn'> {
  const octet = whole('tos', tos, 0, 255);
  if (octet === undefined) return { dscp: whole('--dscp', dscp, 0, 63) };
  if (dscp !== undefined) throw new UsageError('dscp is a part of tos', 'leave one of them out');
  return { dscp: octet >> 2, ecn: octet & 3 };
}

/** Octets from the IP header on; undefined is what such a packet usually has. */
function readSize(text: FlowText['size'], packet: Flow['packet']): number | undefined {
  const least = lengthOf({ ...makePacket({ ...packet, ttl: 0 }), payload: 0 });
  return whole('--size', text, least, 65_535);
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
