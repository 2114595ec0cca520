/** Prefixes and addresses where a topology has one or a list of them, each with its place. */
import type { Address } from '../value/address.ts';
import type { Prefix } from '../value/prefix.ts';
import { below, type Cite } from '../walk/cite.ts';
import type { Reading } from './kind.ts';
import { asList } from './schema.ts';

export interface Written<T> {
  readonly value: T;
  readonly at: Cite;
}

type Texts = string | readonly string[] | undefined;

/** Those that can be read; the others are reported. */
export const readPrefixes = (texts: Texts, at: Cite, reading: Reading): Written<Prefix>[] =>
  readEach(texts, at, (text, place) => reading.prefix(text, place));

/** Those that can be read; the others are reported. */
export const readAddresses = (texts: Texts, at: Cite, reading: Reading): Written<Address>[] =>
  readEach(texts, at, (text, place) => reading.address(text, place));

function readEach<T>(texts: Texts, at: Cite, read: (text: string, at: Cite) => T | undefined): Written<T>[] {
  return asList(texts).flatMap((text, i) => {
    const place = Array.isArray(texts) ? below(at, i) : at;
    const value = read(text, place);
    return value === undefined ? [] : [{ value, at: place }];
  });
}
