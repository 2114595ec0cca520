/** The options of one match or target -> checked, completed and ordered as iptables-save prints them. */
import {
  isFor,
  type Draft,
  type Given,
  type Match,
  type Options,
  type OptionSpec,
  type TargetSpec,
} from './extension.ts';
import { protocolName } from './numbers.ts';
import { quote } from './words.ts';

/** `name` is how the rule names the extension: `-m tcp`, or `-j LOG`. What is wrong is reported to the draft. */
export function spellOptions(
  name: string,
  extension: Match | TargetSpec,
  given: readonly Given[],
  draft: Draft,
): readonly Given[] {
  checkPlace(name, extension, draft);
  checkTogether(name, extension, given, draft);
  const spelt = given.map((one) => spellOption(one, extension.options[one.option]!, draft));
  if (draft.isRefused()) return spelt;
  const whole = extension.canon?.(spelt, draft) ?? spelt;
  return extension.keepsOrder ? whole : inOrder(whole, extension);
}

function checkPlace(name: string, { protocols, tables, hooks }: Match | TargetSpec, draft: Draft): void {
  if (protocols && !isFor(draft, ...protocols))
    draft.refuse(
      `${name} needs -p ${protocols
        .map(protocolName)
        .join(', ')
        .replace(/, ([^,]*)$/, ' or $1')}`,
    );
  if (tables && !tables.includes(draft.table))
    draft.refuse(`${name.slice(3)} may stand in the ${tables.join(', ')} table only, not in ${draft.table}`);
  if (hooks) draft.onlyAt(hooks, name.slice(3));
}

/** libxtables, xtables_option_parse and xtables_option_mfcall: negation, repetition, missing and excluding options. */
function checkTogether(
  name: string,
  extension: Match | TargetSpec,
  given: readonly Given[],
  draft: Draft,
): void {
  const { options, needs, exclusive } = extension;
  const has = (option: string): boolean => given.some((one) => one.option === option);
  for (const [i, one] of given.entries()) {
    const spec = options[one.option]!;
    if (one.not && !spec.not) draft.refuse(`${one.option} cannot be negated`, undefined, one);
    if (!spec.many && given.findIndex((other) => other.option === one.option) < i)
      draft.refuse(`${one.option} may be given once only`, undefined, one);
  }
  const missing = digestOf(options).needed.find((option) => !has(option));
  if (missing !== undefined) draft.refuse(`${name} needs ${missing}`);
  if (needs && !needs.some(has))
    draft.refuse(`${name} needs ${needs.join(', ').replace(/, ([^,]*)$/, ' or $1')}`);
  for (const group of exclusive ?? []) {
    const both = given.filter((one) => group.includes(one.option));
    const other = both.find((one) => one.option !== both[0]!.option);
    if (other) draft.refuse(`${both[0]!.option} and ${other.option} exclude each other`, undefined, other);
  }
}

function spellOption(given: Given, spec: OptionSpec, draft: Draft): Given {
  if (!spec.forms) return given;
  const words = given.words.map((text, i) => {
    const form = spec.forms![i]!;
    const spelt = form.spell(text, draft);
    if (spelt === undefined)
      draft.refuse(`${quote(text)} is not ${form.is}`, form.suggest?.(text, given.option, draft), given);
    return spelt ?? text;
  });
  return { ...given, words };
}

/** In the order of the extension's options, with the defaults that are printed and without those that are not. */
function inOrder(given: readonly Given[], { options }: Match | TargetSpec): readonly Given[] {
  const { order, hasDefaults } = digestOf(options);
  const [only] = given;
  if (!hasDefaults && given.length <= 1) return only && saysNothing(only, options) ? [] : given;
  if (!hasDefaults && isOrdered(given, order, options)) return given;
  return order.flatMap((option) => {
    const own = given.filter((one) => one.option === option && !saysNothing(one, options));
    const { otherwise } = options[option]!;
    return otherwise === undefined || given.some((one) => one.option === option)
      ? own
      : [{ option, not: false, words: [otherwise], column: 0 }];
  });
}

function isOrdered(given: readonly Given[], order: readonly string[], options: Options): boolean {
  let last = -1;
  for (const one of given) {
    const place = order.indexOf(one.option);
    if (place <= last || saysNothing(one, options)) return false;
    last = place;
  }
  return true;
}

function saysNothing({ option, not, words }: Given, options: Options): boolean {
  const unless = options[option]?.unless;
  return unless !== undefined && !not && words[0] === unless;
}

interface Digest {
  /** The options by their own spellings. */
  readonly order: readonly string[];
  readonly needed: readonly string[];
  readonly hasDefaults: boolean;
}

const DIGESTS = new WeakMap<Options, Digest>();

/** What is asked of the options of an extension for every rule, found out once. */
function digestOf(options: Options): Digest {
  const known = DIGESTS.get(options);
  if (known) return known;
  const own = Object.entries(options).filter(([, spec]) => spec.as === undefined);
  const digest = {
    order: own.map(([option]) => option),
    needed: own.filter(([, spec]) => spec.needed).map(([option]) => option),
    hasDefaults: own.some(([, spec]) => spec.otherwise !== undefined),
  };
  DIGESTS.set(options, digest);
  return digest;
}
