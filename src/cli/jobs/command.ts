/** The only argument of a program that serves another in a thread. */
export const SERVE = 'serve-another-thread';
