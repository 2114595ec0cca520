/** `--set PATH=VALUE`: a document with one value set or removed; the document it is made from stays as it is. */
import { printable } from './printable.ts';
import {
  closeMap,
  keyProblem,
  newListLayout,
  type Layout,
  type OpenMap,
  type Place,
  type Setting,
} from './reading.ts';
import { joined, longestRun, pathTokens, type PathToken } from './setting-path.ts';
import { readSettingValue } from './setting-value.ts';
import { nearest } from './suggest.ts';

/** A value and where it and its parts stand. */
export interface Placed {
  readonly value: unknown;
  readonly place: Place;
  readonly layouts: WeakMap<object, Layout>;
}

export interface SettingProblem {
  readonly problem: string;
  readonly suggestion?: string;
}

type Container = OpenMap | readonly unknown[];

/** One step from a container to its part. */
interface Step {
  readonly container: Container;
  /** Where the parts of a container stand that has no layout. */
  readonly place: Place;
  /** An index may be that of the next new element. */
  readonly key: string | number;
}

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

/** Sets what `path` leads to, or removes it if `source` is null or nothing; keys in maps named `dotted` have dots. */
export function applySetting(
  document: Placed,
  path: string,
  source: string,
  dotted: readonly string[],
): Placed | SettingProblem {
  const read = readSettingValue(source);
  if ('problem' in read) return { problem: `the value ${printable(source)} cannot be read: ${read.problem}` };
  const tokens = pathTokens(path);
  if (tokens === undefined) return notAPath(path);
  const steps = stepsTo(document, tokens, dotted);
  if ('problem' in steps) return steps;
  if (read.value !== null) return rebuild(document, steps, { setting: path, source }, read.value);
  const last = steps.at(-1)!;
  return Object.hasOwn(last.container, last.key)
    ? rebuild(document, steps, undefined, undefined)
    : notThere(path, last);
}

const notAPath = (path: string): SettingProblem => ({
  problem: `"${printable(path)}" is no path`,
  suggestion:
    'write keys with dots between them, or a JSON pointer: machines.nva1.size or /machines/nva1/size',
});

function notThere(path: string, { container, key }: Step): SettingProblem {
  const near = nearest(String(key), Object.keys(container));
  const problem = `there is no ${printable(path)} to remove`;
  return near === undefined ? { problem } : { problem, suggestion: `did you mean "${printable(near)}"?` };
}

function stepsTo(
  document: Placed,
  tokens: readonly PathToken[],
  dotted: readonly string[],
): Step[] | SettingProblem {
  const steps: Step[] = [];
  let { value, place } = document;
  for (let at = 0; at < tokens.length;) {
    if (value !== undefined && value !== null && !isContainer(value)) return notAContainer(tokens, at, value);
    const container = value ?? {};
    const found = Array.isArray(container)
      ? element(container, tokens, at)
      : key(container as OpenMap, tokens, at, dotted.includes(tokens[at - 1]?.text ?? ''));
    if ('problem' in found) return found;
    steps.push({ container, place, key: found.key });
    place = placeOf(document.layouts.get(container), container, found.key) ?? place;
    value = Object.hasOwn(container, found.key) ? (container as OpenMap)[found.key] : undefined;
    at += found.length;
  }
  return steps;
}

function notAContainer(tokens: readonly PathToken[], at: number, value: unknown): SettingProblem {
  const path = printable(joined(tokens, 0, at));
  const what = typeof value === 'string' ? 'a text' : `the ${typeof value} ${String(value)}`;
  return { problem: `${path} is ${what}, so nothing can be set inside of it` };
}

/** What the next tokens mean, and how many of them. */
type Found = { readonly key: string | number; readonly length: number } | SettingProblem;

/** In a map: the key if it leads on, else the longest run of tokens that is a key, else a key to be added, with dots if `isDotted`. */
function key(map: OpenMap, tokens: readonly PathToken[], at: number, isDotted: boolean): Found {
  const first = tokens[at]!.text;
  const leadsOn = (name: string): boolean => map[name] === null || isContainer(map[name]);
  if (Object.hasOwn(map, first) && (at === tokens.length - 1 || leadsOn(first)))
    return { key: first, length: 1 };
  const run = longestRun(tokens, at);
  for (let length = run; length > 1; length--) {
    const name = joined(tokens, at, length);
    if (Object.hasOwn(map, name)) return { key: name, length };
  }
  const isWhole = isDotted && run > 1 && !Object.hasOwn(map, first);
  const name = isWhole ? joined(tokens, at, run) : first;
  const problem = keyProblem(name);
  return problem === undefined ? { key: name, length: isWhole ? run : 1 } : { problem };
}

