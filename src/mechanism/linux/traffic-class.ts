/** The names that iproute2 gives to values of the TOS octet: rt_dsfield(5), RFC 2474, RFC 2597, RFC 3246. */
const AF = Object.fromEntries(
  [1, 2, 3, 4].flatMap((klass) => [1, 2, 3].map((drop) => [`AF${klass}${drop}`, klass * 32 + drop * 8])),
);
const CS = Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((klass) => [`CS${klass}`, klass * 32]));

const NAMES: Readonly<Record<string, number>> = { default: 0, ...AF, ...CS, EF: 0xb8 };

/** A TOS octet by its name, or by its digits, which are hexadecimal (rtnl_dsfield_a2n). */
export const tosOctet = (text: string): number | undefined =>
  Object.hasOwn(NAMES, text)
    ? NAMES[text]
    : /^(?:0x)?[\da-f]{1,2}$/i.test(text)
      ? Number.parseInt(text, 16)
      : undefined;
