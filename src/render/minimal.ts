/** One line a walk, with what changes the packet and nothing else: made to be compared. */
import type { ChoiceFact, Hop, PacketFact, Step, WalkFact, WalkReport } from '../report/report.ts';
import { visible } from './escape.ts';
import { messageOf } from './flow.ts';
import { isFraming } from './detail.ts';
import { isOfHost } from './host.ts';
import { flowOfLayers, packetText } from './layers.ts';
import { memberName } from './row.ts';
import { outcomeText } from './verdict.ts';

/**
 * `delivered: mgmt-pc > edge-rtr[+esp] > vgw-hub[-esp +vxlan] > ilb-hub[pick nva2] > nva2[ttl 63] > vm-prod-1`, a line a walk;
 * over all paths before them a line a branch, with its choices.
 */
export function renderMinimal({ branches, cut, failures, walks }: WalkReport): string {
  const breaking = (failures?.breaking ?? []).map(
    (one) => `breaks ${one.fail.join(' + ') || 'by itself'}: ${outcomeText(one)}`,
  );
  const lines = branches
    ? branches.flatMap((branch) => [
        `branch${branch.choices.map(choiceText).join('')}`,
        ...branch.walks.map(walkText),
      ])
    : walks.map(walkText);
  const rest = cut === true ? ['more branches were not walked'] : [];
  return [...lines, ...rest, ...breaking].map((line) => `${visible(line)}\n`).join('');
}

const choiceText = ({ node, picked }: ChoiceFact): string => ` ${node}=${picked}`;

const walkText = (walk: WalkFact): string => `${walkOutcome(walk)}: ${pathText(walk)}`;

/** `left > box1[+vxlan] > box2[-vxlan] > right` */
export const pathText = ({ hops }: WalkFact): string => hops.map(hopText).join(' > ');

function walkOutcome({ direction, verdict, reason, note, hops }: WalkFact): string {
  const block = hops.flatMap(({ steps }) => steps).find(({ type }) => type === 'block');
  const detail = block?.type === 'block' ? block.reason : (reason ?? note);
  return `${direction === 'follow-up' ? 'follow-up ' : ''}${block ? 'blocked' : verdict}${detail === undefined ? '' : ` (${detail})`}`;
}

function hopText({ node, steps }: Hop): string {
  const changes = withoutDetours(steps.flatMap(changeOf));
  return changes.length === 0 ? node : `${node}[${changes.join(' ')}]`;
}

function changeOf(step: Step): readonly string[] {
  switch (step.type) {
    case 'encapsulate':
      return isOfHost(step) || isFraming(step) ? [] : [`+${step.header}`];
    case 'decapsulate':
      return isOfHost(step) || isFraming(step) ? [] : [`-${step.header}`];
    case 'nat':
      return [`${step.field} ${step.before}->${step.after}`];
    case 'ttl':
    case 'dscp':
    case 'ecn':
    case 'mss':
      return [`${step.type} ${step.after}`];
    case 'mark':
    case 'connmark':
      return [`mark 0x${step.after.toString(16)}`];
    case 'balance':
      if (step.picked === null) return [];
      return [`${step.how === 'session' ? 'session' : 'pick'} ${memberName(step.picked, step)}`];
    case 'mtu':
      return step.did === 'fragmented' ? ['fragments'] : [];
    case 'mirror':
      return [`mirror ${step.session}`];
    case 'block':
      return [`blocked ${step.reason}`];
    case 'cross':
      return [`to ${step.to}`];
    case 'originate':
      return [`sends ${messageName(step.packet)}`];
    case 'route':
    case 'rule':
    case 'session':
    case 'resolve':
    case 'bridge':
    case 'layer':
    case 'port':
    case 'assume':
    case 'deliver':
    case 'drop':
    case 'loop':
    case 'leave':
    case 'unknown':
      return [];
    default:
      return step satisfies never;
  }
}

/** `icmp-time-exceeded`, `tcp-reset`. */
function messageName(packet: PacketFact): string {
  const flow = flowOfLayers(packet);
  if (!flow) return packetText(packet);
  if (flow.flags?.includes('RST')) return `${flow.proto}-reset`;
  return [flow.proto, messageOf(flow)].filter(Boolean).join('-').replaceAll(' ', '-');
}

/** A tunnel that is taken off and put on again, as the fabric's at every hop, leaves the packet as it was. */
function withoutDetours(changes: readonly string[]): readonly string[] {
  const off = changes.findIndex(
    (change) => change.startsWith('-') && changes.includes(`+${change.slice(1)}`),
  );
  if (off < 0) return changes;
  const on = changes.indexOf(`+${changes[off]?.slice(1) ?? ''}`);
  return withoutDetours(changes.filter((_, i) => i !== off && i !== on));
}
