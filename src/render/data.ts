/** What a packet carries behind its headers, of which a walk says only how much it is. */

/** Octets of an INIT chunk without parameters: RFC 9260 section 3.3.2. */
const INIT_LENGTH = 20;

/** Of TCP the letter n, which starts no message that Wireshark takes amiss at a well-known port, as zeros do; else zeros. */
export function dataOf(proto: string | undefined, octets: number): Uint8Array {
  const data = new Uint8Array(octets);
  if (proto === 'tcp') data.fill('n'.charCodeAt(0));
  if (proto === 'sctp' && octets >= INIT_LENGTH) data.set(initChunk(octets));
  return data;
}

/** An INIT chunk; what it has more than its fields is a parameter of padding, RFC 4820 section 4. */
function initChunk(octets: number): Uint8Array {
  const padding = octets - INIT_LENGTH;
  const chunk = new DataView(new ArrayBuffer(octets));
  const hasPadding = padding >= 4;
  chunk.setUint8(0, 1);
  chunk.setUint16(2, hasPadding ? octets : INIT_LENGTH);
  chunk.setUint32(4, 1); // Initiate tag
  chunk.setUint32(8, 0xffff); // Advertised receiver window
  chunk.setUint16(12, 1); // Outbound streams
  chunk.setUint16(14, 1); // Inbound streams
  if (hasPadding) {
    chunk.setUint16(INIT_LENGTH, 0x8005);
    chunk.setUint16(INIT_LENGTH + 2, padding);
  }
  return new Uint8Array(chunk.buffer);
}
