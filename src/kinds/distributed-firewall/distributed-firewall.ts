/** Distributed firewalls: stateful rules at the NICs of machines, which move with the machines. */
import * as v from 'valibot';
import type { VnicRule } from '../../mechanism/firewall/vnic.ts';
import { below, type Cite } from '../../walk/cite.ts';
import { asymmetric, checkNames, readRule, ruleEntries } from '../access-rule.ts';
import type { Kind, Reading } from '../kind.ts';

const rule = v.strictObject({
  ...ruleEntries,
  direction: v.optional(
    v.pipe(
      v.picklist(['in', 'out', 'in-out']),
      v.description('As the machine sees the first packet of a flow. Default in-out.'),
    ),
    'in-out',
  ),
});

const schema = v.strictObject({
  appliesTo: v.pipe(
    v.array(v.string()),
    v.minLength(1),
    v.description('The machines that it is in front of.'),
  ),
  rules: v.pipe(
    v.array(rule),
    v.description(
      'For the first packet of a flow, in and out: the first rule that matches decides, and what none matches is denied. ARP and neighbour discovery pass.',
    ),
  ),
  asymmetric,
});

type Config = v.InferOutput<typeof schema>;

export const distributedFirewall: Kind<Config> = {
  kind: 'distributed-firewall',
  section: 'distributedFirewalls',
  summary: 'Distributed firewalls: stateful filters at the NICs of machines, which move with them.',
  schema,
  declare(name, config, at, reading) {
    const rules = config.rules.map(({ direction, ...one }, i): VnicRule => ({
      ...readRule(one, below(at, 'rules', i), reading),
      direction: direction === 'in-out' ? undefined : direction,
    }));
    checkNames(name, rules, reading);
    const filter = { name, rules, allowsAsymmetric: config.asymmetric === 'allow', at };
    for (const [i, machine] of config.appliesTo.entries()) {
      const place = below(at, 'appliesTo', i);
      if (config.appliesTo.indexOf(machine) < i) {
        const message = `${machine} stands twice in appliesTo of ${name}`;
        reading.report('name-duplicate', place, message, 'remove one of them');
        continue;
      }
      reading.vnicFilter(machine, filter);
      reading.later(() => checkMachine(machine, place, reading));
    }
  },
};

function checkMachine(machine: string, at: Cite, reading: Reading): void {
  const { nodes, neighbours } = reading.declared;
  const hosts = [...nodes].flatMap(([node, { isHost }]) => (isHost ? [node] : []));
  reading.referIn(hosts, 'machine', machine, at);
  const bridged = [...neighbours.values()]
    .flat()
    .find(({ node, bridge }) => node === machine && bridge !== undefined);
  if (bridged && hosts.includes(machine))
    reading.report(
      'value-invalid',
      at,
      `${bridged.port} of ${machine} is a port of its bridge ${bridged.bridge}, and the filter sees no frames that a bridge forwards`,
      'apply it to the machines behind the bridge',
    );
}
