/** The options of one match or target -> checked, completed and ordered as iptables-save prints them. */
import { isFor, type Draft, type Given, type Match, type OptionSpec, type TargetSpec } from './extension.ts';
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
  const seen = new Set<string>();
  for (const one of given) {
    const spec = options[one.option]!;
    if (one.not && !spec.not) draft.refuse(`${one.option} cannot be negated`, undefined, one);
    if (seen.has(one.option) && !spec.many)
      draft.refuse(`${one.option} may be given once only`, undefined, one);
    seen.add(one.option);
  }
  for (const [option, spec] of Object.entries(options)) {
    if (spec.needed && !spec.as && !seen.has(option)) draft.refuse(`${name} needs ${option}`);
  }
  if (needs && !needs.some((option) => seen.has(option)))
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
  return Object.entries(options).flatMap(([option, spec]) => {
    if (spec.as !== undefined) return [];
    const own = given.filter((one) => one.option === option);
    if (own.length === 0 && spec.otherwise !== undefined)
      return [{ option, not: false, words: [spec.otherwise], column: 0 }];
    return own.filter((one) => one.not || spec.unless === undefined || one.words[0] !== spec.unless);
  });
}
