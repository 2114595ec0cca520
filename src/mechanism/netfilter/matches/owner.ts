/** -m owner: who sends, on the machine that sends. */
import { choiceTest, flag, type Form, type Match, NOT, word } from '../extension.ts';
import { parseNumber } from '../numbers.ts';

/** The users and groups that every Debian has by the same number (base-passwd); others are known on the machine alone. */
// prettier-ignore
const USERS: Readonly<Record<string, number>> = {
  root: 0, daemon: 1, bin: 2, sys: 3, sync: 4, games: 5, man: 6, lp: 7, mail: 8, news: 9, uucp: 10, proxy: 13,
  'www-data': 33, backup: 34, list: 38, irc: 39, nobody: 65_534,
};
// prettier-ignore
const GROUPS: Readonly<Record<string, number>> = {
  root: 0, daemon: 1, bin: 2, sys: 3, adm: 4, tty: 5, disk: 6, lp: 7, mail: 8, news: 9, uucp: 10, man: 12, proxy: 13,
  kmem: 15, dialout: 20, fax: 21, voice: 22, cdrom: 24, floppy: 25, tape: 26, sudo: 27, audio: 29, dip: 30,
  'www-data': 33, backup: 34, operator: 37, list: 38, irc: 39, src: 40, shadow: 42, utmp: 43, video: 44, sasl: 45,
  plugdev: 46, staff: 50, games: 60, users: 100, nogroup: 65_534,
};

const owners = (is: string, names: Readonly<Record<string, number>>): Form => ({
  is: `${is} or an ascending range of them, and a name is known on the machine alone`,
  spell: (text) => {
    if (Object.hasOwn(names, text)) return String(names[text]);
    const [low, high, ...rest] = text.split('-').map((part) => parseNumber(part, 0xfffffffe));
    if (low === undefined || rest.length > 0 || (text.includes('-') && high === undefined)) return undefined;
    return high === undefined || high === low ? String(low) : high < low ? undefined : `${low}-${high}`;
  },
  suggest: () => 'the number',
});

export const owner: Match = {
  options: {
    '--socket-exists': flag(NOT),
    '--uid-owner': word(owners('the number of a user', USERS), NOT),
    '--gid-owner': word(owners('the number of a group', GROUPS), NOT),
    '--suppl-groups': flag(),
  },
  needs: ['--uid-owner', '--gid-owner', '--socket-exists'],
  hooks: ['OUTPUT', 'POSTROUTING'],
  canon: (given, draft) => {
    const groups = given.find((one) => one.option === '--suppl-groups');
    if (groups && !given.some((one) => one.option === '--gid-owner'))
      draft.refuse('--suppl-groups needs --gid-owner', undefined, groups);
    return given;
  },
  // xt_owner.c, owner_mt: what no socket here sent has no owner. Of what one sent, nobody knows whose it is.
  build: (given) =>
    given
      .filter((one) => one.option !== '--suppl-groups')
      .map((one) => ({
        ...choiceTest(one, 'owner', one.option === '--socket-exists'),
        forwarded: one.not,
      })),
};
