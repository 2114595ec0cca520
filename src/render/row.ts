/** One step as a row of its hop: a verb from a fixed list, a text, a place in the file, and lines of detail. */
import { isDenying } from '../report/action.ts';
import type { PacketFact, Step } from '../report/report.ts';
import { isTranslating, type Detail } from './detail.ts';
import { entryText } from './entry.ts';
import {
  arpText,
  endsText,
  endText,
  fieldText,
  flowText,
  packetName,
  placeText,
  sessionText,
} from './flow.ts';
import { flowOfLayers, innermostIp, innermostTransport, outermost, packetText } from './layers.ts';
import { strayText } from './stray.ts';
import { bridgeText, crossText, mirrorText, onServer, resolveText } from './link-row.ts';
import { routeLines, routeStepText } from './route-row.ts';
import { keyText } from './tunnel-key.ts';
import { assumedText, headerName, towardsText } from './words.ts';

/** A line under a row. */
export interface Note {
  readonly text: string;
  readonly right?: string | undefined;
}

export interface Row {
  readonly verb: string;
  readonly text: string;
  readonly right?: string | undefined;
  readonly details: readonly Note[];
  readonly tone?: 'good' | 'bad' | 'weak';
}

export type StepOf<Type extends Step['type']> = Extract<Step, { readonly type: Type }>;

/** What a row may say besides its step. */
export interface RowScene {
  readonly detail: Detail;
  /** Who owns the address that the packet is sent to, when a step said so. */
  readonly owner: string | undefined;
}

export function rowOf(step: Step, scene: RowScene): Row {
  const right = placeText(step.at);
  const row = (verb: string, text: string, details: readonly Note[] = []): Row => ({
    verb,
    text,
    right,
    details,
  });
  switch (step.type) {
    case 'route':
      return row('route', routeStepText(step, scene.detail), routeLines(step, scene.detail));
    case 'rule':
      return {
        ...row(
          OWN_VERB.has(step.table) ? step.table : 'filter',
          ruleText(step),
          nearLines(step, scene.detail),
        ),
        ...(isDenying(step.action) && { tone: 'bad' }),
      };
    case 'nat':
      return row(step.kind === 'masquerade' ? 'masq' : step.kind, natText(step), natRuleLines(step));
    case 'balance':
      return row('balance', membersText(step), [
        ...(scene.detail > 0 && step.text !== undefined ? [{ text: step.text }] : []),
        { text: pickText(step) },
      ]);
    case 'session':
      return row('session', sessionStepText(step, scene.detail), entryLines(step, scene.detail));
    case 'encapsulate':
      return {
        ...row('encap', encapsulateText(step, scene.owner)),
        right: growthText(step),
      };
    case 'decapsulate':
      return row('decap', `${headerName(step.header)}${keyText(step)}`);
    case 'resolve':
      return row('resolve', resolveText(step));
    case 'bridge':
      return row('bridge', bridgeText(step));
    case 'cross':
      return row('cross', crossText(step));
    case 'layer':
      return row('layers', `${step.direction.toLowerCase()} ${step.layer}`);
    case 'port':
      return row('port', `${step.port} ${step.direction}`);
    case 'ttl':
      return row('ttl', `${step.before} -> ${step.after}`);
    case 'mark':
    case 'connmark':
      return row(step.type, `0x${step.before.toString(16)} -> 0x${step.after.toString(16)}`);
    case 'dscp':
    case 'ecn':
    case 'mss':
      return row(step.type, `${step.before} -> ${step.after}`);
    case 'mtu':
      return row('mtu', mtuText(step));
    case 'assume':
      return row('assume', assumedText({ ...step, text: step.code }));
    case 'originate':
      return row('sends', `${packetText(step.packet)}${roomText(step.packet)}  (${step.cause})`);
    case 'mirror':
      return row('mirror', mirrorText(step));
    case 'deliver': {
      // Whoever gets a packet takes it for what its outermost headers say.
      const outer = { ...step, packet: outermost(step.packet) };
      return { ...row('deliver', deliverText(outer)), right: ttlText(outer.packet), tone: 'good' };
    }
    case 'block':
      return { ...row('blocked', `${step.reason}: walked on all the same`), tone: 'bad' };
    case 'drop':
      return {
        ...row('drop', [step.reason, dropNote(step)].filter(Boolean).join(': ')),
        tone: 'bad',
      };
    case 'loop':
      return { ...row('loop', 'the same packet was here before, in the same state'), tone: 'bad' };
    case 'leave':
      return {
        ...row('leave', `towards ${towardsText(step.towards)}`),
        right: ttlText(step.packet),
        tone: 'weak',
      };
    case 'unknown':
      return { ...row('unknown', `the model does not know ${step.missing}`), tone: 'weak' };
    default:
      return step satisfies never;
  }
}

