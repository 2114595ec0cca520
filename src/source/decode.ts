/** The content of a file as text, or why it is none. */
import type { DiagnosticCode } from './diagnostic-codes.ts';
import { Lines } from './lines.ts';
import type { Position } from './position.ts';

const MEBIBYTE = 1024 * 1024;
const LARGEST_YAML = 8 * MEBIBYTE;
const LARGEST_JSON = 64 * MEBIBYTE;

export interface Undecodable {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly suggestion: string;
  readonly at: Position;
}

/** The text without a byte order mark, or what keeps it from being text. Nothing large is looked through. */
export function decode(file: string, content: string | Uint8Array): string | Undecodable {
  const start = { file, line: 1, column: 1 };
  const isYaml = content.length > LARGEST_YAML && !looksLikeJson(file, content);
  if (isYaml || content.length > LARGEST_JSON) return { ...tooLarge(content.length, isYaml), at: start };
  const text = typeof content === 'string' ? content : decodeBytes(file, content);
  if (typeof text !== 'string') return text;
  const nul = text.indexOf('\0');
  if (nul >= 0) return { ...BINARY, at: new Lines(file, text).position(nul) };
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** Whether a text that is no JSON is too large to be read as YAML. */
export const tooLargeForYaml = (text: string): boolean => text.length > LARGEST_YAML;

function looksLikeJson(file: string, content: string | Uint8Array): boolean {
  if (/\.json$/i.test(file)) return true;
  const head =
    typeof content === 'string'
      ? content.slice(0, 4096)
      : new TextDecoder('latin1').decode(content.subarray(0, 4096));
  return /^(?:\ufeff|\u00ef\u00bb\u00bf)?[ \t\r\n]*\{/.test(head);
}

function tooLarge(length: number, isYaml: boolean): Omit<Undecodable, 'at'> {
  const size = Math.ceil(length / MEBIBYTE);
  const canBeJson = isYaml && length <= LARGEST_JSON;
  return {
    code: 'document-too-large',
    message: `the file has ${size} MiB; ${isYaml ? 'YAML is read up to 8 MiB' : 'JSON is read up to 64 MiB'}`,
    suggestion: canBeJson
      ? 'give it as JSON, which is read up to 64 MiB, or split it into several files'
      : 'split it into several files',
  };
}

const BINARY = {
  code: 'document-encoding',
  message: 'the file is binary, not text: it holds a NUL byte here',
  suggestion: 'give a YAML or JSON file in UTF-8',
} as const;

const startsWith = (bytes: Uint8Array, first: number, second: number): boolean =>
  bytes[0] === first && bytes[1] === second;

function decodeBytes(file: string, bytes: Uint8Array): string | Undecodable {
  const isUtf16 = startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff);
  if (isUtf16) {
    const suggestion = 'save it as UTF-8, for example with: iconv -f utf-16 -t utf-8';
    const at = { file, line: 1, column: 1 };
    return { code: 'document-encoding', message: 'the file is UTF-16 text, not UTF-8', suggestion, at };
  }
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const wrong = text.includes('\ufffd') ? firstReplaced(text, bytes) : -1;
  return wrong < 0 ? text : notUtf8(new Lines(file, text).position(wrong), bytes.includes(0));
}

function notUtf8(at: Position, hasNul: boolean): Undecodable {
  if (hasNul) return { ...BINARY, message: 'the file is binary, not text', at };
  const suggestion = 'save it as UTF-8, for example with: iconv -f latin1 -t utf-8';
  return {
    code: 'document-encoding',
    message: 'the file is not UTF-8 text: a byte here means nothing',
    suggestion,
    at,
  };
}

/** The offset of the first replacement character that stands for a wrong byte and not for itself; -1 if none does. */
function firstReplaced(text: string, bytes: Uint8Array): number {
  const encoder = new TextEncoder();
  let byte = 0;
  let from = 0;
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', from)) {
    byte += encoder.encode(text.slice(from, at)).length;
    if (bytes[byte] !== 0xef || bytes[byte + 1] !== 0xbf || bytes[byte + 2] !== 0xbd) return at;
    byte += 3;
    from = at + 1;
  }
  return -1;
}
