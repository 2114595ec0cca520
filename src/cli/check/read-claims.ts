/** The claims of an expectation, checked for names that are not there and for claims that say nothing. */
import type { Claim, Claims, NatField, WayClaims } from '../../analyze/claims.ts';
import { asList } from '../../kinds/schema.ts';
import { nearest } from '../../source/suggest.ts';
import { printable } from '../../source/printable.ts';
import type { ExpectationText, WayText } from '../../topology/expectation-schema.ts';
import type { Topology } from '../../topology/topology.ts';
import { formatAddress, parseAddress } from '../../value/address.ts';
import { below, type Cite } from '../../walk/cite.ts';
import { readEnd } from '../end.ts';
import { attempt, type Report } from './mistake.ts';

const ALL_OUTCOMES = 5;

export function readClaims(text: ExpectationText, at: Cite, topology: Topology, report: Report): Claims {
  const claim = <T>(key: keyof ExpectationText, wanted: T | undefined): Claim<T> | undefined =>
    wanted === undefined ? undefined : { wanted, at: below(at, key) };
  const nodes = (key: 'via' | 'not-via' | 'through-same' | 'at'): void => {
    const names = text[key];
    for (const [i, name] of asList(names).entries())
      checkNode(name, Array.isArray(names) ? below(at, key, i) : below(at, key), topology, report);
  };
  for (const key of ['not-via', 'through-same', 'at'] as const) nodes(key);
  checkSense(text, at, report);
  const reason = asList(text.reason);
  const verdict = asList(text.verdict ?? (reason.length > 0 ? 'dropped' : 'delivered'));
  return given({
    verdict: { wanted: verdict, at: below(at, text.verdict === undefined ? 'name' : 'verdict') },
    reason: claim('reason', text.reason && reason),
    end: claim('at', text.at),
    notVia: claim('not-via', text['not-via']),
    throughSame: claim('through-same', text['through-same']),
    symmetric: claim('symmetric', text.symmetric),
    trombone: claim('trombone', text.trombone),
    branches: claim('branches', text.branches),
    failAny: claim('fail-any', text['fail-any']),
    midFlow: claim('mid-flow', text['mid-flow']),
    forward: readWay(text, at, topology, report),
    return: text.return ? readReturn(text.return, below(at, 'return'), topology, report) : {},
  });
}

/** The keys that have a value. */
const given = <T extends object>(value: { readonly [Key in keyof T]: T[Key] | undefined }): T =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;

function readReturn(text: WayText, at: Cite, topology: Topology, report: Report): WayClaims {
  const notVia = text['not-via'];
  for (const [i, name] of (notVia ?? []).entries())
    checkNode(name, below(at, 'not-via', i), topology, report);
  return {
    ...readWay(text, at, topology, report),
    ...(notVia && { notVia: { wanted: notVia, at: below(at, 'not-via') } }),
  };
}

function readWay(text: WayText, at: Cite, topology: Topology, report: Report): WayClaims {
  const { via, nat, encapsulation, ttl, 'mtu-at-least': least, 'mirrored-to': mirrored } = text;
  for (const key of ['via', 'mirrored-to'] as const)
    for (const [i, name] of (text[key] ?? []).entries()) checkNode(name, below(at, key, i), topology, report);
  return given<WayClaims>({
    via: via && { wanted: via, at: below(at, 'via') },
    nat: nat && readNat(nat, below(at, 'nat'), topology, report),
    encapsulation: encapsulation && { wanted: encapsulation, at: below(at, 'encapsulation') },
    ttl: ttl === undefined ? undefined : { wanted: ttl, at: below(at, 'ttl') },
    mirroredTo: mirrored && { wanted: mirrored, at: below(at, 'mirrored-to') },
    mtuAtLeast: least === undefined ? undefined : { wanted: least, at: below(at, 'mtu-at-least') },
  });
}