/** Of an ICMP error about a packet that was too large: what would have passed. */
function roomText(packet: PacketFact): string {
  const mtu = fieldText(innermostTransport(packet), 'mtu');
  return mtu === undefined ? '' : ` mtu ${mtu}`;
}

/** `1450 bytes, and at most 1400 leave by eth1: in fragments`. */
const mtuText = ({ port, mtu, length, did }: StepOf<'mtu'>): string =>
  `${length} bytes, and at most ${mtu} leave by ${port}${did === 'fragmented' ? ': in fragments' : ''}`;

/** Tables that the verb of their rows names. */
const OWN_VERB: ReadonlySet<string> = new Set(['filter', 'egress', 'chain']);

/** `FORWARD 2`, `nsg-prod allow-ssh`, `FORWARD policy`. */
const ruleName = ({ table, chain, rule }: Pick<StepOf<'rule'>, 'table' | 'chain' | 'rule'>): string =>
  [OWN_VERB.has(table) ? undefined : table, chain, rule ?? 'policy'].filter(Boolean).join(' ');

/** A rule as its author wrote it, without the chain that stands before it already. */
const authored = (text: string): string => text.replace(/^-A \S+ /, '');

/** `FORWARD 2  -m conntrack --ctstate INVALID -j DROP`; a text that has the rule's name need not be told it. */
function writtenRule(step: Pick<StepOf<'rule'>, 'table' | 'chain' | 'rule' | 'text'>): string {
  if (step.text === undefined) return ruleName(step);
  const text = authored(step.text);
  const isNamed = step.rule !== null && !/^\d+$/.test(step.rule) && text.split(' ').includes(step.rule);
  return `${ruleName(isNamed ? { ...step, rule: '' } : step)}  ${text}`;
}

/** The rule and what it does. */
export function ruleText(step: StepOf<'rule'>): string {
  const written = writtenRule(step);
  const isSaid = step.text?.toLowerCase().split(' ').includes(step.action.toLowerCase()) ?? false;
  return isSaid ? written : `${written}${step.rule === null ? ' ' : '  '}${step.action}`;
}

const nearLines = (step: StepOf<'rule'>, detail: Detail): readonly Note[] =>
  detail === 2
    ? step.near.map((miss) => ({ text: `nearly ${nearText(step, miss)}`, right: placeText(miss.at) }))
    : [];

/** A rule that nearly matched where another one did, and in what the packet differs. */
export function nearText({ table, chain }: StepOf<'rule'>, miss: StepOf<'rule'>['near'][number]): string {
  const written = writtenRule({ ...miss, table, ...(chain !== undefined && { chain }) });
  return `${written}: all but ${miss.failed}, which is ${miss.had} and not ${miss.wanted}`;
}

export const natText = ({ field, before, after }: StepOf<'nat'>): string => `${field} ${before} -> ${after}`;

function natRuleLines({ table, chain, rule, text }: StepOf<'nat'>): readonly Note[] {
  if (rule === undefined) return [];
  const name = [table, chain, rule].filter(Boolean).join(' ');
  return [{ text: `${name}${text === undefined ? '' : `  ${authored(text)}`}` }];
}

/** Members by node where that tells them apart: `nva2` for `nva2/eth0`. */
export function memberName(name: string, { members }: Pick<StepOf<'balance'>, 'members'>): string {
  const [node = name] = name.split('/', 1);
  return members.filter((one) => one.name.split('/', 1)[0] === node).length === 1 ? node : name;
}

function membersText(step: StepOf<'balance'>): string {
  const members = step.members.map(({ name, health, why }) => {
    const cause = why === undefined ? '' : ` (${why})`;
    return `${memberName(name, step)} ${health}${cause}`;
  });
  return `rule ${step.rule}; pool ${step.pool}: ${members.join(', ') || 'no members'}`;
}

