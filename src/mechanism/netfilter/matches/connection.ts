/** -m connbytes, connlabel, helper and cluster: what else connection tracking keeps of a connection. */
import {
  choiceTest,
  constantTest,
  flag,
  type Form,
  type Given,
  type Match,
  NOT,
  word,
} from '../extension.ts';
import { cutText, hex, hexNumber, LONG, MOST_32, number, oneOf, parseLong } from '../forms.ts';

/** `from:to`; an end that is the greatest number is left out. */
const SPAN: Form = {
  is: 'a number, or an ascending range of numbers',
  spell: (text, draft) => {
    const [low, high = ''] = text.split(':') as [string, string?];
    const from = low === '' ? '0' : LONG.spell(low, draft);
    const to = high === '' ? undefined : parseLong(high);
    if (from === undefined || (high !== '' && to === undefined)) return undefined;
    if (to !== undefined && BigInt(from) > to) return undefined;
    return to === undefined || to === 2n ** 64n - 1n ? from : `${from}:${to}`;
  },
};

/** Bytes of a SYN without options. */
const SHORT = 40;

export const connbytes: Match = {
  options: {
    '--connbytes': word(SPAN, { ...NOT, needed: true }),
    '--connbytes-mode': word(oneOf('packets', 'bytes', 'avgpkt'), { needed: true }),
    '--connbytes-dir': word(oneOf('original', 'reply', 'both'), { needed: true }),
  },
  // Of a flow's first packet, which is one and is short.
  build: (given) => {
    const of = (option: string): Given => given.find((one) => one.option === option)!;
    const span = of('--connbytes');
    const [from, to = Infinity] = span.words[0]!.split(':').map(Number);
    const seen = of('--connbytes-mode').words[0] === 'packets' ? 1 : SHORT;
    const count = of('--connbytes-dir').words[0] === 'reply' ? 0 : seen;
    return [choiceTest(span, 'connbytes', count >= from! && count <= to)];
  },
};

export const connlabel: Match = {
  options: {
    '--label': word(number(0, 127), { ...NOT, needed: true, quoted: 'always' }),
    '--set': flag(),
  },
  // Labels that others set are not known; one that the rule sets is there.
  build: (given) => [
    choiceTest(
      given[0]!,
      'connlabel',
      given.some((one) => one.option === '--set'),
    ),
  ],
};

export const helper: Match = {
  options: { '--helper': word(cutText(29), { ...NOT, needed: true, quoted: true }) },
  // xt_helper.c: only a connection that a helper expected has one here.
  build: (given) => given.map((one) => constantTest(one, false, 'none')),
};

export const cluster: Match = {
  options: {
    '--cluster-local-node': word(number(1, 32), NOT),
    '--cluster-local-nodemask': word(hexNumber(MOST_32, 8), NOT),
    '--cluster-total-nodes': word(number(1, 32), { needed: true }),
    '--cluster-hash-seed': word(hexNumber(MOST_32, 8), { needed: true }),
  },
  needs: ['--cluster-local-node', '--cluster-local-nodemask'],
  exclusive: [['--cluster-local-node', '--cluster-local-nodemask']],
  canon: (given, draft) => {
    const total = Number(given.find((one) => one.option === '--cluster-total-nodes')?.words[0] ?? 32);
    return given.map((one) => {
      if (!one.option.startsWith('--cluster-local')) return one;
      const mask = nodemask(one);
      if (mask >= 2 ** total) draft.refuse(`${one.option} is beyond --cluster-total-nodes`, undefined, one);
      return { ...one, option: '--cluster-local-nodemask', words: [hex(mask, 8)] };
    });
  },
  // Where one node is asked, it is the one that the packet came to.
  build: (given) => [choiceTest(given[0]!, 'cluster', true)],
};

const nodemask = ({ option, words }: Given): number =>
  option === '--cluster-local-node' ? 2 ** (Number(words[0]) - 1) : Number(words[0]);
