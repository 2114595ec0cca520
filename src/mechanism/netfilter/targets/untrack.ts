/** CT and NOTRACK: what connection tracking is to do with the packet, or that it leaves it alone. */
import { flag, word, type Given, type TargetSpec } from '../extension.ts';
import { either, listOf, number, oneOf, text } from '../forms.ts';

export const notrack: TargetSpec = {
  options: {},
  tables: ['raw'],
  build: () => ({ do: 'untrack', name: 'NOTRACK' }),
};

const NAME = text(32);
const ZONE = either(number(0, 0xffff), oneOf('mark'));
// prettier-ignore
const EVENTS = [
  'new', 'related', 'destroy', 'reply', 'assured', 'protoinfo', 'helper', 'mark', 'natseqinfo', 'secmark',
];
const ZONES = ['--zone-orig', '--zone-reply', '--zone'];

export const ct: TargetSpec = {
  options: {
    '--notrack': flag(),
    '--helper': word(NAME),
    '--timeout': word(NAME),
    '--ctevents': word(listOf('a list of events of connections', EVENTS)),
    '--expevents': word(listOf('a list of events of expectations', ['new'])),
    '--zone-orig': word(ZONE),
    '--zone-reply': word(ZONE),
    '--zone': word(ZONE),
  },
  tables: ['raw'],
  canon: (given, draft) => {
    const helper = given.find((one) => one.option === '--helper');
    if (helper && !given.some((one) => one.option === '--notrack') && (!draft.protocol || draft.protocol.not))
      draft.refuse('--helper needs -p', undefined, helper);
    return oneZone(given);
  },
  build: (given, draft) => {
    if (given.some((one) => one.option === '--notrack')) return { do: 'untrack', name: 'CT' };
    const said = (option: string): string | undefined => given.find((one) => one.option === option)?.words[0];
    const zoneOf = (option: string): number => Number(said(option) ?? said('--zone') ?? 0);
    const zones = { original: zoneOf('--zone-orig'), reply: zoneOf('--zone-reply') };
    // `--zone mark`: the zone is the packet's mark.
    if (Number.isNaN(zones.original + zones.reply)) {
      draft.unknown('CT --zone mark');
      return { do: 'unknown', name: 'CT' };
    }
    return { do: 'template', name: 'CT', zones, helper: said('--helper') };
  },
};

/** libxt_CT.c keeps one zone and its directions: the last of them counts, zone 0 is none, both directions are no direction. */
function oneZone(given: readonly Given[]): readonly Given[] {
  const zones = given.filter((one) => ZONES.includes(one.option));
  const last = zones.at(-1);
  if (!last) return given;
  const rest = given.filter((one) => !zones.includes(one));
  const directions = new Set(zones.map((one) => one.option).filter((option) => option !== '--zone'));
  const option = directions.size === 1 ? [...directions][0]! : '--zone';
  return option === '--zone' && last.words[0] === '0' ? rest : [...rest, { ...last, option }];
}
