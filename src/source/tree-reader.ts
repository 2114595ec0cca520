/** From the library's tree to values: aliases and merge keys resolved within bounds, keys checked, places noted. */
import { isAlias, isMap, isScalar, type Alias, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { printable } from './printable.ts';
import {
  closeMap,
  DEEPEST,
  newListLayout,
  newMapLayout,
  type Layout,
  type OpenMap,
  type Reading,
} from './reading.ts';
import { nearest } from './suggest.ts';

type Node = Scalar | Alias | YAMLMap | YAMLSeq;

/** Values that all aliases of a file may stand for, those in what they stand for counted again. */
const MOST_ALIASED = 1_000_000;

/** What an anchor names. */
interface Anchored {
  value: unknown;
  /** Whether the value is still being read: an alias to it would contain itself. */
  isOpen: boolean;
  /** Values in it, aliases expanded. */
  size: number;
  /** Levels of maps and lists in it, aliases expanded. */
  height: number;
}

export class TreeReader {
  readonly reading: Reading;
  readonly anchors = new Map<string, Anchored>();
  /** Values read so far, aliases expanded. */
  size = 0;
  aliased = 0;
  deepest = 0;
  isTooDeep = false;

  constructor(reading: Reading) {
    this.reading = reading;
  }

  /** The value of a tree. */
  read(node: Node): unknown {
    return this.value(node, 0);
  }

  /** The value of a node with `depth` maps and lists around it. */
  value(node: Node | null, depth: number): unknown {
    this.size++;
    if (node === null) return null;
    if (isAlias(node)) return this.alias(node, depth);
    if (node.anchor === undefined) return this.content(node, depth);
    const anchored: Anchored = { value: null, isOpen: true, size: 0, height: 0 };
    this.anchors.set(node.anchor, anchored);
    const { size, deepest } = this;
    this.deepest = depth;
    anchored.value = this.content(node, depth);
    anchored.isOpen = false;
    anchored.size = this.size - size;
    anchored.height = this.deepest - depth;
    this.deepest = Math.max(deepest, this.deepest);
    return anchored.value;
  }

  content(node: Scalar | YAMLMap | YAMLSeq, depth: number): unknown {
    if (isScalar(node)) return this.scalar(node);
    if (!this.reach(depth + 1, offsetOf(node))) return null;
    return isMap(node) ? this.map(node, depth + 1) : this.list(node, depth + 1);
  }

  scalar(node: Scalar): string | number | boolean | null {
    const source = node.source ?? '';
    // With a tag that is allowed (`!!str`, `!`) a plain scalar is a text.
    return node.type === 'PLAIN' && node.tag === undefined
      ? this.reading.plain(source, offsetOf(node))
      : source;
  }

  /** Notes that a depth is reached; false, and once reported, if it is too deep. */
  reach(depth: number, offset: number): boolean {
    this.deepest = Math.max(this.deepest, depth);
    if (depth <= DEEPEST) return true;
    if (!this.isTooDeep) this.reading.tooDeep(offset);
    this.isTooDeep = true;
    return false;
  }

  alias(node: Alias, depth: number): unknown {
    const offset = offsetOf(node);
    const anchored = this.anchors.get(node.source);
    const name = printable(node.source);
    if (anchored === undefined) {
      const near = nearest(node.source, this.anchors.keys());
      const suggestion =
        near === undefined
          ? 'put the text in quotes if it is meant as text'
          : `did you mean *${printable(near)}?`;
      this.reading.report(offset, 'yaml-syntax', `the alias *${name} names no anchor before it`, suggestion);
      return null;
    }
    if (anchored.isOpen) {
      this.reading.report(
        offset,
        'yaml-syntax',
        `the alias *${name} stands inside of its own anchor &${name}: it would never end`,
      );
      return null;
    }
    if (!this.reach(depth + anchored.height, offset)) return null;
    return this.expand(anchored, offset) ? anchored.value : null;
  }

  expand({ size }: Anchored, offset: number): boolean {
    const before = this.aliased;
    this.size += size;
    this.aliased += size;
    if (this.aliased <= MOST_ALIASED) return true;
    if (before <= MOST_ALIASED) {
      const message = 'the aliases up to here stand for more than 1,000,000 values';
      this.reading.report(offset, 'document-too-many-aliases', message);
    }
    return false;
  }

  list(node: YAMLSeq, depth: number): unknown[] {
    const list: unknown[] = [];
    const layout = newListLayout();
    for (const item of node.items as Node[]) {
      layout.places.push(offsetOf(item));
      list.push(this.value(item, depth));
    }
    this.reading.layouts.set(list, layout);
    return list;
  }

  map(node: YAMLMap, depth: number): OpenMap {
    const map: OpenMap = {};
    const layout = newMapLayout();
    const known = new Map<string, number>();
    const merged: OpenMap[] = [];
    for (const pair of node.items as { readonly key: Node; readonly value: Node | null }[]) {
      if (isMergeKey(pair.key)) {
        merged.push(...this.mergeSources(pair.value, offsetOf(pair.key), depth));
        continue;
      }
      const key = this.key(pair.key);
      const keyAt = offsetOf(pair.key);
      const admitted = key !== undefined && this.reading.admits(known, key, keyAt);
      const value = this.value(pair.value, depth);
      if (!admitted) continue;
      map[key] = value;
      layout.keys.push(key);
      layout.keyPlaces.push(keyAt);
      layout.places.push(offsetOf(isAbsent(pair.value) ? pair.key : pair.value));
    }
    for (const source of merged) this.merge(map, layout, source);
    this.reading.layouts.set(map, layout);
    return closeMap(map);
  }

  /** The key as it was written, for a number too; undefined, and reported, if it is no scalar. */
  key(node: Node): string | undefined {
    const offset = offsetOf(node);
    if (!isScalar(node)) {
      const what = isAlias(node) ? 'an alias' : isMap(node) ? 'a map' : 'a list';
      this.reading.report(
        offset,
        'key-invalid',
        `${what} cannot be a key`,
        'write the key as a word, in quotes if need be',
      );
      return undefined;
    }
    const key = node.source ?? '';
    if (node.anchor !== undefined)
      this.anchors.set(node.anchor, { value: key, isOpen: false, size: 1, height: 0 });
    if (key !== '' || node.type !== 'PLAIN') return key;
    this.reading.report(offset, 'key-invalid', 'a key is missing before the colon');
    return undefined;
  }

  /** The maps behind a merge key (yaml.org/type/merge): a map, or a list of maps of which the first one counts. */
  mergeSources(node: Node | null, keyAt: number, depth: number): readonly OpenMap[] {
    const value = this.value(node, depth);
    // An alias that could not be followed has been reported.
    if (value === null && node !== null && isAlias(node)) return [];
    const sources: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (sources.every(isOpenMap)) return sources;
    this.reading.report(
      keyAt,
      'key-invalid',
      'the merge key << must have a map as its value, or a list of maps',
      'write <<: *anchor',
    );
    return [];
  }

  /** Enters what `source` has and `map` has not. */
  merge(map: OpenMap, layout: Layout, source: OpenMap): void {
    const from = this.reading.layouts.get(source);
    for (const [index, key] of (from?.keys ?? []).entries()) {
      if (Object.hasOwn(map, key)) continue;
      map[key] = source[key];
      layout.keys.push(key);
      layout.keyPlaces.push(from!.keyPlaces[index]!);
      layout.places.push(from!.places[index]!);
    }
  }
}

const offsetOf = (node: { readonly range?: readonly number[] | null }): number => node.range?.[0] ?? 0;

/** Whether nothing is written where a value is expected, which means null; its place is its key's. */
const isAbsent = (node: Node | null): node is null =>
  node === null || (isScalar(node) && node.type === 'PLAIN' && node.source === '');

const isMergeKey = (key: Node): key is Scalar => isScalar(key) && key.source === '<<' && key.type === 'PLAIN';

const isOpenMap = (value: unknown): value is OpenMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
