/** What a reader is told of places: links that are crossed only to come back, and ways that differ though nothing minds. */
import type { WalkFact, WalkReport } from '../report/report.ts';
import type { TromboneFact } from '../report/trombone.ts';
import { hopNumber } from './verdict.ts';
import { listText } from './words.ts';

export interface PlaceText {
  readonly head: string;
  readonly text: string;
}

export const placeTexts = (report: WalkReport): readonly PlaceText[] => [
  ...tromboneTexts(report),
  ...wayTexts(report),
];

/** `dci is crossed twice, and need not be: dc1 > dc2 at hop 5 and dc2 > dc1 at hop 9`. */
const tromboneTexts = (report: WalkReport): readonly PlaceText[] =>
  report.trombone ? [{ head: 'trombone', text: tromboneText(report, report.trombone) }] : [];

function tromboneText(report: WalkReport, { crossings, needed }: TromboneFact): string {
  const links = [...new Set(crossings.map(({ link }) => link))];
  const ways = crossings.map(({ from, to, ...at }) => `${from} > ${to} at hop ${hopNumber(report, at)}`);
  const need = needed === 0 ? 'and need not be' : `where ${times(needed)} would do`;
  const are = links.length === 1 ? 'is' : 'are';
  return `${listText(links)} ${are} crossed ${times(crossings.length)}, ${need}: ${listText(ways)}`;
}

const times = (count: number): string => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`);

/** Asymmetric ways that do no harm; the verdict says so of those that do. */
function wayTexts({ verdict, symmetric, walks }: WalkReport): readonly PlaceText[] {
  const [there, back] = (['forward', 'return'] as const).map((way) =>
    walks.find(({ direction }) => direction === way),
  );
  if (verdict !== 'delivered' || symmetric !== true || !there || !back) return [];
  const [out, home] = [placesOf(there), placesOf(back)];
  return out.length === 0 || home.length === 0 || out.toReversed().join() === home.join()
    ? []
    : [
        {
          head: 'ways',
          text: `asymmetric, there by ${out.join(' > ')} and back by ${home.join(' > ')}: every stateful device sees both`,
        },
      ];
}

/** The places that a packet came through, in order. */
const placesOf = ({ hops }: WalkFact): readonly string[] =>
  hops.flatMap(({ place }) => place ?? []).filter((place, i, all) => place !== all[i - 1]);
