/** LOG and NFLOG: write something down; the next rule follows. */
import { flag, word, type Form, type TargetSpec } from '../extension.ts';
import { number } from '../forms.ts';
import { parseNumber } from '../numbers.ts';
import { nearest } from '../words.ts';

/** RFC 5424 section 6.2.1, by the names of syslog(3); 4, warning, is LOG's own. */
const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
const OLDER: Readonly<Record<string, string>> = { error: '3', panic: '0' };

const LEVEL: Form = {
  is: 'a level of syslog',
  spell: (word) => {
    const number = parseNumber(word, 7) ?? LEVELS.indexOf(word.toLowerCase());
    return number < 0 ? OLDER[word.toLowerCase()] : String(number);
  },
  suggest: (word) => nearest(word, LEVELS) ?? '0 to 7, or emerg to debug',
};

/** A prefix that is longer is cut off. */
const prefix = (most: number): Form => ({
  is: `a text of at least one letter on one line`,
  spell: (word) => (word === '' || word.includes('\n') ? undefined : word.slice(0, most)),
});

export const log: TargetSpec = {
  options: {
    '--log-prefix': word(prefix(29), { quoted: true }),
    '--log-level': word(LEVEL, { unless: '4' }),
    '--log-tcp-sequence': flag(),
    '--log-tcp-options': flag(),
    '--log-ip-options': flag(),
    '--log-uid': flag(),
    '--log-macdecode': flag(),
  },
  build: () => ({ do: 'continue', name: 'LOG' }),
};

export const nflog: TargetSpec = {
  options: {
    '--nflog-prefix': word(prefix(63), { quoted: true }),
    '--nflog-group': word(number(0, 65535), { unless: '0' }),
    '--nflog-range': word(number(0, 0xffffffff), { unless: '0' }),
    '--nflog-size': word(number(0, 0xffffffff)),
    '--nflog-threshold': word(number(0, 65535), { unless: '0' }),
  },
  exclusive: [['--nflog-range', '--nflog-size']],
  build: () => ({ do: 'continue', name: 'NFLOG' }),
};
