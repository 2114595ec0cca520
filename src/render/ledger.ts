/** What passes whole, and what does not: the MTU ledger as text. */
import type { LedgerFact, LedgerRow, ShareFact } from '../report/ledger.ts';
import type { WalkFact, WalkReport } from '../report/report.ts';
import type { Detail } from './detail.ts';
import { headerName } from './words.ts';

export interface LedgerText {
  readonly head: string;
  readonly text: string;
}

/**
 * The largest packet that passes whole, where a tunnel makes packets larger, something did not fit, or a reader asks; the
 * same of full-size segments that do not fit. A reader who asks sees every crossing.
 */
export function ledgerTexts(report: WalkReport, detail: Detail): readonly LedgerText[] {
  const said = new Set<number>();
  const texts: LedgerText[] = [];
  for (const walk of report.walks) {
    const { mtu, direction } = walk;
    if (!mtu || direction === 'follow-up') continue;
    const isTold =
      detail > 0 ||
      report.segments?.some((one) => report.walks[one.walk] === walk && !one.fits) === true ||
      mtu.crossings.some((row) => row.mtu !== undefined && isTight(row, walk));
    if (!isTold || (said.has(mtu.largest) && detail === 0)) continue;
    said.add(mtu.largest);
    texts.push({ head: 'mtu', text: largestText(walk, mtu) });
    if (detail === 0) continue;
    for (const row of mtu.crossings)
      if (row.mtu !== undefined || isTight(row, walk))
        texts.push({ head: '', text: `  ${rowText(walk, row)}` });
  }
  const segments = segmentsText(report);
  return segments === undefined ? texts : [...texts, { head: 'segments', text: segments }];
}

/** The packet does not fit, or is in headers that make it larger. */
const isTight = ({ mtu = Infinity, length, shares }: LedgerRow, { packet }: WalkFact): boolean =>
  length > mtu || added(shares, packet).length > 0;

const FRAME: ReadonlySet<string> = new Set(['ethernet', 'vlan']);

/** The headers around the packet that it did not set out with. */
function added(shares: readonly ShareFact[], { layers }: WalkFact['packet']): readonly ShareFact[] {
  const own = layers.filter(({ proto }) => !FRAME.has(proto)).length;
  const around = shares.slice(0, Math.max(0, shares.length - own));
  return around.every(({ proto }) => FRAME.has(proto)) ? [] : around;
}

/** `largest packet that passes whole: 1438 bytes (ESP at edge-rtr/tunnel-to-azure, 1500)`. */
function largestText(walk: WalkFact, { largest, bound, crossings }: LedgerFact): string {
  const row = crossings[bound]!;
  const way = walk.direction === 'return' ? 'passes back whole' : 'passes whole';
  return `largest packet that ${way}: ${largest} bytes (${tunnelText(walk, row)}${placeName(walk, row)}, ${row.mtu ?? ''})`;
}

const placeName = ({ hops }: WalkFact, { hop, port }: LedgerRow): string =>
  `${hops[hop]?.node ?? ''}/${port}`;

/** Headers that only carry others. */
const CARRIERS: ReadonlySet<string> = new Set(['ipv4', 'ipv6', 'udp', ...FRAME]);

function tunnelText({ packet }: WalkFact, { shares }: LedgerRow): string {
  const around = added(shares, packet);
  if (around.length === 0) return '';
  const tunnels = around
    .filter(({ proto }) => !CARRIERS.has(proto))
    .map(({ proto }) => headerName(proto))
    .toReversed();
  return `${tunnels.join(' in ') || 'IP in IP'} at `;
}

/** An MTU does not count the frame. */
const withoutFrame = (shares: readonly ShareFact[]): readonly ShareFact[] =>
  shares.slice(shares.findIndex(({ proto }) => !FRAME.has(proto)));

/** `edge-rtr/tunnel-to-azure  100 of 1500: ipv4 20, esp 36, ipv4 20, tcp 24; at most 1438`. */
function rowText(walk: WalkFact, row: LedgerRow): string {
  const { length, mtu, shares, payload, fits } = row;
  const parts = [
    ...withoutFrame(shares).map(({ proto, octets }) => `${proto} ${octets}`),
    ...(payload > 0 ? [`data ${payload}`] : []),
  ];
  const limit = mtu === undefined ? '' : ` of ${mtu}`;
  const most = fits === undefined || fits === mtu ? '' : `; at most ${fits}`;
  return `${placeName(walk, row)}  ${length}${limit}: ${parts.join(', ')}${most}`;
}

/** Of a connection whose SYNs pass and whose data does not. */
function segmentsText({ segments = [], walks }: WalkReport): string | undefined {
  const large = segments.filter(({ fits }) => !fits);
  const [first] = large;
  if (!first) return undefined;
  const senders = large.map(({ walk }) => walks[walk]!.flow.src).join(' and ');
  return (
    `full-size segments of ${first.octets} bytes from ${senders} do not pass whole: the connection opens, and ` +
    `then hangs unless ICMP tells ${large.length > 1 ? 'both' : 'it'} so`
  );
}
