// Whether golden files are to be rewritten with what is printed now.

/** Throws where a machine asks: golden files are changed by people who read the difference. */
export function isUpdateWanted({ UPDATE, CI }: Readonly<Record<string, string | undefined>>): boolean {
  if (UPDATE !== '1') return false;
  if (CI !== undefined && !['', '0', 'false'].includes(CI))
    throw new Error('UPDATE=1 is refused where CI is set: golden files are changed by people who read them');
  return true;
}
