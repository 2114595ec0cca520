/** What the host switch under a machine did, condensed: its layers are many and mostly let packets pass. */
import type { Step } from '../report/report.ts';
import { detailOf } from './detail.ts';
import { placeText } from './flow.ts';
import { WIDTH } from './line.ts';
import {
  encapsulateText,
  growthText,
  natText,
  ownerText,
  rowOf,
  ruleText,
  type Row,
  type StepOf,
} from './row.ts';
import { headerName } from './words.ts';

export const isOfHost = (step: Step): boolean => step.phase === 'host';

/** Columns that a row's text has: the verbs stand left of it. */
const ROOM = WIDTH - 15;

interface Item extends Pick<Row, 'text' | 'right' | 'details'> {}

/** Rows of verb `host` for consecutive steps of the host: as many items a row as fit, one place in the file each. */
export function hostRows(steps: readonly Step[]): readonly Row[] {
  const rows: Row[] = [];
  for (const item of itemsOf(steps)) {
    const last = rows.at(-1);
    const text = last ? `${last.text}; ${item.text}` : item.text;
    const right = last?.right ?? item.right;
    const isFitting = text.length + (right === undefined ? 0 : right.length + 2) <= ROOM;
    const isFree =
      last && last.details.length === 0 && (last.right === undefined || item.right === undefined);
    if (last && isFree && isFitting) rows[rows.length - 1] = { ...last, text, right, details: item.details };
    else rows.push({ verb: 'host', ...item });
  }
  return rows;
}

function itemsOf(steps: readonly Step[]): readonly Item[] {
  const items: Item[] = [];
  let owner: string | undefined;
  const layers = layersItem(steps);
  let isLayersTold = false;
  for (const step of steps) {
    if (step.type === 'resolve') owner = ownerText(step);
    if (step.type === 'layer' && !isLayersTold) {
      items.push(layers);
      isLayersTold = true;
    }
    const item = itemOf(step, owner);
    if (item) items.push(item);
  }
  return items;
}

function layersItem(steps: readonly Step[]): Item {
  const names = steps.flatMap((step) => (step.type === 'layer' ? [step.layer] : []));
  const isMiss = steps.some(
    (step) => step.type === 'session' && step.table === 'host-flow' && step.did !== 'matched',
  );
  return { text: `${isMiss ? 'flow table miss, ' : ''}layers ${names.join(', ')}`, details: [] };
}

/** The way to the Internet is told with its translation; an answer needs none. */
const outboundItem = ({ rule, action }: StepOf<'rule'>): Item | undefined =>
  action === DIRECT_RETURN
    ? { text: `plain to the Internet, past ${rule} (direct server return)`, details: [] }
    : undefined;

/** The action of a host that answers in a load balancer's stead. */
const DIRECT_RETURN = 'direct server return';

function itemOf(step: Step, owner: string | undefined): Item | undefined {
  const item = (text: string): Item => ({ text, right: placeText(step.at), details: [] });
  switch (step.type) {
    case 'decapsulate':
      return item(`decap ${headerName(step.header)}`);
    case 'encapsulate':
      return { text: `encap ${encapsulateText(step, owner)}`, right: growthText(step), details: [] };
    case 'nat':
      return item(
        step.table === 'egress' && step.field === 'src' ? `${natText(step)} by ${step.rule}` : natText(step),
      );
    case 'route': {
      const { text, details, right } = rowOf(step, { detail: 0, owner });
      return { text: `route ${text}`, details, right };
    }
    case 'rule':
      if (step.table === 'egress') return outboundItem(step);
      if (step.table === 'chain') return item(`chain ${ruleText(step)}`);
      return detailOf(step) === 0 ? item(ruleText(step)) : undefined;
    case 'session':
      return step.table === 'host-flow' && step.did === 'matched' ? item('flow table hit') : undefined;
    case 'ttl':
    case 'mark':
    case 'dscp':
    case 'ecn':
    case 'mss':
    case 'mtu':
    case 'connmark':
    case 'balance':
    case 'originate':
    case 'mirror':
    case 'block':
    case 'deliver':
    case 'drop':
    case 'loop':
    case 'leave':
    case 'unknown': {
      const { verb, text } = rowOf(step, { detail: 0, owner });
      return item(`${verb} ${text}`);
    }
    case 'layer':
    case 'resolve':
    case 'bridge':
    case 'cross':
    case 'port':
    case 'assume':
      return undefined;
    default:
      return step satisfies never;
  }
}
