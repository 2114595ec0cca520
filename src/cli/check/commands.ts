/** The command lines of `nettrace check`, `lint` and `merge-reports`. */
import type { Command } from 'commander';
import type { CheckOptions } from '../check.ts';
import type { MergeOptions } from '../merge-reports.ts';
import { collect, color } from '../options.ts';
import { reporterOptions } from './reporter-options.ts';

const CHECK_EXAMPLES = `
Examples:
  nettrace check topologies/
  nettrace check hub.yaml hub.expect.yaml --grep production
  nettrace check . --reporter github --reporter sarif --output-file check.sarif
  nettrace check . --reporter baseline --output-file known.json
  nettrace check . --baseline known.json

Reporters: spec, tap, junit, sarif, github, json, baseline. An --output-file is of the --reporter before it.

Exit status:
  0  all holds                     2  a file is wrong, or the command line
  1  an expectation fails          3  the model does not know
`;

const LINT_EXAMPLES = `
Examples:
  nettrace lint topologies/
  nettrace lint hub.yaml --only peering-one-sided
  nettrace lint . --max-warnings 0 --reporter sarif --output-file lint.sarif
  nettrace explain peering-one-sided

A rule is turned off in the file, with a reason: lint: [{ off: peering-one-sided, at: spoke9, reason: it is moving }]

Exit status:
  0  nothing but warnings          2  a file is wrong, or the command line
  1  an error, or too many warnings
`;

const MERGE_EXAMPLES = `
Examples:
  nettrace check . --shard 1/2 --reporter json --output-file 1.json
  nettrace check . --shard 2/2 --reporter json --output-file 2.json
  nettrace merge-reports 1.json 2.json --reporter spec --reporter junit --output-file check.xml

Exit status: that of the check as a whole.
`;

export function check(top: Command): void {
  const command = top.command('check');
  const reporters = reporterOptions(command);
  command
    .description('what is wrong with topology files, and whether what they expect holds')
    .argument('[files...]', 'topology files, files of expectations, directories; - for standard input')
    .option('--only <name>', 'the expectation of this name, or violations of this code (repeatable)', collect)
    .option('--grep <pattern>', 'expectations whose names match this regular expression')
    .option('--shard <i/n>', 'every nth expectation from the ith on')
    .option('--jobs <n>', 'check large files in n threads; what is printed is the same')
    .option('-w, --watch', 'check again what a change touches, until Ctrl-C')
    .option('--baseline <file>', 'violations that are known and do not fail')
    .option('--no-lint', 'leave out the classic mistakes that `nettrace lint` looks for')
    .option('--max-warnings <n>', 'fail with more warnings of lint than these')
    .option('-q, --quiet', 'no progress on standard error')
    .addOption(color())
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (files: readonly string[], options: CheckOptions) =>
      (await import('../check.ts')).checkCommand(files, options, reporters),
    );
}

export function lint(top: Command): void {
  const command = top.command('lint');
  const reporters = reporterOptions(command);
  command
    .description('classic mistakes in topology files: what is accepted and does not do what it is for')
    .argument('[files...]', 'topology files, directories; - for standard input')
    .option('--only <rule>', 'this rule alone (repeatable)', collect)
    .option('--max-warnings <n>', 'fail with more warnings than these')
    .option('--baseline <file>', 'findings that are known and do not fail')
    .addOption(color())
    .addHelpText('after', LINT_EXAMPLES)
    .action(async (files: readonly string[], options: CheckOptions) =>
      (await import('../check.ts')).checkCommand(files, options, reporters, 'lint'),
    );
}

export function mergeReports(top: Command): void {
  const command = top.command('merge-reports');
  const reporters = reporterOptions(command);
  command
    .description('put the reports of the shards of a check together')
    .argument('<files...>', 'what check --reporter json wrote, a file each shard; - for standard input')
    .addOption(color())
    .addHelpText('after', MERGE_EXAMPLES)
    .action(async (files: readonly string[], options: MergeOptions) =>
      (await import('../merge-reports.ts')).mergeReportsCommand(files, options, reporters),
    );
}
