/** Interfaces as `ip addr` prints them: in full, on one line each (-o), or in brief (-br): ip-address(8). */
import { parseAddress, type Address } from '../../value/address.ts';
import { parsePrefix, type Prefix } from '../../value/prefix.ts';
import type { Cite } from '../../walk/cite.ts';
import {
  ETHERNET,
  inKernelOrder,
  LOOPBACK_LINK,
  SCOPE,
  scopeOf,
  type InterfaceAddress,
  type LinkState,
} from './interface.ts';
import { Entry, numberOf, wordLines, type TextProblem, type Word } from './text.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** An interface as a text shows it. */
export interface ShownInterface {
  readonly addresses: readonly InterfaceAddress[];
  readonly link: LinkState;
}

interface Draft {
  readonly addresses: InterfaceAddress[];
  link: LinkState;
}

export interface AddressText {
  readonly interfaces: ReadonlyMap<string, ShownInterface>;
  readonly problems: readonly TextProblem[];
}

const HEADER = /^\d+:$/;
const STATES = new Set(['UP', 'DOWN', 'UNKNOWN', 'LOWERLAYERDOWN', 'DORMANT', 'NOTPRESENT', 'TESTING']);

/** Reads the text; each address cites its line, and `at` is where the text stands. The kernel's order is kept. */
export function readInterfaces(text: string, at: Cite): AddressText {
  const interfaces = new Map<string, Draft>();
  const problems: TextProblem[] = [];
  let current: Draft | undefined;
  for (const words of wordLines(text)) {
    const entry = new Entry(words);
    const cite = `${at}#${words[0].line}`;
    const name = nameIn(words);
    if (name !== undefined) {
      current = interfaces.get(name) ?? begun(name);
      interfaces.set(name, current);
      readHeader(entry, current);
    }
    if (current) readRest(entry, current, cite, name !== undefined);
    else
      entry.refuse(words[0], `"${words[0].text}" stands before any interface`, 'paste what `ip addr` prints');
    problems.push(...entry.problems.slice(0, 1));
  }
  const inOrder = [...interfaces].map(
    ([name, { addresses, link }]) => [name, { addresses: inKernelOrder(addresses), link }] as const,
  );
  return { interfaces: new Map(inOrder), problems };
}

const begun = (name: string): Draft => ({ addresses: [], link: name === 'lo' ? LOOPBACK_LINK : ETHERNET });

/** The interface that a line is about: behind its number, or in brief at the start with its state behind it. */
function nameIn(words: readonly Word[]): string | undefined {
  const [first, second] = words;
  const isNumbered = HEADER.test(first!.text) && second !== undefined;
  if (!isNumbered && !STATES.has(second?.text ?? '')) return undefined;
  return (isNumbered ? second : first!).text.replace(/:$/, '').replace(/@.*/, '');
}

/** `3: eth0@if5: <BROADCAST,UP,LOWER_UP> mtu 1500 … state UP group default`, `eth0 UP`. */
function readHeader(entry: Entry, draft: Draft): void {
  entry.next();
  const second = entry.peek() ?? '';
  if (STATES.has(second)) {
    entry.next();
    const isDown = second !== 'UP' && second !== 'UNKNOWN';
    draft.link = { ...draft.link, hasCarrier: !isDown };
    return;
  }
  entry.next();
  if (!/^<.*>$/.test(entry.peek() ?? '')) return;
  const flags = new Set(entry.next()!.text.slice(1, -1).split(','));
  const link: Writable<LinkState> = {
    ...draft.link,
    isUp: flags.has('UP'),
    hasCarrier: flags.has('LOWER_UP') && !flags.has('NO-CARRIER'),
  };
  for (let word = entry.next(); word; word = entry.next()) {
    if (word.text === 'mtu') link.mtu = entry.number(word, 0, 0xffffffff) ?? link.mtu;
    else if (word.text === 'group') link.group = groupOf(entry.value(word)?.text ?? '');
    else if (word.text.startsWith('link/')) break;
    else entry.next();
  }
  draft.link = link;
}

const groupOf = (text: string): number => (text === 'default' ? 0 : (numberOf(text) ?? 0));

/** A line below a header may say much that is no address; one that has an address means one. */
const hasAddress = (entry: Entry): boolean =>
  entry.rest().some(({ text }) => text.includes('/') && interfaceAddress(text) !== undefined);

function readRest(entry: Entry, draft: Draft, at: Cite, isHeader: boolean): void {
  const first = entry.peek();
  if (first === 'inet' || first === 'inet6') {
    const word = entry.next()!;
    const read = readAddress(word, entry, at);
    if (read) draft.addresses.push(read);
  } else if (isHeader && first !== undefined && parseAddress(first.split('/')[0]!) !== undefined) {
    for (let word = entry.peek(); word !== undefined; word = entry.peek()) {
      const read = readAddress(undefined, entry, at);
      if (!read) return;
      draft.addresses.push(read);
    }
  } else if (first !== undefined && hasAddress(entry))
    entry.unknown(entry.next()!, 'ip addr', ['inet', 'inet6']);
}

const SCOPES: Readonly<Record<string, number>> = { ...SCOPE, nowhere: 255 };

/** Words that stand alone behind an address; any that is left is its label. */
function readAddress(of: Word | undefined, entry: Entry, at: Cite): InterfaceAddress | undefined {
  const value = of ? entry.value(of) : entry.next();
  const own = value && readInterface(value, entry);
  if (!own) return undefined;
  // In brief form neither is told.
  const told = of ? { scope: SCOPE.global, isSecondary: false } : { scope: scopeOf(own.address) };
  const draft: Writable<InterfaceAddress> = { ...own, ...told, at };
  while (entry.peek() !== undefined) {
    const word = entry.next()!;
    if (word.text === 'peer') {
      const peer = entry.value(word);
      const far = peer && readInterface(peer, entry);
      if (far) draft.network = far.network;
    } else if (word.text === 'brd') {
      const broadcast = parseAddress(entry.value(word)?.text ?? '');
      if (broadcast !== undefined) draft.broadcast = broadcast;
    } else if (word.text === 'scope') draft.scope = scopeIn(entry.value(word)?.text ?? '');
    else if (word.text === 'secondary') draft.isSecondary = true;
    else if (word.text === 'noprefixroute') draft.hasNoRoute = true;
    else if (word.text === 'metric' || word.text === 'proto') entry.value(word);
    else if (word.text === 'valid_lft') break;
    else if (of === undefined) return stepBack(entry, draft);
  }
  return draft;
}

/** In brief form the next word is the next address. */
function stepBack(entry: Entry, draft: InterfaceAddress): InterfaceAddress {
  entry.back();
  return draft;
}

const scopeIn = (text: string): number => SCOPES[text] ?? numberOf(text) ?? SCOPE.global;

/** `10.0.1.4/24`, with the network it is in; without a length the address alone. */
function readInterface(
  value: Word,
  entry: Entry,
): { readonly address: Address; readonly network: Prefix } | undefined {
  const found = interfaceAddress(value.text);
  return (
    found ?? entry.refuse(value, `"${value.text}" is not an interface address`, 'write it as 10.0.1.4/24')
  );
}

/** An address with the length of its network behind it, as interfaces have them. */
export function interfaceAddress(
  text: string,
): { readonly address: Address; readonly network: Prefix } | undefined {
  const address = parseAddress(text.split('/')[0]!);
  const parsed = parsePrefix(text);
  if (address === undefined || ('problem' in parsed && parsed.problem === 'syntax')) return undefined;
  return { address, network: 'problem' in parsed ? parsed.prefix : parsed };
}
