/** Finding what an option of a rule belongs to, as getopt_long does for iptables: exact names first, then beginnings. */
import type { Family } from '../../value/address.ts';
import type { Given, Options, OptionSpec } from './extension.ts';
import { MATCHES } from './matches/matches.ts';

/** A match or a target that the rule has named, or that its protocol implies; without options when it is not modelled. */
export interface Loaded {
  readonly name: string;
  readonly options: Options | undefined;
  readonly given: Given[];
  /** Where the rule names it; where its first option stands if the protocol implies it. */
  readonly column: number;
}

export type Resolved =
  | { readonly of: 'rule'; readonly option: string; readonly takes: 0 | 1 | 2 }
  | { readonly of: 'extension'; readonly option: string; readonly takes: 0 | 1 | 2; readonly loaded: Loaded }
  /** An extension that nobody here knows, nor how many words follow. */
  | { readonly of: 'foreign'; readonly loaded: Loaded }
  | { readonly of: 'several'; readonly options: readonly string[] }
  | undefined;

/** Of the rule itself, those that iptables 1.8.9 finds in the word behind them alone (do_parse: argv[optind - 1]). */
export const SPACED: ReadonlySet<string> = new Set(['-s', '-d', '-i', '-o', '-p', '-j']);

/** Options of the rule itself, with their other spellings. */
const RULE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  '-s': { takes: 1 },
  '--source': { takes: 1, as: '-s' },
  '--src': { takes: 1, as: '-s' },
  '-d': { takes: 1 },
  '--destination': { takes: 1, as: '-d' },
  '--dst': { takes: 1, as: '-d' },
  '-i': { takes: 1 },
  '--in-interface': { takes: 1, as: '-i' },
  '-o': { takes: 1 },
  '--out-interface': { takes: 1, as: '-o' },
  '-p': { takes: 1 },
  '--protocol': { takes: 1, as: '-p' },
  '--proto': { takes: 1, as: '-p' },
  '-f': { takes: 0 },
  '--fragment': { takes: 0, as: '-f' },
  '--fragments': { takes: 0, as: '-f' },
  '-m': { takes: 1 },
  '--match': { takes: 1, as: '-m' },
  '-j': { takes: 1 },
  '--jump': { takes: 1, as: '-j' },
  '-g': { takes: 1 },
  '--goto': { takes: 1, as: '-g' },
  '-c': { takes: 2 },
  '--set-counters': { takes: 2, as: '-c' },
  '-t': { takes: 1 },
  '--table': { takes: 1, as: '-t' },
};

/** Long options of iptables that are not of the rule. */
// prettier-ignore
const COMMANDS = [
  '--append', '--delete', '--check', '--insert', '--replace', '--list', '--list-rules', '--flush', '--zero',
  '--new-chain', '--delete-chain', '--rename-chain', '--policy', '--numeric', '--exact', '--modprobe', '--ipv4', '--ipv6',
  '--verbose', '--version', '--wait', '--wait-interval', '--help', '--line-numbers', '--random', '--random-fully',
];

/** Matches that `-p` loads when one of their options follows. */
const IMPLIED: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  58: 'icmp6',
  33: 'dccp',
  50: 'esp',
  51: 'ah',
  108: 'ipcomp',
  132: 'sctp',
  135: 'mh',
};

export const load = (name: string, column: number): Loaded => ({
  name,
  options: MATCHES.get(name)?.options,
  given: [],
  column,
});

/** The match that a protocol implies in a family; undefined when it implies none. */
export function implied(protocol: number | undefined, family: Family, column: number): Loaded | undefined {
  const name = protocol === undefined ? undefined : IMPLIED[protocol];
  const only = name === undefined ? undefined : MATCHES.get(name)?.family;
  return name === undefined || (only !== undefined && only !== family) ? undefined : load(name, column);
}

/** What `option` is, given what is loaded; the extension named last is asked first. */
export function resolve(
  option: string,
  loaded: readonly Loaded[],
  impliedMatch: () => Loaded | undefined,
): Resolved {
  for (let i = loaded.length - 1; i >= 0; i--) {
    const found = exactly(option, loaded[i]!);
    if (found) return found;
  }
  const own = Object.hasOwn(RULE_OPTIONS, option) ? RULE_OPTIONS[option] : undefined;
  if (own) return { of: 'rule', option: own.as ?? option, takes: own.takes };
  return resolveRest(option, loaded.toReversed(), impliedMatch());
}

/** An option that nothing loaded has: cut short, of the match that the protocol implies, or of an extension of others. */
function resolveRest(option: string, newestFirst: readonly Loaded[], spare: Loaded | undefined): Resolved {
  const foreign = newestFirst.find((one) => one.options === undefined);
  const begun =
    foreign !== undefined || !option.startsWith('--') ? undefined : beginning(option, newestFirst);
  const found = begun ?? (spare && (exactly(option, spare) ?? beginning(option, [spare])));
  if (found) return found;
  const long = foreign || found || !option.startsWith('--') ? undefined : ownBeginning(option);
  if (long) return long;
  const owner = foreign ?? (spare && !spare.options ? spare : undefined);
  return owner && { of: 'foreign', loaded: owner };
}

function exactly(option: string, loaded: Loaded): Resolved {
  const spec = loaded.options && Object.hasOwn(loaded.options, option) ? loaded.options[option] : undefined;
  return spec && { of: 'extension', option: spec.as ?? option, takes: spec.takes, loaded };
}

/** The one option of the rule itself that begins so; commands count, since getopt looks at them too. */
function ownBeginning(option: string): Resolved {
  const names = [...Object.keys(RULE_OPTIONS), ...COMMANDS].filter((name) => name.startsWith(option));
  const meant = new Set(names.map((name) => RULE_OPTIONS[name]?.as ?? name));
  const own = meant.size === 1 ? RULE_OPTIONS[[...meant][0]!] : undefined;
  return own && { of: 'rule', option: [...meant][0]!, takes: own.takes };
}

/** The one option that begins so, or the several. */
function beginning(option: string, loaded: readonly Loaded[]): Resolved {
  const found = new Map<string, Resolved>();
  for (const one of loaded) {
    for (const name of Object.keys(one.options ?? {})) {
      const resolved = name.startsWith(option) ? exactly(name, one) : undefined;
      if (resolved?.of === 'extension') found.set(resolved.option, resolved);
    }
  }
  return found.size > 1 ? { of: 'several', options: [...found.keys()] } : [...found.values()][0];
}

/** Every option that could be meant, for suggestions. */
export const knownOptions = (loaded: readonly Loaded[]): string[] => [
  ...loaded.flatMap((one) => Object.keys(one.options ?? {})),
  ...Object.keys(RULE_OPTIONS),
];