/** In a list: `-` for a new element, else an index, else the `name` of an element. */
function element(list: readonly unknown[], tokens: readonly PathToken[], at: number): Found {
  const { text } = tokens[at]!;
  if (text === '-') return { key: list.length, length: 1 };
  if (/^(?:0|[1-9]\d{0,8})$/.test(text) && Number(text) < list.length)
    return { key: Number(text), length: 1 };
  const names = list.map((item) =>
    isContainer(item) && !Array.isArray(item) ? (item as OpenMap)['name'] : undefined,
  );
  for (let length = longestRun(tokens, at); length > 0; length--) {
    const index = names.indexOf(joined(tokens, at, length));
    if (index >= 0) return { key: index, length };
  }
  const where = at === 0 ? 'the document' : printable(joined(tokens, 0, at));
  const near = nearest(
    text,
    names.filter((name) => typeof name === 'string'),
  );
  return {
    problem: `${where} has no element "${printable(text)}": it is a list of ${list.length}`,
    suggestion:
      near === undefined
        ? 'write an index from 0, the name of an element, or - to add one'
        : `did you mean "${printable(near)}"?`,
  };
}

/** The document with new containers along the steps; without a setting, what they lead to is removed. */
function rebuild(
  document: Placed,
  steps: readonly Step[],
  setting: Setting | undefined,
  value: unknown,
): Placed {
  const { layouts } = document;
  let part = value;
  for (const [index, { container, place, key }] of [...steps.entries()].toReversed()) {
    const isLast = index === steps.length - 1;
    const layout = copyLayout(layouts.get(container), container, place);
    if (isLast && setting === undefined) part = without(container, key, layout);
    else
      part = withPart(
        container,
        key,
        part,
        layout,
        isLast || !Object.hasOwn(container, key) ? setting : undefined,
      );
    layouts.set(part as object, layout);
  }
  return { ...document, value: part };
}

function placeOf(layout: Layout | undefined, container: Container, key: string | number): Place | undefined {
  const index = Array.isArray(container) ? Number(key) : layout?.keys.indexOf(String(key));
  return index === undefined ? undefined : layout?.places[index];
}

/** A layout of its own for a copy of the container; parts without places stand where the container does. */
function copyLayout(layout: Layout | undefined, container: Container, place: Place): Layout {
  if (layout === undefined) {
    const keys = Object.keys(container);
    const places = keys.map(() => place);
    return Array.isArray(container)
      ? { ...newListLayout(), places }
      : { keys, keyPlaces: places, places: [...places] };
  }
  return { keys: [...layout.keys], keyPlaces: [...layout.keyPlaces], places: [...layout.places] };
}

/** A copy of the container with one part replaced or added; `setting` is the new place of the part, if it has one. */
function withPart(
  container: Container,
  key: string | number,
  part: unknown,
  layout: Layout,
  setting: Setting | undefined,
): Container {
  const isList = Array.isArray(container);
  const known = isList ? Number(key) : layout.keys.indexOf(String(key));
  const index = known < 0 ? layout.keys.length : known;
  if (setting !== undefined) {
    layout.places[index] = setting;
    if (!isList) {
      layout.keys[index] = String(key);
      layout.keyPlaces[index] = setting;
    }
  }
  if (!isList) return closeMap({ ...(container as OpenMap), [key]: part });
  const list: unknown[] = [...container];
  list[index] = part;
  return list;
}

function without(container: Container, key: string | number, layout: Layout): Container {
  const index = Array.isArray(container) ? Number(key) : layout.keys.indexOf(String(key));
  layout.places.splice(index, 1);
  if (Array.isArray(container)) return (container as readonly unknown[]).toSpliced(index, 1);
  layout.keys.splice(index, 1);
  layout.keyPlaces.splice(index, 1);
  return closeMap(Object.fromEntries(Object.entries(container).filter(([name]) => name !== key)));
}
