/** DNAT, SNAT, MASQUERADE, REDIRECT: address translation, decided on a flow's first packet. */
import type { Hook } from '../hook.ts';
import { parseAddressRange } from '../address-text.ts';
import { isFor, type Draft, type Given, type OptionSpec, type TargetSpec } from '../extension.ts';
import { parsePort } from '../numbers.ts';
import type { Translation } from '../ruleset.ts';
import { quote } from '../words.ts';

type Kind = Translation['kind'];

const FLAGS: Readonly<Record<string, OptionSpec>> = {
  '--random': { takes: 0 },
  '--random-fully': { takes: 0, as: '--random' },
  '--persistent': { takes: 0 },
};

/** DNAT and SNAT: `option` says to what. */
const toAddress = (kind: Kind, name: string, option: string, hooks: readonly Hook[]): TargetSpec => ({
  options: { [option]: { takes: 1 }, ...FLAGS },
  tables: ['nat'],
  hooks,
  build: (given, draft) => {
    const to = given.filter((one) => one.option === option);
    if (to.length !== 1) draft.refuse(`${name} takes exactly one ${option}`);
    return to[0] && translation(kind, name, to[0].words[0]!, given, draft);
  },
});

/** MASQUERADE and REDIRECT: the address is the machine's. */
const toPorts = (kind: Kind, name: string, hooks: readonly Hook[]): TargetSpec => ({
  options: {
    '--to-ports': { takes: 1 },
    '--random': FLAGS['--random']!,
    '--random-fully': FLAGS['--random-fully']!,
  },
  tables: ['nat'],
  hooks,
  build: (given, draft) => {
    const ports = given.find((one) => one.option === '--to-ports')?.words[0];
    return translation(kind, name, ports === undefined ? '' : `:${ports}`, given, draft);
  },
});

export const dnat = toAddress('dnat', 'DNAT', '--to-destination', ['PREROUTING', 'OUTPUT']);
export const snat = toAddress('snat', 'SNAT', '--to-source', ['INPUT', 'POSTROUTING']);
export const masquerade = toPorts('masquerade', 'MASQUERADE', ['POSTROUTING']);
export const redirect = toPorts('redirect', 'REDIRECT', ['PREROUTING', 'OUTPUT']);

function translation(
  kind: Kind,
  name: string,
  to: string,
  given: readonly Given[],
  draft: Draft,
): Translation | undefined {
  const split = splitPorts(to, draft);
  const addresses = split.address === '' ? undefined : parseAddressRange(split.address, draft.family);
  const ports = split.ports === undefined ? undefined : parseRange(split.ports);
  const isBad = (split.address !== '' && !addresses) || (split.ports !== undefined && !ports);
  if (isBad) {
    draft.refuse(`${quote(to.replace(/^:/, ''))} is not an address, a range of addresses, ports, or both`);
    return undefined;
  }
  if (ports && !isFor(draft, 6, 17, 33, 132))
    draft.refuse(`${name} with ports needs -p tcp, udp, sctp or dccp`);
  const has = (option: string): boolean => given.some((one) => one.option === option);
  return {
    do: 'translate',
    name,
    kind,
    addresses,
    ports,
    random: has('--random'),
    persistent: has('--persistent'),
  };
}

/** `a-b:p-q`, `:p`, and for IPv6 `[a]-[b]:p`, where a bare address has no ports. */
function splitPorts(
  to: string,
  { family }: Draft,
): { readonly address: string; readonly ports: string | undefined } {
  if (family === 6 && to.startsWith('[')) {
    const end = to.lastIndexOf(']');
    const tail = to.slice(end + 1);
    const address = to.slice(0, end + 1).replaceAll(/[[\]]/g, '');
    return { address, ports: tail === '' ? undefined : tail.replace(/^:/, '') };
  }
  const colon = family === 6 && !to.startsWith(':') ? -1 : to.indexOf(':');
  if (colon < 0 || to.startsWith('::')) return { address: to, ports: undefined };
  return { address: to.slice(0, colon), ports: to.slice(colon + 1) };
}

/** `p`, `p-q`, `p-q/base`. */
function parseRange(text: string): Translation['ports'] {
  const [span, base, ...more] = text.split('/');
  const [low, high = low, ...rest] = span!.split('-');
  const [first, last] = [parsePort(low!), parsePort(high!)];
  if (more.length > 0 || rest.length > 0 || first === undefined || last === undefined || first > last)
    return undefined;
  if (base === undefined) return { first, last };
  const start = parsePort(base);
  return start === undefined ? undefined : { first, last, base: start };
}
