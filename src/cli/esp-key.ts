/** `--esp-key`: keys of IPsec security associations, on the command line or in a file. */
import { ESP_SUITES, type EspSuite } from '../packet/esp.ts';
import { keyLengths, type EspKey } from '../packet/wire/esp-keys.ts';
import { printable } from '../source/printable.ts';
import { nearest } from '../source/suggest.ts';
import { readInput } from './load.ts';
import { UsageError } from './usage.ts';

const SHAPE =
  'write SPI=SUITE:KEY or SPI=SUITE:KEY:AUTHKEY with keys in hexadecimal, such as 0x1001=aes128-gcm:<20 bytes, the last 4 the salt>';

/** Keys by SPI; `@FILE` is a file with one a line, where `#` starts a comment. */
export function readEspKeys(texts: readonly string[]): ReadonlyMap<number, EspKey> {
  const keys = new Map<number, EspKey>();
  for (const text of texts)
    for (const [place, line] of text.startsWith('@')
      ? linesOf(text.slice(1))
      : [['--esp-key', text] as const]) {
      const [spi, key] = readEspKey(place, line);
      if (keys.has(spi)) throw new UsageError(`${place}: SPI 0x${spi.toString(16)} has a key already`);
      keys.set(spi, key);
    }
  return keys;
}

function linesOf(file: string): readonly (readonly [place: string, line: string])[] {
  const lines = readInput(file, 'keys').toString('utf8').split('\n');
  return lines.flatMap((line, i) => {
    const text = line.replace(/#.*/, '').trim();
    return text === '' ? [] : [[`${printable(file)}:${i + 1}`, text] as const];
  });
}

function readEspKey(place: string, text: string): readonly [number, EspKey] {
  const [, spi, suite = '', key = '', authKey = ''] =
    /^\s*(0x[0-9a-f]{1,8}|\d{1,10})\s*=\s*([^:]*):([^:]*)(?::([^:]*))?$/i.exec(text) ?? [];
  if (spi === undefined || Number(spi) > 0xffffffff)
    throw new UsageError(`${place}: this is not a key of an SPI`, SHAPE);
  if (!Object.hasOwn(ESP_SUITES, suite)) {
    const near = nearest(suite, Object.keys(ESP_SUITES));
    throw new UsageError(
      `${place}: there is no suite "${printable(suite)}"`,
      near === undefined ? `known: ${Object.keys(ESP_SUITES).join(', ')}` : `did you mean "${near}"?`,
    );
  }
  const lengths = keyLengths(suite as EspSuite);
  return [
    Number(spi),
    {
      suite: suite as EspSuite,
      key: readHex(place, key, lengths.key, lengths.authKey === 0 ? 'key with its salt' : 'key'),
      authKey: readHex(place, authKey, lengths.authKey, 'authentication key'),
    },
  ];
}

/** A key is not repeated in an error. */
function readHex(place: string, text: string, octets: number, what: string): Uint8Array {
  const digits = text.trim().replace(/^0x/i, '');
  if (!/^[0-9a-f]*$/i.test(digits))
    throw new UsageError(`${place}: the ${what} is not in hexadecimal`, SHAPE);
  if (digits.length !== octets * 2)
    throw new UsageError(
      `${place}: the ${what} has ${digits.length} hexadecimal digits, the suite takes ${octets * 2}`,
      SHAPE,
    );
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}
