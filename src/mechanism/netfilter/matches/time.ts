/** -m time: when the packet comes. */
import {
  choiceTest,
  flag,
  type Form,
  type Given,
  type Match,
  NOT,
  withSpellings,
  word,
} from '../extension.ts';

const two = (number: number): string => String(number).padStart(2, '0');

/** `YYYY[-MM[-DD[Thh[:mm[:ss]]]]]` from 1970 to 2038; a day that the month does not have is one of the next. */
const DATE: Form = {
  is: 'a date such as 2030-01-31T12:00:00',
  spell: (text) => {
    const parts = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:T(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}))?)?)?)?)?$/.exec(
      text,
    );
    if (!parts) return undefined;
    const [year, month, day, hour, minute, second] = parts
      .slice(1)
      .map((one, i) => Number(one ?? (i < 3 ? 1 : 0)));
    const isDate = year! >= 1970 && year! <= 2038 && month! >= 1 && month! <= 12 && day! >= 1 && day! <= 31;
    if (!isDate || hour! > 23 || minute! > 59 || second! > 59) return undefined;
    const date = Date.UTC(year!, month! - 1, day, hour, minute, second);
    return new Date(Math.min(date, 0x7fffffff * 1000)).toISOString().slice(0, 19);
  },
};

/** `hh:mm[:ss]` */
const TIME: Form = {
  is: 'a time of day such as 08:30',
  spell: (text) => {
    const parts = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/.exec(text)?.slice(1);
    const [hour, minute, second] = (parts ?? ['99']).map((one) => Number(one ?? 0));
    return hour! > 23 || minute! > 59 || second! > 59
      ? undefined
      : [hour!, minute!, second!].map(two).join(':');
  },
};

const WEEK = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Names by their first two letters, or 1 to 7 from Monday. */
const WEEKDAYS: Form = {
  is: 'a list of days of the week, Mon to Sun',
  spell: (text) => {
    const days = text.split(',').map((part) => {
      const begin = part.slice(0, 2).toLowerCase();
      return (
        WEEK.find((day) => part.length > 1 && day.toLowerCase().startsWith(begin)) ?? WEEK[Number(part) - 1]
      );
    });
    return days.includes(undefined) ? undefined : WEEK.filter((day) => days.includes(day)).join(',');
  },
};

const MONTH = Array.from({ length: 31 }, (_, i) => String(i + 1));

const MONTHDAYS: Form = {
  is: 'a list of days of the month, 1 to 31',
  spell: (text) => {
    const days = text.split(',').map((part) => (/^\d{1,2}$/.test(part) ? String(Number(part)) : ''));
    return days.every((day) => MONTH.includes(day))
      ? MONTH.filter((day) => days.includes(day)).join(',')
      : undefined;
  },
};

const LAST = '2038-01-19T03:14:07';

export const time: Match = {
  options: withSpellings(
    {
      '--timestart': word(TIME),
      '--timestop': word(TIME),
      '--monthdays': word(MONTHDAYS, { ...NOT, unless: MONTH.join(',') }),
      '--weekdays': word(WEEKDAYS, { ...NOT, unless: WEEK.join(',') }),
      '--datestart': word(DATE, { unless: '1970-01-01T00:00:00' }),
      '--datestop': word(DATE, { otherwise: LAST }),
      '--utc': flag(),
      '--kerneltz': flag(),
      '--contiguous': flag(),
    },
    { '--localtz': '--kerneltz' },
  ),
  exclusive: [['--utc', '--kerneltz']],
  canon: (given, draft) => {
    const of = (option: string): string | undefined => given.find((one) => one.option === option)?.words[0];
    const start = of('--timestart') ?? '00:00:00';
    const stop = of('--timestop') ?? '23:59:59';
    if (given.some((one) => one.option === '--contiguous') && stop >= start)
      draft.refuse('--contiguous needs a --timestop before --timestart, on the next day');
    const rest = given.filter((one) => !/^--(time.*|utc)$/.test(one.option)).map(positive);
    if (start === '00:00:00' && stop === '23:59:59') return rest;
    const day = (option: string, text: string): Given => ({ option, not: false, words: [text], column: 0 });
    return [...rest, day('--timestart', start), day('--timestop', stop)];
  },
  // A rule for some hours is asked about when it is in force.
  build: ([first]) => (first ? [choiceTest(first, 'time', true)] : []),
};

/** The other days. */
function positive(given: Given): Given {
  if (!given.not) return given;
  const all = given.option === '--weekdays' ? WEEK : MONTH;
  const days = given.words[0]!.split(',');
  return { ...given, not: false, words: [all.filter((day) => !days.includes(day)).join(',')] };
}
