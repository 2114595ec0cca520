/** Which header a packet of a capture starts with, by the LINKTYPE values of tcpdump.org. */
import { ipByVersion } from '../lisp.ts';

const LINKS: Readonly<Record<number, string>> = {
  0: 'null',
  1: 'ethernet',
  108: 'null',
  113: 'sll',
  228: 'ipv4',
  229: 'ipv6',
  276: 'sll2',
};

/** LINKTYPE_RAW, and the numbers that BSD and OpenBSD wrote for it. */
const RAW: ReadonlySet<number> = new Set([101, 12, 14]);

/** The outermost header; undefined of a link type that is not known, or a raw packet that is neither IPv4 nor IPv6. */
export const linkHeader = (linkType: number, bytes: Uint8Array): string | undefined =>
  RAW.has(linkType) ? ipByVersion(bytes) : LINKS[linkType];
