/** What to try: changes that were walked, as a command line option or as an edit of the file. */
import type { EditFact, SuggestionFact } from '../report/report.ts';
import { placeText } from './flow.ts';
import { setOption } from './set-option.ts';
import { listText } from './words.ts';

/** `add to rt-gw-snet: 10.1.0.0/24 -> VirtualAppliance 10.0.1.6   (walked: delivered)` */
export const suggestionText = ({ changes, verdict, branches }: SuggestionFact): string =>
  `${changes.map(changeText).join('; and ')}  (walked: ${ENDS[verdict]}${branches === 1 ? '' : ` in all ${branches} branches`})`;

const ENDS = { delivered: 'delivered', left: 'left for its destination' } as const;

type Change<Type extends EditFact['type']> = Extract<EditFact, { readonly type: Type }>;

function changeText(change: EditFact): string {
  switch (change.type) {
    case 'setting':
      return setOption(change.pointer, change.key, change.value) ?? change.pointer;
    case 'option':
      return change.option;
    case 'route':
      return routeChangeText(change);
    case 'rule':
      return ruleChangeText(change);
    case 'entry':
      return entryText(change);
    default:
      return change satisfies never;
  }
}

function routeChangeText({ did, table, subnet, prefix, nextHopType, nextHop, at }: Change<'route'>): string {
  const hop = nextHop === undefined ? nextHopType : `${nextHopType} ${nextHop}`;
  const place = placeText(at);
  const where = place === undefined ? '' : ` (${place})`;
  switch (did) {
    case 'added':
      return `add to ${table ?? `a new route table on ${subnet ?? 'the subnet'}`}: ${prefix} -> ${hop}`;
    case 'changed':
      return `in ${table ?? ''}, let ${prefix}${where} go to ${hop}`;
    case 'removed':
      return `remove from ${table ?? ''}: ${prefix} -> ${hop}${where}`;
    default:
      return did satisfies never;
  }
}

function ruleChangeText({ table, chain, nodes = [], before, rule }: Change<'rule'>): string {
  const place = before === undefined ? '' : `, before ${before}`;
  const isGroup = chain === 'Inbound' || chain === 'Outbound';
  if (isGroup && nodes.length > 0)
    return `put a network security group on ${listText(nodes)} with ${chain} ${rule}`;
  if (table === 'rules') return `add to the rules of ${listText(nodes)}${place}: ${rule}`;
  return isGroup
    ? `add to ${table} ${chain}${place}: ${rule}`
    : `add to iptables of ${listText(nodes)}${place}: -t ${table} ${rule}`;
}

function entryText({ node, what, entry }: Change<'entry'>): string {
  switch (what) {
    case 'listener':
      return `add ${entry} to the listeners of ${node}`;
    case 'loopback-address':
      return `give ${node} the frontend's address on lo: ${entry}`;
    case 'public-address':
      return `give ${node} a publicIPAddress, such as ${entry}`;
    case 'balancing-rule':
      return `add to ${node} the rule ${entry}`;
    case 'peering':
      return `peer ${node} with ${entry} too`;
    default:
      return what satisfies never;
  }
}
