/** Effective routes as Azure's own tool prints them, and for a destination which one wins and why the others lose. */
import type { EffectiveRouteFact, RoutesReport } from '../report/routes.ts';
import { visible } from './escape.ts';
import { placeText } from './flow.ts';
import { lay } from './line.ts';
import { PLAIN_PAINT, type Paint } from './paint.ts';
import { tableOf } from './table.ts';
import { REJECTED } from './words.ts';

const COLUMNS = ['Source', 'State', 'Address Prefix', 'Next Hop Type', 'Next Hop IP'] as const;

/** A service tag may stand for hundreds of prefixes; the JSON has them all. */
const PREFIXES_SHOWN = 8;

export interface RoutesOptions {
  readonly paint?: Paint;
}

export function renderRoutes(report: RoutesReport, { paint = PLAIN_PAINT }: RoutesOptions = {}): string {
  const lines = [...tableLines(report.value), ...destinationLines(report, paint)];
  return `${lines.join('\n')}\n`;
}

function tableLines(routes: readonly EffectiveRouteFact[]): readonly string[] {
  return tableOf(COLUMNS, routes.map(cellsOf));
}

const cellsOf = (route: EffectiveRouteFact): string[] => [
  visible(route.source),
  visible(route.state),
  listCell(route.addressPrefix),
  visible(route.nextHopType),
  listCell(route.nextHopIpAddress),
];

function listCell(values: readonly string[]): string {
  const shown = values.slice(0, PREFIXES_SHOWN).map(visible);
  const more = values.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

function destinationLines({ destination, of }: RoutesReport, paint: Paint): readonly string[] {
  if (!destination) return [];
  const { address, winner, rejected } = destination;
  const line = (head: string, text: string, right?: string): readonly string[] =>
    lay({ head: head.padEnd(8), text, right, paintHead: paint.bold, paintRight: paint.dim });
  const taken = winner
    ? line('takes', routeLine(winner), placeText(winner.at))
    : line('takes', 'nothing: no route holds the address');
  const losers = rejected.flatMap((one) =>
    line(
      '',
      `not ${routeLine(one)}: ${REJECTED[one.why]}`,
      one.source === 'User' ? placeText(one.at) : undefined,
    ),
  );
  return ['', ...lay({ head: '', text: `${address} from ${of}` }), ...taken, ...losers];
}

function routeLine({
  addressPrefix,
  nextHopType,
  nextHopIpAddress,
  source,
  name,
}: EffectiveRouteFact): string {
  const more = addressPrefix.length > 1 ? ` and ${addressPrefix.length - 1} more` : '';
  const hop = [nextHopType, ...nextHopIpAddress].join(' ');
  return `${addressPrefix[0] ?? ''}${more} -> ${hop}  ${source}${name === null ? '' : ` ${name}`}`;
}
