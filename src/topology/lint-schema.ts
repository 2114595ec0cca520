/** The shape of `lint:`, what is not to be told of a topology, and why. */
import * as v from 'valibot';

const suppression = v.strictObject({
  off: v.pipe(v.string(), v.description('The rule: `nettrace explain` lists them.')),
  at: v.optional(
    v.pipe(
      v.string(),
      v.minLength(1),
      v.description(
        'Where it is off: the name of a thing, as rt-spoke1, or a JSON pointer, as /vnets/hub/peerings. Default: in the whole file.',
      ),
    ),
  ),
  reason: v.pipe(v.string(), v.minLength(3), v.description('Why it is right as it is, for the next reader.')),
});

export type Suppression = v.InferOutput<typeof suppression>;

/** `lint:` in a topology file. */
export const lintEntry = v.optional(
  v.pipe(v.array(suppression), v.description('Rules of `nettrace lint` that are off, each with the reason.')),
);
