/** -m mac: the Ethernet address that a packet came from. */
import { choiceTest, type Form, type Match, NOT, word } from '../extension.ts';

export const MAC: Form = {
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
  // A frame's addresses are not walked with its packet.
  build: (given) => given.map((one) => choiceTest(one, 'mac', false)),
};
