/** The TypeScript type that a JSON Schema describes, so that the compiler holds the published schema to the types. */
import type { DecodedLayer } from './decode.ts';
import type { LayerFact } from './report.ts';

/** Definitions that are generated from tables, whose type is therefore given and not inferred. */
interface Generated {
  readonly layer: LayerFact;
  readonly decodedLayer: DecodedLayer;
}

/** `Definitions` resolve `$ref`. */
export type Described<Schema, Definitions> = Schema extends { readonly $ref: `#/definitions/${infer Name}` }
  ? Name extends keyof Generated
    ? Generated[Name]
    : Name extends keyof Definitions
      ? Described<Definitions[Name], Definitions>
      : never
  : Schema extends { readonly const: infer Value }
    ? Value
    : Schema extends { readonly enum: readonly (infer Value)[] }
      ? Value
      : Schema extends { readonly anyOf: readonly (infer Branch)[] }
        ? Described<Branch, Definitions>
        : Schema extends { readonly type: 'array'; readonly items: infer Item }
          ? readonly Described<Item, Definitions>[]
          : Schema extends {
                readonly properties: infer Properties;
                readonly required: readonly (infer Key)[];
              }
            ? DescribedObject<Properties, Key, Definitions>
            : Schema extends { readonly type: keyof Scalars }
              ? Scalars[Schema['type']]
              : never;

type DescribedObject<Properties, Key, Definitions> = {
  readonly [Name in keyof Properties & Key]: Described<Properties[Name], Definitions>;
} & { readonly [Name in Exclude<keyof Properties, Key>]?: Described<Properties[Name], Definitions> };

interface Scalars {
  readonly string: string;
  readonly number: number;
  readonly integer: number;
  readonly boolean: boolean;
  readonly null: null;
}

/** The type with its intersections merged, so that equal types compare as equal. */
type Plain<T> = T extends readonly (infer Item)[]
  ? readonly Plain<Item>[]
  : T extends object
    ? { [Key in keyof T]: Plain<T[Key]> }
    : T;

/** `true` if and only if the types are the same, optional keys included; else what each has. */
// oxlint-disable typescript/no-unnecessary-type-parameters -- the compiler compares two such signatures by identity
export type Same<A, B> =
  (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2
    ? true
    : { readonly schema: Plain<A>; readonly type: Plain<B> };
