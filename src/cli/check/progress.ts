/** How far a check is, on a terminal and nowhere else. */

/** Milliseconds between two lines. */
const PACE = 100;

/** Counts steps; with `end` the line is taken away. */
export function progress(total: number, isQuiet: boolean): (end?: 'end') => void {
  if (isQuiet || !process.stderr.isTTY) return () => undefined;
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
    process.stderr.write(`\rnettrace: ${done} of ${total} expectations`);
  };
}
