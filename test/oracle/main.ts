/** `npm run oracle`: nettrace against the kernel on cases of a seed, as many as wanted. */
import { judge } from './judge.ts';
import { HELP, readOptions, type Options } from './options.ts';
import { printed } from './print.ts';
import { whyNot } from './possible.ts';

async function main(options: Options): Promise<void> {
  const reason = whyNot();
  if (reason !== undefined) {
    process.stderr.write(`oracle: ${reason}\n`);
    process.exitCode = 2;
    return;
  }
  const begun = Date.now();
  const { cases, packets, failed, failures, refused, coverage, kinds } = await judge(options);
  for (const failure of failures) process.stdout.write(`${printed(failure.case, failure.disagreement)}\n`);
  for (const one of refused) process.stdout.write(`refused: ${one}\n`);
  if (options.verbose) process.stdout.write(`${coverage.text()}\n`);
  process.stdout.write(kinds.text());
  const seconds = ((Date.now() - begun) / 1000).toFixed(1);
  process.stdout.write(
    `${cases} cases, ${packets} packets, ${failed} cases disagree, ${refused.length} refused by the tools, ${seconds} s\n`,
  );
  process.exitCode = failed + refused.length === 0 ? 0 : 1;
}

const args = process.argv.slice(2);
if (args.includes('--help')) process.stdout.write(`${HELP}\n`);
else void main(readOptions(args));