function readNat(
  nat: NonNullable<WayText['nat']>,
  at: Cite,
  topology: Topology,
  report: Report,
): WayClaims['nat'] {
  if (nat === 'none') return { wanted: nat, at };
  const fields = Object.entries(nat) as [NatField, string | number][];
  if (fields.length === 0)
    report('expectation-vacuous', at, 'nat names no field, so it claims nothing', NAT_HINT);
  return fields.flatMap(([field, value]): readonly (Claim<string | number> & { field: NatField })[] => {
    const place = below(at, field);
    if (typeof value === 'number') return [{ field, wanted: value, at: place }];
    let wanted = '';
    const isRead = attempt(place, report, () => {
      wanted = formatAddress(parseAddress(value) ?? readEnd(field, value, undefined, topology).address);
    });
    return isRead ? [{ field, wanted, at: place }] : [];
  });
}

const NAT_HINT = 'write nat: { src: 10.0.2.4 }, or nat: none where nothing is rewritten';

/** A node of the topology, or a host on the Internet by its address. */
function checkNode(name: string, at: Cite, { declared: { nodes } }: Topology, report: Report): void {
  if (nodes.has(name) || parseAddress(name) !== undefined) return;
  const near = nearest(name, nodes.keys());
  const some = [...nodes.keys()].slice(0, 8).join(', ');
  report(
    'reference-missing',
    at,
    `there is no node "${printable(name)}"`,
    near === undefined ? `there are: ${some}${nodes.size > 8 ? ', …' : ''}` : `did you mean "${near}"?`,
  );
}

/** Claims that are true of every flow, or of none. */
function checkSense(text: ExpectationText, at: Cite, report: Report): void {
  const verdicts = new Set(asList(text.verdict));
  const claims = Object.keys(text).filter((key) => !NO_CLAIM.has(key));
  if (verdicts.size === ALL_OUTCOMES && claims.length === 0)
    report('expectation-vacuous', below(at, 'verdict'), 'every flow has one of these verdicts');
  if (text.reason !== undefined && verdicts.size > 0 && !verdicts.has('dropped'))
    report(
      'expectation-impossible',
      below(at, 'reason'),
      'only what is dropped has a reason',
      'write verdict: dropped',
    );
  for (const [i, name] of (text['not-via'] ?? []).entries())
    if (text.via?.includes(name) === true || text.return?.via?.includes(name) === true)
      report('expectation-impossible', below(at, 'not-via', i), `${printable(name)} is also in via`);
  if (text.return !== undefined && Object.keys(text.return).length === 0)
    report(
      'expectation-vacuous',
      below(at, 'return'),
      'return claims nothing',
      'write return: { via: [nva1] }',
    );
  if (text['fail-any'] !== undefined && text.branches === 'some')
    report(
      'expectation-impossible',
      below(at, 'branches'),
      'fail-any is about every branch',
      'remove branches, or write one expectation for each',
    );
  checkMidFlow(text, at, report);
  if (text.walk['no-return'] !== true) return;
  for (const key of ['return', 'symmetric', 'through-same'] as const)
    if (text[key] !== undefined)
      report(
        'expectation-impossible',
        below(at, key),
        `${key} is about the answer, and no-return leaves that out`,
        'remove no-return',
      );
}

/** A flow is established in the usual way, and then something must happen. */
function checkMidFlow(text: ExpectationText, at: Cite, report: Report): void {
  if (!text['mid-flow']) return;
  if (text.fail === undefined && text['fail-any'] === undefined && text.set === undefined)
    report(
      'expectation-vacuous',
      below(at, 'mid-flow'),
      'nothing happens to the flow when it is established',
      'write what does: fail, fail-any or set',
    );
  for (const key of ['flags', 'handshake'] as const)
    if (text.walk[key] !== undefined)
      report(
        'expectation-impossible',
        below(at, 'walk', key),
        'with mid-flow a flow is established by a handshake, and its next packet follows',
        `remove ${key}`,
      );
}

/** Keys beside `verdict` that claim nothing. */
const NO_CLAIM: ReadonlySet<string> = new Set([
  'name',
  'why',
  'severity',
  'walk',
  'pick',
  'fail',
  'fail-any',
  'mid-flow',
  'set',
  'verdict',
  'branches',
]);
