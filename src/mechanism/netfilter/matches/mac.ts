/** -m mac: the Ethernet address that a packet came from. */
import { NOT, word, type Form, type Match } from '../extension.ts';

const MAC: Form = {
  is: 'an Ethernet address',
  spell: (text) =>
    /^[\da-f]{1,2}(:[\da-f]{1,2}){5}$/i.test(text)
      ? text
          .toLowerCase()
          .split(':')
          .map((part) => part.padStart(2, '0'))
          .join(':')
      : undefined,
};

export const mac: Match = {
  options: { '--mac-source': word(MAC, { ...NOT, needed: true }) },
  hooks: ['PREROUTING', 'INPUT', 'FORWARD'],
};
