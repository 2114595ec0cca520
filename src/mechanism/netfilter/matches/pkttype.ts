/** -m pkttype: whom the frame that carried the packet was for. */
import { NOT, word, type Match } from '../extension.ts';
import { named } from '../forms.ts';

const TYPES = {
  unicast: 'unicast',
  host: 'unicast',
  broadcast: 'broadcast',
  multicast: 'multicast',
  otherhost: 'otherhost',
};

export const pkttype: Match = {
  options: { '--pkt-type': word(named('a packet type', TYPES), { ...NOT, needed: true }) },
};
