/** `--proto` and what goes with it: which transport the first packet has, and its ports or its ICMP message. */
import type { PacketValues } from '../packet/make.ts';
import { parseProtocol } from '../mechanism/netfilter/numbers.ts';
import { printable } from '../source/printable.ts';
import { UsageError } from './usage.ts';

type Figure = string | number | undefined;

/** As given: on the command line all text, in a batch file text or numbers. */
export interface ProtocolText {
  readonly proto?: Figure;
  readonly sport?: Figure;
  readonly dport?: Figure;
  readonly type?: Figure;
  readonly code?: Figure;
  readonly id?: Figure;
  readonly seq?: Figure;
}

export interface Protocol extends Pick<
  PacketValues,
  'proto' | 'sport' | 'dport' | 'type' | 'code' | 'id' | 'seq'
> {
  /** The source port is nettrace's choice. */
  readonly isSportChosen: boolean;
}

/** First of the dynamic ports: RFC 6335 section 6. */
const DYNAMIC_PORT = 49_152;
const ACCEPTED = 'tcp/PORT, udp/PORT, icmp, icmp/TYPE, or an IP protocol by its name or number';

const ICMP = [1, 58];
const PORTED: Readonly<Record<number, string>> = {
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  132: 'sctp',
  136: 'udplite',
};

export function readProtocol(text: ProtocolText, isSix: boolean): Protocol {
  const given = String(text.proto ?? '').toLowerCase();
  if (given === '') throw new UsageError('--proto is missing', ACCEPTED);
  const [name = '', ...details] = given.split('/');
  const proto = numberOf(name, isSix);
  const isIcmp = proto !== undefined && ICMP.includes(proto);
  const ported = proto === undefined ? undefined : PORTED[proto];
  if (proto === undefined || details.length > (isIcmp ? 2 : ported === undefined ? 0 : 1))
    throw new UsageError(`--proto: "${printable(given)}" is not understood`, ACCEPTED);
  if (details.length > 0 && (text.dport !== undefined || text.type !== undefined))
    throw new UsageError(
      `--proto: "${printable(given)}" says what dport or type says too`,
      'leave one of them out',
    );
  if (text.sport !== undefined && ported === undefined)
    throw new UsageError('--sport goes with TCP and UDP only', 'leave it out, or write --proto tcp/22');
  const id = whole('id', text.id, 0, 65_535) ?? 1;
  const bare: Protocol = { proto, sport: 0, dport: 0, id, isSportChosen: false };
  if (ported !== undefined) return { ...bare, ...ports(ported, details[0], text) };
  return isIcmp ? { ...bare, ...message(details, text) } : bare;
}

function numberOf(name: string, isSix: boolean): number | undefined {
  if (/^\d{1,3}$/.test(name)) return Number(name) <= 255 ? Number(name) : undefined;
  if (name === 'icmp') return isSix ? 58 : 1;
  if ((name === 'icmpv6' || name === 'icmp6') && !isSix)
    throw new UsageError(`--proto: ${name} goes with IPv6 addresses only`, 'write --proto icmp');
  if (name === 'icmp6') return 58;
  // By a name, 0 is every protocol.
  return /^[a-z]/.test(name) ? parseProtocol(name) || undefined : undefined;
}

function ports(
  name: string,
  detail: string | undefined,
  text: ProtocolText,
): Pick<Protocol, 'sport' | 'dport' | 'isSportChosen'> {
  const dport = whole('--proto', detail === '' ? undefined : (detail ?? text.dport), 0, 65_535);
  if (dport === undefined)
    throw new UsageError(`--proto ${name} has no destination port`, `write --proto ${name}/22`);
  const sport = whole('--sport', text.sport, 0, 65_535);
  return { dport, sport: sport ?? DYNAMIC_PORT, isSportChosen: sport === undefined };
}

const message = (
  [type, code]: readonly string[],
  text: ProtocolText,
): Pick<Protocol, 'type' | 'code' | 'seq'> => ({
  type: whole(type === undefined ? 'type' : '--proto', type ?? text.type, 0, 255),
  code: whole(code === undefined ? 'code' : '--proto', code ?? text.code, 0, 255),
  seq: whole('seq', text.seq, 0, 65_535),
});

/** A whole number in its range; undefined when none is given. */
export function whole(option: string, value: Figure, low: number, high: number): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{1,6}$/.test(String(value)) ? Number(value) : Number.NaN;
  if (number >= low && number <= high) return number;
  throw new UsageError(
    `${option}: "${printable(String(value))}" is not a whole number from ${low} to ${high}`,
    option === '--proto' ? ACCEPTED : undefined,
  );
}
