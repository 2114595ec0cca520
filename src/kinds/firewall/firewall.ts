/** Perimeter firewalls: routers that let pass what a rule allows and what belongs to a session that they saw begin. */
import * as v from 'valibot';
import { zoneFirewall, type ZoneRule } from '../../mechanism/firewall/zones.ts';
import { below, type Cite } from '../../walk/cite.ts';
import { asymmetric, checkNames, readRule, ruleEntries } from '../access-rule.ts';
import type { Kind, Reading } from '../kind.ts';
import { declareRouted, routedEntries } from '../routed.ts';
import { asList, name as nameSchema, nicName, oneOrMany } from '../schema.ts';

const rule = v.strictObject({
  ...ruleEntries,
  from: v.optional(oneOrMany('Zones that the packet comes from. Default any.')),
  to: v.optional(oneOrMany('Zones that it goes to. Default any.')),
});

const schema = v.strictObject({
  ...routedEntries,
  zones: v.pipe(
    v.record(nameSchema, v.union([nicName, v.array(nicName)])),
    v.description('Zones by name, each with its interfaces. Every interface is in one.'),
  ),
  rules: v.pipe(
    v.array(rule),
    v.description(
      'For the first packet of a flow that is forwarded: the first rule that matches decides, and what none matches is denied. What is for the firewall itself is let in.',
    ),
  ),
  asymmetric,
});

type Config = v.InferOutput<typeof schema>;

export const firewall: Kind<Config> = {
  kind: 'firewall',
  section: 'firewalls',
  summary: 'Stateful firewalls: routers with zones, rules between them, and a session table.',
  schema,
  declare(name, config, at, reading) {
    const zones = readZones(name, config, at, reading);
    const rules = config.rules.map((one, i) => readZoneRule(one, config, below(at, 'rules', i), reading));
    checkNames(name, rules, reading);
    const transit = zoneFirewall({
      node: name,
      zones,
      rules,
      allowsAsymmetric: config.asymmetric === 'allow',
      at,
    });
    declareRouted({ name, kind: 'firewall', transit }, config, at, reading);
  },
};

function readZoneRule(
  config: v.InferOutput<typeof rule>,
  { zones }: Config,
  at: Cite,
  reading: Reading,
): ZoneRule {
  const named = (key: 'from' | 'to'): ReadonlySet<string> | undefined => {
    const value = config[key];
    if (value === undefined) return undefined;
    for (const [i, zone] of asList(value).entries())
      reading.referIn(
        Object.keys(zones),
        'zone',
        zone,
        Array.isArray(value) ? below(at, key, i) : below(at, key),
      );
    return new Set(asList(value));
  };
  return { ...readRule(config, at, reading), from: named('from'), to: named('to') };
}

/** Zones by interface. */
function readZones(
  name: string,
  { interfaces, zones }: Config,
  at: Cite,
  reading: Reading,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [zone, value] of Object.entries(zones)) {
    for (const [i, port] of asList(value).entries()) {
      const place = Array.isArray(value) ? below(at, 'zones', zone, i) : below(at, 'zones', zone);
      const other = found.get(port);
      reading.referIn(Object.keys(interfaces), 'interface', port, place);
      if (other !== undefined)
        reading.report('value-invalid', place, `${port} of ${name} is in zone ${other} already`);
      found.set(port, zone);
    }
  }
  for (const port of Object.keys(interfaces))
    if (!found.has(port))
      reading.report(
        'value-invalid',
        { key: below(at, 'interfaces', port) },
        `${port} of ${name} is in no zone`,
        `put it into one: ${Object.keys(zones).join(', ')}`,
      );
  return found;
}
