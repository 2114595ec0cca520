/** -m pkttype: whom the frame that carried the packet was for. */
import { constantTest, type Match, NOT, word, wording } from '../extension.ts';
import { named } from '../forms.ts';
import { PACKET_TYPES } from '../predicate.ts';

const TYPES = {
  unicast: 'unicast',
  host: 'unicast',
  broadcast: 'broadcast',
  multicast: 'multicast',
  otherhost: 'otherhost',
};

export const pkttype: Match = {
  options: { '--pkt-type': word(named('a packet type', TYPES), { ...NOT, needed: true }) },
  build: (given) =>
    given.map((one) => {
      const type = PACKET_TYPES.find((known) => known === one.words[0]);
      // ip_rcv drops what is for another host before any rule sees it.
      return type
        ? { kind: 'packet-type', type, ...wording(one) }
        : constantTest(one, false, 'for this host');
    }),
};
