/** Control-plane answers are worked out when they are first asked for, and once for each topology. */
import type { Declarations } from '../kinds/declarations.ts';

/** `make`, which is called once for each key. */
export function memo<K, T>(make: (key: K) => T): (key: K) => T {
  const answers = new Map<K, T>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = make(key);
    answers.set(key, answer);
    return answer;
  };
}

/** `make`, which is called once for each key and topology; both are never changed. */
export function remembered<K extends object, T>(
  make: (key: K, declarations: Declarations) => T,
): typeof make {
  const answers = new WeakMap<Declarations, Map<K, T>>();
  return (key, declarations) => {
    const known = answers.get(declarations) ?? new Map<K, T>();
    answers.set(declarations, known);
    const answer = known.get(key) ?? make(key, declarations);
    known.set(key, answer);
    return answer;
  };
}

/** The same for what depends on the topology alone. */
export function rememberedOnce<T>(make: (declarations: Declarations) => T): typeof make {
  const once = remembered((_: Declarations, declarations) => make(declarations));
  return (declarations) => once(declarations, declarations);
}

/** The list under a key, made when it is first needed. */
export function listAt<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
