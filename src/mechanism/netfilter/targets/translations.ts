/** DNAT, SNAT, MASQUERADE, REDIRECT: address translation, decided on a flow's first packet. */
import type { Hook } from '../hook.ts';
import { formatIp, parseAddressRange } from '../address-text.ts';
import {
  flag,
  word,
  type Draft,
  type Form,
  type Given,
  type Options,
  type TargetSpec,
} from '../extension.ts';
import { parseNumber, parsePort } from '../numbers.ts';
import type { Translation } from '../ruleset.ts';

type Kind = Translation['kind'];
type To = Pick<Translation, 'addresses' | 'ports'>;

/** DNAT and REDIRECT of 1.8.9 know no --random-fully. */
const RANDOM: Options = { '--random': flag() };
const FULLY: Options = { ...RANDOM, '--random-fully': flag() };

const TO: Form = {
  is: 'an address, a range of addresses, ports, or both',
  spell: (text, draft) => {
    const to = /^[^-]*\//.test(text.slice(text.lastIndexOf(':'))) ? undefined : parseTo(text, draft);
    return to && formatTo(to, draft);
  },
};

const PORTS: Form = {
  is: 'a port or an ascending range of ports',
  spell: (text) => {
    const ports = parseRange(text);
    return ports && ports.base === undefined ? formatRange(ports) : undefined;
  },
};

/** DNAT and SNAT: `option` says to what. */
const toAddress = (
  kind: Kind,
  name: string,
  option: string,
  random: Options,
  hooks: readonly Hook[],
): TargetSpec => ({
  options: { [option]: word(TO, { needed: true }), ...random, '--persistent': flag() },
  tables: ['nat'],
  hooks,
  canon: (given, draft) => {
    const to = given.find((one) => one.option === option);
    const read = to && parseTo(to.words[0]!, draft);
    if (to && read?.ports) checkPorts(name, to, draft);
    if (to && read?.ports?.base === 0)
      draft.refuse('The first port of a shifted range is not 0', undefined, to);
    return given;
  },
  build: (given, draft) => translation(kind, name, parseTo(given[0]!.words[0]!, draft)!, given, draft),
});

/** MASQUERADE and REDIRECT: the address is the machine's. */
const toPorts = (kind: Kind, name: string, random: Options, hooks: readonly Hook[]): TargetSpec => ({
  options: { '--to-ports': word(PORTS), ...random },
  tables: ['nat'],
  hooks,
  canon: (given, draft) => {
    const to = given.find((one) => one.option === '--to-ports');
    if (to) checkPorts(name, to, draft);
    return given;
  },
  build: (given, draft) => {
    const ports = given.find((one) => one.option === '--to-ports')?.words[0];
    const to = { addresses: undefined, ports: ports === undefined ? undefined : parseRange(ports) };
    return translation(kind, name, to, given, draft);
  },
});

export const dnat = toAddress('dnat', 'DNAT', '--to-destination', RANDOM, ['PREROUTING', 'OUTPUT']);
export const snat = toAddress('snat', 'SNAT', '--to-source', FULLY, ['INPUT', 'POSTROUTING']);
export const masquerade = toPorts('masquerade', 'MASQUERADE', FULLY, ['POSTROUTING']);
export const redirect = toPorts('redirect', 'REDIRECT', RANDOM, ['PREROUTING', 'OUTPUT']);

/** libxt_NAT: any of these protocols will do, even behind `!`. */
function checkPorts(name: string, to: Given, draft: Draft): void {
  if (![1, 6, 17, 33, 58, 132].includes(draft.protocol?.number ?? 0))
    draft.refuse(`${name} with ports needs -p tcp, udp, sctp or dccp`, undefined, to);
}

function translation(kind: Kind, name: string, to: To, given: readonly Given[], draft: Draft): Translation {
  if (to.addresses && to.addresses.first > to.addresses.last)
    draft.unknown(`${name} to a range of addresses that descends`);
  const has = (option: string): boolean => given.some((one) => one.option === option);
  return {
    do: 'translate',
    name,
    kind,
    ...to,
    random: has('--random') || has('--random-fully'),
    persistent: has('--persistent'),
  };
}

/** `a-b:p-q`, `:p`, and for IPv6 `[a-b]:p`, where a bare address has no ports. */
function parseTo(text: string, draft: Draft): To | undefined {
  const split = splitPorts(text, draft);
  const addresses = split.address === '' ? undefined : parseAddressRange(split.address, draft.family);
  const ports = split.ports === undefined ? undefined : parseRange(split.ports);
  if ((split.address !== '' && !addresses) || (split.ports !== undefined && !ports)) return undefined;
  return addresses || ports ? { addresses, ports } : undefined;
}

function splitPorts(
  to: string,
  { family }: Draft,
): { readonly address: string; readonly ports: string | undefined } {
  if (family === 6 && to.startsWith('[')) {
    const end = to.indexOf(']');
    const tail = to.slice(end + 1);
    return { address: to.slice(1, end), ports: tail === '' ? undefined : tail.replace(/^:/, '') };
  }
  const colon = family === 6 && !to.startsWith(':') ? -1 : to.indexOf(':');
  if (colon < 0 || to.startsWith('::')) return { address: to, ports: undefined };
  return { address: to.slice(0, colon), ports: to.slice(colon + 1) };
}

function formatTo({ addresses, ports }: To, { family }: Draft): string {
  const ends = addresses ? [addresses.first, addresses.last] : [];
  const text = [...new Set(ends)].map(formatIp).join('-');
  if (!ports) return text;
  return `${family === 6 && addresses ? `[${text}]` : text}:${formatRange(ports)}`;
}

/** `p`, which may be a name, `p-q`, `p-q/base`. */
function parseRange(text: string): Translation['ports'] {
  const [span, base, ...more] = text.split('/');
  const [low, high, ...rest] = span!.split('-');
  const first = high === undefined ? parsePort(low!) : parseNumber(low!, 0xffff);
  const last = high === undefined ? first : parseNumber(high, 0xffff);
  if (more.length > 0 || rest.length > 0 || first === undefined || last === undefined || first > last)
    return undefined;
  if (base === undefined) return { first, last };
  const start = parseNumber(base, 0xffff);
  return start === undefined ? undefined : { first, last, base: start };
}

const formatRange = ({ first, last, base }: NonNullable<Translation['ports']>): string =>
  `${first}${last === first ? '' : `-${last}`}${base === undefined ? '' : `/${base}`}`;
