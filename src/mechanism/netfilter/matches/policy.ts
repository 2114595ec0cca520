/** -m policy: the IPsec policy that a packet came or will go by. */
import {
  constantTest,
  type Draft,
  flag,
  type Form,
  type Given,
  type Match,
  NOT,
  word,
} from '../extension.ts';
import { hexNumber, MOST_32, NETWORK, number, oneOf } from '../forms.ts';
import { parseProtocol } from '../numbers.ts';

/** RFC 4302, 4303 and 3173. */
const NAMES: Readonly<Record<number, string>> = { 50: 'esp', 51: 'ah', 108: 'ipcomp' };

const PROTO: Form = {
  is: 'one of ah, esp, ipcomp',
  spell: (text) => NAMES[parseProtocol(text) ?? 0],
};

const ELEMENT = {
  '--reqid': word(number(0, MOST_32), { ...NOT, many: true }),
  '--spi': word(hexNumber(MOST_32), { ...NOT, many: true }),
  '--proto': word(PROTO, { ...NOT, many: true }),
  '--mode': word(oneOf('transport', 'tunnel'), { ...NOT, many: true }),
  '--tunnel-dst': word(NETWORK, { ...NOT, many: true }),
  '--tunnel-src': word(NETWORK, { ...NOT, many: true }),
} as const;

export const policy: Match = {
  options: {
    '--dir': word(oneOf('in', 'out'), { needed: true }),
    '--pol': word(oneOf('none', 'ipsec')),
    '--strict': flag(),
    ...ELEMENT,
    '--next': flag({ many: true }),
  },
  keepsOrder: true,
  canon: (given, draft) => {
    const find = (option: string): Given | undefined => given.find((one) => one.option === option);
    const [dir, pol, strict] = [find('--dir'), find('--pol'), find('--strict')];
    const isNone = pol?.words[0] === 'none';
    if (dir?.words[0] === 'in') draft.onlyAt(['PREROUTING', 'INPUT', 'FORWARD'], 'policy --dir in');
    else draft.onlyAt(['FORWARD', 'OUTPUT', 'POSTROUTING'], 'policy --dir out');
    if (isNone && strict) draft.refuse('--pol none has nothing to be --strict about', undefined, strict);
    const elements = elementsOf(given);
    if (elements.length > 1 && !strict) draft.refuse('--next needs --strict');
    if (elements.length > 4) draft.refuse('A policy has at most 4 elements');
    for (const element of elements) checkElement(element, strict !== undefined, draft);
    const head = [dir, pol ?? { option: '--pol', not: false, words: ['ipsec'], column: 0 }, strict];
    return [...head.filter((one) => one !== undefined), ...(isNone ? [] : joined(elements))];
  },
  // xt_policy.c: where there is no IPsec, no policy is the one that matches.
  build: (given) => {
    const pol = given.find((one) => one.option === '--pol')!;
    return [constantTest(pol, pol.words[0] === 'none', 'none')];
  },
};

/** The options between --next and --next, ordered as they are printed. */
function elementsOf(given: readonly Given[]): readonly (readonly Given[])[] {
  const elements: Given[][] = [[]];
  const order = Object.keys(ELEMENT);
  for (const one of given) {
    if (one.option === '--next') elements.push([]);
    else if (order.includes(one.option)) elements.at(-1)!.push(one);
  }
  return elements.map((element) =>
    element.toSorted((a, b) => order.indexOf(a.option) - order.indexOf(b.option)),
  );
}

function checkElement(element: readonly Given[], isStrict: boolean, draft: Draft): void {
  const repeated = element.find((one, i) => element[i - 1]?.option === one.option);
  if (repeated) draft.refuse(`${repeated.option} may be given once only`, undefined, repeated);
  const tunnel = element.find((one) => one.option.startsWith('--tunnel'));
  const mode = element.find((one) => one.option === '--mode');
  if (tunnel && (mode?.words[0] === 'tunnel') === (mode?.not ?? false))
    draft.refuse(`${tunnel.option} needs --mode tunnel`, undefined, tunnel);
  if (isStrict && element.length === 0)
    draft.refuse('With --strict each element of the policy says something');
}

const joined = (elements: readonly (readonly Given[])[]): readonly Given[] =>
  elements.flatMap((element, i) =>
    i === 0 ? element : [{ option: '--next', not: false, words: [], column: 0 }, ...element],
  );
