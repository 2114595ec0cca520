/** Ask for one packet down one branch: what is chosen is noted, so that the other branches can be walked too. */
import type { Ask, Choice, Picked } from './ask.ts';
import { concretely, type Picks } from './concrete.ts';

/** A choice that a walk came to, and what it took there. */
export interface Turn {
  /** As `--pick` takes it. */
  readonly name: string;
  readonly options: readonly string[];
  readonly picked: string;
  /** The part of all flows that goes this way, if a hash decides and spreads them evenly; undefined where none decides. */
  readonly share: number | undefined;
}

/**
 * The interpreter of one branch. A choice in `decided` goes that way, any other as it would go by itself, and each is added
 * to `turns` when it first comes up; one that comes up again goes the same way. What `picks` names is no choice any more.
 */
export function exploring(picks: Picks, decided: ReadonlyMap<string, string>, turns: Turn[]): Ask {
  const taken = new Map<string, string>();
  const plain = concretely(picks);
  const choose = <T>(choice: Choice<T>): Picked<T> => {
    const { node, whole = node, options, name } = choice;
    if (picks.has(node) || picks.has(whole) || options.length === 1) return plain.choose(choice);
    const wanted = taken.get(node) ?? decided.get(node);
    const usual = plain.choose(choice);
    const option = options.find((one) => name(one) === wanted) ?? usual.option;
    if (!taken.has(node)) {
      taken.set(node, name(option));
      turns.push({
        name: node,
        options: options.map(name),
        picked: name(option),
        share: shareOf(choice, option),
      });
    }
    // In this branch the hash falls there.
    return option === usual.option ? usual : { option, how: usual.how };
  };
  return { ...plain, choose };
}

function shareOf<T>({ over, options, weight = () => 1 }: Choice<T>, option: T): number | undefined {
  if (over.length === 0) return undefined;
  return weight(option) / options.reduce((sum, one) => sum + weight(one), 0);
}
