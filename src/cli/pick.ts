/** `--pick`: what a choice is to take. */
import type { Question } from '../analyze/trace.ts';
import { printable } from '../source/printable.ts';
import { isNamed } from '../walk/concrete.ts';
import type { Topology } from '../topology/topology.ts';
import { unknownName } from './load.ts';
import { UsageError } from './usage.ts';

/** Picks by name, each checked to name a choice of the topology and one of its options. */
export function readPicks(texts: readonly string[], topology: Topology): Question['picks'] {
  const picks = new Map<string, string>();
  for (const text of texts) {
    const [node, member] = readPick(text, topology);
    const earlier = picks.get(node);
    if (earlier !== undefined && earlier !== member)
      throw new UsageError(
        `--pick ${printable(text)}: ${earlier} is picked of ${node} already`,
        'pick one member of a node',
      );
    picks.set(node, member);
  }
  return picks;
}

function readPick(text: string, topology: Topology): readonly [node: string, member: string] {
  const [node = '', ...rest] = text.split('=');
  const member = rest.join('=');
  if (rest.length === 0)
    throw new UsageError(
      `--pick ${printable(text)} is not of the form NODE=MEMBER or NODE:CHOICE=OPTION`,
      'such as --pick ilb-hub=nva2 or --pick nva1:filter/FORWARD/3=match',
    );
  if (node.includes(':')) {
    checkChoice(node, member, topology);
    return [node, member];
  }
  const members = membersOf(node, topology);
  if (members.length === 0) {
    const choosers = [...topology.declared.nodes].filter(([, one]) => one.members.length > 0);
    throw unknownName(
      '--pick',
      node,
      choosers.map(([name]) => name),
      'load balancer',
    );
  }
  if (!members.some((name) => isNamed(name, member)))
    throw unknownName('--pick', member, members, `member of ${node}`);
  return [node, member];
}

/** Of a load balancer, or of one of its frontends: `ilb-hub/fip`. */
function membersOf(name: string, { declared }: Topology): readonly string[] {
  const [node = '', part] = name.split('/', 2);
  const found = declared.nodes.get(node);
  return part === undefined || found?.innerPorts?.includes(part) ? (found?.members ?? []) : [];
}

/** `nva1:filter/FORWARD/3` and what is picked there: a rule of a machine that a packet alone does not decide. */
function checkChoice(text: string, option: string, topology: Topology): void {
  const [node = ''] = text.split(':', 1);
  const choices = topology.declared.nodes.get(node)?.choices ?? new Map<string, readonly string[]>();
  const options = choices.get(text.slice(node.length + 1));
  if (!options) {
    const known = [...topology.declared.nodes].flatMap(([name, one]) =>
      [...(one.choices?.keys() ?? [])].map((choice) => `${name}:${choice}`),
    );
    throw unknownName('--pick', text, known, 'rule that is a choice');
  }
  if (!options.includes(option)) throw unknownName('--pick', option, options, `option of ${text}`);
}
