/** What rules do, by the words of those who wrote them: `DROP`, `Deny`, `ACCEPT`. */

const DENIES = /^(drop|reject|deny)/i;

/** Whether a rule's action ends the packet's way. */
export const isDenying = (action: string): boolean => DENIES.test(action);
