/** The rule that came nearest to letting a packet pass. */
import type { Facts } from './facts.ts';
import { placeText, routeText } from './flow.ts';
import { nearText, type StepOf } from './row.ts';
import { LATENT, REJECTED } from './words.ts';

type Near = StepOf<'rule'>['near'][number];

/**
 * Fields in which a rule says who may talk to whom, the likeliest slip first: a service, an address, a protocol or an
 * interface. Whatever else a rule tests (state, flags, a mark) is there to keep packets out.
 */
const FIELDS: readonly RegExp[] = [
  /^(destinationPort|--(dports?|ports|icmpv?6?-type))$/,
  /^(source|destination|from|to|-s|-d|--(src|dst)-range)$/,
  /^(protocol|-p|-i|-o)$/,
];

const STATE = /^-*(ct)?state$/;

const rankOf = ({ failed }: Near): number => {
  const rank = FIELDS.findIndex((fields) => fields.test(failed));
  return rank < 0 ? FIELDS.length : rank;
};

/** `-j ACCEPT` of iptables, `Allow` of a security group, `allow` of a firewall. */
const isAllowing = ({ text = '' }: Near): boolean => /(^| )(-j ACCEPT|[Aa]llow)( |$)/.test(text);

/** What lets in the load balancer's probes lets nothing else in. */
const isForProbes = ({ wanted }: Near): boolean => wanted === 'AzureLoadBalancer';

/**
 * The allowing rule that is nearest to the packet, rules of the file before a security group's default rules. The state
 * of a packet tells something only if the packet ended for its state: every new packet fails a test for known ones.
 */
function nearest({ rule, drop }: Facts): Near | undefined {
  if (drop.reason === 'balancer-no-rule') return rule?.near[0];
  if (drop.reason.startsWith('outbound-')) return undefined;
  const isOfState = drop.reason.startsWith('session-');
  const distance = (near: Near): number =>
    (near.at === undefined ? 10 : 0) + (isOfState && STATE.test(near.failed) ? -1 : rankOf(near));
  return rule?.near
    .filter((near) => isAllowing(near) && !isForProbes(near) && (isOfState || !STATE.test(near.failed)))
    .toSorted((a, b) => distance(a) - distance(b))[0];
}

const placed = (at: string | undefined): string => {
  const place = placeText(at);
  return place === undefined ? '' : ` (${place})`;
};

export function nearlyText(facts: Facts): string | undefined {
  const { rule, route } = facts;
  const near = nearest(facts);
  if (rule && near) return `${nearText(rule, near)}${placed(near.at)}`;
  const lost = route?.rejected.find(({ why, nextHopType }) => LATENT.has(why) && nextHopType !== 'None');
  return lost ? `${routeText(lost)}: ${REJECTED[lost.why]}${placed(lost.at)}` : undefined;
}
