/** Which addresses the Internet routes, as Azure sees it. */
import { minus, setOf, type IntegerSet } from '../value/integer-set.ts';
import { prefix, type Prefix } from '../value/prefix.ts';

/** RFC 1918 and RFC 6598, in the order in which Azure lists its None routes. */
export const PRIVATE_SPACE: readonly Prefix[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
].map(prefix);

/** Unicast space without what is private, shared, loopback, link-local, or the Azure host's own. */
export const PUBLIC_SPACE: IntegerSet = minus(
  setOf([{ first: prefix('1.0.0.0/8').first, last: prefix('223.0.0.0/8').last }, prefix('2000::/3')]),
  setOf([...PRIVATE_SPACE, ...['127.0.0.0/8', '169.254.0.0/16', '168.63.129.16/32'].map(prefix)]),
);
