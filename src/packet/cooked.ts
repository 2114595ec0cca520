/**
 * What Linux captures on "any" interface have instead of a link's own header: LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2
 * of tcpdump.org, in octets. And the four octets of a loopback capture, LINKTYPE_NULL.
 *
 *    SLL:   packet type 2, ARPHRD type 2, address length 2, address 8, protocol 2
 *    SLL2:  protocol 2, reserved 2, interface index 4, ARPHRD type 2, packet type 1, address length 1, address 8
 *    null:  address family 4, in the byte order of the machine that captured
 */
import { next, reserved, value } from './field.ts';
import type { HeaderSpec } from './header.ts';
import { ipByVersion } from './lisp.ts';

/** The address is said as a MAC and what is behind it, since that is what it mostly is. */
const linkAddress = [{ ...value('address', 48), form: 'mac' }, reserved('addressRest', 16)] as const;

const sllLayout = [
  value('packetType', 16),
  value('hardware', 16, 1),
  value('addressLength', 16, 6),
  ...linkAddress,
  next('type', 16, 'etherType'),
];

export const sll = {
  proto: 'sll',
  fields: { packetType: 'number', address: 'mac' },
  layout: sllLayout,
} as const satisfies HeaderSpec;

const sll2Layout = [
  next('type', 16, 'etherType'),
  reserved('reserved', 16),
  value('interface', 32),
  value('hardware', 16, 1),
  value('packetType', 8),
  value('addressLength', 8, 6),
  ...linkAddress,
];

export const sll2 = {
  proto: 'sll2',
  fields: { interface: 'number', packetType: 'number', address: 'mac' },
  layout: sll2Layout,
} as const satisfies HeaderSpec;

const nullLayout = [value('family', 32, 0x02000000)];

export const loopback = {
  proto: 'null',
  fields: { family: 'number' },
  layout: nullLayout,
  carries: (_header, body) => ipByVersion(body),
} as const satisfies HeaderSpec;
