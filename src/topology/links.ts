/** What joins others and can fail as a whole. */
import type { Declared } from '../kinds/kind.ts';
import type { LinkDeclaration } from '../kinds/premises.ts';

/** By the names that `--fail` takes. */
export type Links = ReadonlyMap<string, LinkDeclaration>;

/** Where a node or another kind of link has the name, a link is called `segment/lan0`; of two alike the first counts. */
export function linksOf({ nodes, links }: Pick<Declared, 'nodes' | 'links'>): Links {
  const found = new Map<string, LinkDeclaration>();
  for (const link of links)
    for (const name of link.names) {
      const key = nodes.has(name) || found.has(name) ? `${link.what}/${name}` : name;
      if (found.get(name)?.what !== link.what && !found.has(key)) found.set(key, link);
    }
  return found;
}

export interface DownLinks {
  is(what: string, name: string): boolean;
  /** The link that cuts off this port. */
  at(port: string): LinkDeclaration | undefined;
}

const NONE: DownLinks = { is: () => false, at: () => undefined };

/** Those among the failures. */
export function downLinks(links: () => Links, failures: ReadonlySet<string>): DownLinks {
  if (failures.size === 0) return NONE;
  const down = [...failures].flatMap((name) => links().get(name) ?? []);
  if (down.length === 0) return NONE;
  const ends = new Map(down.flatMap((link) => (link.ends?.() ?? []).map((end) => [end, link] as const)));
  return {
    is: (what, name) => down.some((link) => link.what === what && link.names.includes(name)),
    at: (port) => ends.get(port),
  };
}
