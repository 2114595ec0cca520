/** The lines that golden cases compare. */
import { expect, test } from 'vitest';
import { DELIVERED } from './delivered.fixture.ts';
import { INVALID } from './invalid.fixture.ts';
import { renderMinimal } from './minimal.ts';
import { EXPIRED, TRANSLATED } from './translated.fixture.ts';

test.each([
  [
    'delivered',
    DELIVERED,
    [
      'delivered: mgmt-pc > edge-rtr[+esp] > vgw-hub[-esp +vxlan] > ilb-hub[pick nva2] > nva2[ttl 63] > vm-prod-1',
      'delivered: vm-prod-1 > nva2[ttl 63] > edge-rtr[-esp] > mgmt-pc',
    ],
  ],
  [
    'dropped',
    INVALID,
    [
      'delivered: mgmt-pc > edge-rtr[+esp] > vgw-hub > vm-prod-1',
      'dropped (session-invalid): vm-prod-1 > nva2',
    ],
  ],
  [
    'translated',
    TRANSLATED,
    [
      'left (Internet): nva1[dst 10.0.1.4->10.0.2.6 dport 22->2222 ttl 59 src 141.192.166.93->10.0.2.4 mark 0x10]',
    ],
  ],
  [
    'expired',
    EXPIRED,
    [
      'dropped (ttl-expired): nva1[sends icmp-time-exceeded]',
      'follow-up unknown (what eth0 is connected to): nva1',
    ],
  ],
])('when a walk is %s then a line says what changed the packet', (_case, report, lines) => {
  expect(renderMinimal(report)).toBe(lines.map((line) => `${line}\n`).join(''));
});