function pickText(step: StepOf<'balance'>): string {
  if (step.picked === null) return 'no member is up';
  const picked = memberName(step.picked, step);
  switch (step.how) {
    case 'hash':
      return `flow table miss, hash of ${step.hash.join(' ')} -> ${picked}`;
    case 'picked':
      return `flow table miss, hash of ${step.hash.join(' ')} overruled by --pick -> ${picked}`;
    case 'only':
      return `flow table miss, the only member that is up -> ${picked}`;
    case 'session':
      return `a known flow stays with -> ${picked}`;
    default:
      return step.how satisfies never;
  }
}

function entryLines(step: StepOf<'session'>, detail: Detail): readonly Note[] {
  const text = detail > 0 && step.table === 'conntrack' ? entryText(step) : undefined;
  return text === undefined ? [] : [{ text }];
}

function sessionStepText(step: StepOf<'session'>, detail: Detail): string {
  const { did, table, original, reply, pin, state } = step;
  // A packet apart from all flows may still be of one that is known: its state says what it is.
  const isApart = did === 'missing' && state !== undefined;
  const outcome = isApart ? state.toLowerCase() : did;
  const parts = [`${detail > 0 ? `${table} ` : ''}${outcome}  ${sessionText(original)}`];
  const isPlain = !reply || !isTranslating(step);
  if (pin !== undefined) {
    const backend = isPlain || table !== 'load-balancer' ? '' : ` ${endText(reply.src, reply.sport)}`;
    return [...parts, `-> ${pin.split('/', 1)[0] ?? pin}${backend}`].join(' ');
  }
  if (!isPlain && (did === 'opened' || detail > 0)) parts.push(` reply ${endsText(reply)}`);
  if (state !== undefined && !isApart) parts.push(` ${state}`);
  return parts.join(' ');
}

/** `+ 50 bytes`, and the line that put the headers on. */
export const growthText = ({ octets, at }: StepOf<'encapsulate'> & Step): string =>
  [`+ ${octets} bytes`, placeText(at)].filter(Boolean).join('  ');

/** Whose address was found, and on which server: `nva1 on Host-A`. */
export const ownerText = (step: StepOf<'resolve'>): string =>
  onServer(step.owner?.split('/', 1)[0] ?? '', step);

/** `VXLAN vni 10000  100.64.0.4 > 100.64.0.9 (10.0.1.6, ilb-hub)`. */
export function encapsulateText(step: StepOf<'encapsulate'>, owner: string | undefined): string {
  const outer = step.layers.find(
    ({ proto }) => proto.startsWith('ip') || (proto === 'ethernet' && step.header === proto),
  );
  const ends = outer ? `  ${fieldText(outer, 'src')} > ${fieldText(outer, 'dst')}` : '';
  const stands = step.standsFor === undefined ? '' : [step.standsFor, owner].filter(Boolean).join(', ');
  return `${headerName(step.header)}${keyText(step)}${ends}${stands === '' ? '' : ` (${stands})`}`;
}

/** A bare state says no more than the reason does. */
function dropNote({ reason, note, packet }: StepOf<'drop'>): string | undefined {
  const flow = flowOfLayers(packet);
  if (reason === 'session-missing' && flow && note !== undefined) return strayText(flow, note);
  return reason === 'session-invalid' && note === 'INVALID' && flow
    ? `${packetName(flow)} fits no connection here`
    : note;
}

function deliverText({ to, packet }: StepOf<'deliver'>): string {
  const arp = packet.layers.find(({ proto }) => proto === 'arp');
  if (arp) return arpText(arp);
  const transport = innermostTransport(packet);
  const port = fieldText(transport, 'dport');
  return `${to} ${port === undefined ? serviceOf(packet) : `${transport?.proto}/${port}`}`.trim();
}

const serviceOf = (packet: PacketFact): string => {
  const flow = flowOfLayers(packet);
  return flow ? (flowText(flow).split(` ${flow.src} >`, 1)[0] ?? '') : '';
};

function ttlText(packet: PacketFact): string | undefined {
  const ttl = fieldText(innermostIp(packet), 'ttl');
  return ttl === undefined ? undefined : `TTL ${ttl}`;
}
