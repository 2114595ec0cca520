/** The options and the help of `nettrace compare`. */
import type { Command } from 'commander';
import type { CompareOptions } from './compare.ts';
import { color, format, withFlow, withOutput, withSettings } from './options.ts';

const EXAMPLES = `
Examples:
  nettrace compare hub.yaml hub-new.yaml --src 10.3.0.4 --dst 10.1.0.4 --proto tcp/22
  nettrace compare hub.yaml hub-new.yaml --batch flows.jsonl
  nettrace compare hub.yaml --set machines.nva2.nics.eth0.enableIPForwarding=false --src mgmt-pc --dst vm-prod-1 --proto icmp
  nettrace compare hub.yaml hub-new.yaml --batch flows.jsonl --format json | jq '.flows[] | select(.outcome != "same") | .flow'

Walks are the same when verdict, reason, the nodes on the way and what is rewritten or encapsulated there are the same, both ways.

Exit status:
  0  the same                      2  a file is wrong, or the command line
  1  different                     3  the model does not know
`;

export function addCompare(top: Command): void {
  const command = top
    .command('compare')
    .description(
      'what becomes of flows in one topology and in another, and which changes make the difference',
    )
    .argument('<a>', 'topology file; - for standard input')
    .argument('[b]', 'the other one; without it, the first as --set changes it');
  withFlow(withOutput(withSettings(command)))
    .addOption(format('text', 'json'))
    .addOption(color())
    .addHelpText('after', EXAMPLES)
    .action(async (a: string, b: string | undefined, options: CompareOptions) =>
      (await import('./compare.ts')).compareCommand(a, b, options),
    );
}
