/** A failing case as files: the topology, the packets, and the command that shows what nettrace says. */
import { stringify } from 'yaml';
import { topologyOf } from './machine.ts';
import { batchLine } from './model.ts';
import type { Case, Disagreement } from './play.ts';

export function printed({ name, machine }: Case, { what, detail, turns }: Disagreement): string {
  const lines = turns.map(({ arrival }) => JSON.stringify(batchLine(arrival)));
  return [
    `# ${name}: ${what}`,
    ...detail.split('\n').map((line) => `# ${line}`),
    '# nettrace walk -t case.yaml --batch case.jsonl --keep-state --no-return --format json',
    '# case.yaml',
    stringify(topologyOf(machine), { lineWidth: 0, blockQuote: 'literal' }).trimEnd(),
    '# case.jsonl',
    ...lines,
    '',
  ].join('\n');
}
