/** The Internet checksum: RFC 1071. */

/** The ones' complement of the sum of 16-bit words; 0 over octets that hold their right checksum. */
export function checksum(octets: Buffer): number {
  let sum = 0;
  for (let i = 0; i + 1 < octets.length; i += 2) sum += octets.readUInt16BE(i);
  if (octets.length % 2 === 1) sum += octets.readUInt8(octets.length - 1) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** What TCP, UDP and ICMPv6 cover besides themselves: RFC 9293 section 3.1, RFC 8200 section 8.1. */
export function pseudoHeader(src: Buffer, dst: Buffer, protocol: number, length: number): Buffer {
  const rest = Buffer.alloc(8);
  rest.writeUInt32BE(length, 0);
  rest.writeUInt8(protocol, 7);
  return Buffer.concat([src, dst, rest]);
}
