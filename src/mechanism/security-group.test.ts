import { expect, test } from 'vitest';
import { makePacket } from '../packet/make.ts';
import { concretely } from '../walk/concrete.ts';
import type { Event } from '../walk/event.ts';
import { SessionStore } from '../walk/session.ts';
import { filter, type ProgrammedGroup } from './security-group.ts';

test('when no rule matches, for the default rules are missing, then the packet is denied and no rule is named', () => {
  const none: ProgrammedGroup = { name: 'nsg', rules: { Inbound: [], Outbound: [] } };
  const packet = makePacket({ src: 1, dst: 2, proto: 6, sport: 3, dport: 4, flags: ['SYN'], id: 0, ttl: 64 });
  const events: Event[] = [];
  const io = {
    ask: concretely(),
    sessions: new SessionStore(),
    note: (event: Event) => void events.push(event),
    originate: () => undefined,
  };
  expect(filter(none, 'Inbound', packet, io)).toEqual({
    do: 'drop',
    reason: 'filter-default-policy',
    at: undefined,
  });
  expect(events).toMatchObject([
    { type: 'matched', table: 'nsg', chain: 'Inbound', rule: undefined, action: 'Deny' },
  ]);
});
