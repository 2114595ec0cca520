/** -m connbytes, connlabel, helper and cluster: what else connection tracking keeps of a connection. */
import { flag, NOT, word, type Form, type Given, type Match } from '../extension.ts';
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

export const connbytes: Match = {
  options: {
    '--connbytes': word(SPAN, { ...NOT, needed: true }),
    '--connbytes-mode': word(oneOf('packets', 'bytes', 'avgpkt'), { needed: true }),
    '--connbytes-dir': word(oneOf('original', 'reply', 'both'), { needed: true }),
  },
};

export const connlabel: Match = {
  options: {
    '--label': word(number(0, 127), { ...NOT, needed: true, quoted: 'always' }),
    '--set': flag(),
  },
};

export const helper: Match = {
  options: { '--helper': word(cutText(29), { ...NOT, needed: true, quoted: true }) },
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
};

const nodemask = ({ option, words }: Given): number =>
  option === '--cluster-local-node' ? 2 ** (Number(words[0]) - 1) : Number(words[0]);
