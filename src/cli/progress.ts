/** How far long work is, on a terminal and nowhere else. */

/** Milliseconds between two lines. */
const PACE = 100;

/** Counts steps of the `total`, which are called `what`; with `end` the line is taken away. */
export function progress(
  total: number | undefined,
  what: string,
  { quiet }: { readonly quiet?: boolean | undefined },
): (end?: 'end') => void {
  if (quiet === true || !process.stderr.isTTY) return () => undefined;
  let done = 0;
  let told = Date.now();
  let isShown = false;
  return (end) => {
    if (end) {
      if (isShown) process.stderr.write('\r\x1b[K');
      return;
    }
    done++;
    if (Date.now() - told < PACE) return;
    told = Date.now();
    isShown = true;
    process.stderr.write(`\rnettrace: ${done}${total === undefined ? '' : ` of ${total}`} ${what}`);
  };
}
