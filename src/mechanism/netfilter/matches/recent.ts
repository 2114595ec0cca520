/** -m recent: a list of addresses that rules put others on and look them up in. */
import { flag, type Form, type Given, type Match, NOT, word, wording } from '../extension.ts';
import { MOST_32, number } from '../forms.ts';
import { familyOf, formatAddress, parseAddress } from '../../../value/address.ts';
import type { Recall } from '../recent.ts';

const ACTIONS = ['--set', '--rcheck', '--update', '--remove'];

const NAME: Form = {
  is: 'the name of a list, without "/"',
  spell: (text) => (text === '' || text.includes('/') ? undefined : text.slice(0, 199)),
};

const MASK: Form = {
  is: 'a mask written as an address',
  spell: (text, { family }) => {
    const mask = parseAddress(/^\d{1,3}$/.test(text) ? `0.0.0.${text}` : text);
    return mask !== undefined && familyOf(mask) === family ? formatAddress(mask) : undefined;
  },
};

export const recent: Match = {
  options: {
    '--set': flag(NOT),
    '--rcheck': flag(NOT),
    '--update': flag(NOT),
    '--remove': flag(NOT),
    '--seconds': word(number(1, MOST_32)),
    '--reap': flag(),
    '--hitcount': word(number(0, 0xffff), { unless: '0' }),
    '--rttl': flag(),
    '--name': word(NAME, { otherwise: 'DEFAULT' }),
    '--mask': word(MASK),
    '--rsource': flag(),
    '--rdest': flag(),
  },
  needs: ACTIONS,
  exclusive: [ACTIONS, ['--set', '--rttl'], ['--remove', '--rttl']],
  canon: (given, draft) => {
    const has = (option: string): boolean => given.some((one) => one.option === option);
    if (has('--reap') && !has('--seconds')) draft.refuse('--reap needs --seconds');
    const bound = given.find((one) => one.option === '--seconds' || one.option === '--hitcount');
    if (bound && (has('--set') || has('--remove')))
      draft.refuse(`${bound.option} needs --rcheck or --update`, undefined, bound);
    const missing = (option: string, ...words: readonly string[]): Given => ({
      option,
      not: false,
      words,
      column: 0,
    });
    const whole = draft.family === 4 ? '255.255.255.255' : 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';
    return [
      ...given.filter((one) => one.option !== '--rsource'),
      ...(has('--mask') ? [] : [missing('--mask', whole)]),
      ...(has('--rdest') ? [] : [missing('--rsource')]),
    ];
  },
  build: (given) => {
    const of = (option: string): Given | undefined => given.find((one) => one.option === option);
    const action = given.find((one) => ACTIONS.includes(one.option))!;
    return [
      {
        kind: 'recent',
        list: of('--name')!.words[0]!,
        how: action.option.slice(2) as Recall['how'],
        side: of('--rdest') ? 'dst' : 'src',
        mask: parseAddress(of('--mask')!.words[0]!)!,
        hits: Number(of('--hitcount')?.words[0] ?? 0),
        sameTtl: of('--rttl') !== undefined,
        ...wording(action),
      },
    ];
  },
};
