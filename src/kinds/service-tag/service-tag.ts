/** Service tags: names for prefixes that Azure publishes and this program does not ship. */
import * as v from 'valibot';
import type { Kind } from '../kind.ts';

const schema = v.pipe(v.array(v.string()), v.description('The prefixes of the tag.'));

export const serviceTag: Kind<v.InferOutput<typeof schema>> = {
  kind: 'service-tag',
  section: 'serviceTags',
  summary: 'Service tags, such as Storage, with the prefixes they stand for.',
  schema,
  declare(name, texts, at, reading) {
    reading.serviceTag(
      name,
      texts.flatMap((text, i) => reading.prefix(text, `${at}/${i}`) ?? []),
    );
  },
};
