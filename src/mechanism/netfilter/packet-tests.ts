/** The options that every rule may have: addresses, interfaces, protocol, fragments. */
import { WHOLE } from '../../value/address.ts';
import { single } from '../../value/integer-set.ts';
import { parseMasked, type AddressSet } from './address-text.ts';
import { fieldTest, wording, type Draft, type Given } from './extension.ts';
import { parseProtocol, PROTOCOL_NAMES } from './numbers.ts';
import type { Test } from './predicate.ts';
import { nearest, quote } from './words.ts';

/** Rules that one line may stand for: `-s a,b -d c,d` are four. */
const MOST_RULES = 4096;

/** The tests of each rule that the line stands for, in iptables-save's order of options. */
export function packetTests(given: readonly Given[], draft: Draft): readonly (readonly Test[])[] {
  const of = (option: string): Given | undefined => given.find((one) => one.option === option);
  const sources = addressTests(of('-s'), 'src', draft);
  const destinations = addressTests(of('-d'), 'dst', draft);
  const rest: Test[] = [];
  for (const test of [
    interfaceTest(of('-i'), 'in', draft),
    interfaceTest(of('-o'), 'out', draft),
    protocolTest(of('-p'), draft),
    fragmentTest(of('-f'), draft),
  ])
    if (test) rest.push(test);
  if (sources.length * destinations.length > MOST_RULES) {
    draft.refuse(`The line stands for more than ${MOST_RULES} rules`);
    return [];
  }
  if (sources.length === 1 && destinations.length === 1)
    return [[...sources[0]!, ...destinations[0]!, ...rest]];
  return sources.flatMap((from) => destinations.map((to) => [...from, ...to, ...rest]));
}

/** One alternative an address, each a list of no or one test. */
function addressTests(
  given: Given | undefined,
  field: 'src' | 'dst',
  draft: Draft,
): readonly (readonly Test[])[] {
  if (!given) return [[]];
  const [word] = given.words;
  const parts = word!.includes(',') ? word!.split(/, */) : [word!];
  if (given.not && parts.length > 1) draft.refuse(`! ${given.option} takes one address`, undefined, given);
  return parts.map((text) => {
    const read = parseMasked(text, draft.family);
    if (read) return addressTest({ ...given, words: [text] }, field, read, draft);
    const isName = /^[a-z_]([\w-]*[a-z0-9])?(\.[\w-]+)*$/i.test(text);
    const what = isName
      ? 'is a host name, which nettrace does not resolve'
      : `is not an IPv${draft.family} address, or address/mask`;
    draft.refuse(`${quote(text)} ${what}`, undefined, given);
    return [];
  });
}

/** `0.0.0.0/0` is no test, as iptables-save does not print it either; `! 0.0.0.0/0` never holds. */
function addressTest(given: Given, field: 'src' | 'dst', read: AddressSet, draft: Draft): readonly Test[] {
  const test = {
    ...fieldTest(given, field, read.set),
    ...(read.mask === undefined ? {} : { mask: read.mask }),
  };
  const [first, last] = WHOLE[draft.family];
  const isEvery = read.mask === undefined && read.set[0] === first && read.set[1] === last;
  return isEvery && !given.not ? [] : [test];
}

function interfaceTest(given: Given | undefined, side: 'in' | 'out', draft: Draft): Test | undefined {
  if (!given) return undefined;
  const name = given.words[0]!;
  if (name.length > 15 || name === '')
    draft.refuse(`${quote(name)} is not an interface name of 1 to 15 characters`, undefined, given);
  const open = name.endsWith('+');
  if (name === '+' && !given.not) return undefined;
  return { kind: 'interface', side, name: open ? name.slice(0, -1) : name, open, ...wording(given) };
}

export function readProtocol(given: Given, refuse: Draft['refuse']): Draft['protocol'] {
  const number = parseProtocol(given.words[0]!);
  if (number === undefined)
    refuse(`${quote(given.words[0]!)} is not a protocol`, nearest(given.words[0]!, PROTOCOL_NAMES), given);
  else if (number === 0 && given.not) refuse('! -p all would match nothing', undefined, given);
  return number === undefined ? undefined : { number, not: given.not };
}

const protocolTest = (given: Given | undefined, { protocol }: Draft): Test | undefined =>
  given && protocol && fieldTest(given, 'protocol', single(protocol.number));

function fragmentTest(given: Given | undefined, draft: Draft): Test | undefined {
  if (given && draft.family === 6) draft.refuse('-f is for IPv4 only', undefined, given);
  // Conntrack reassembles, and nothing else here fragments.
  return given && { kind: 'constant', holds: given.not, had: 'whole', ...wording(given) };
}
