/** The words of one rule -> the rule: options to their match or target, each built by its own file. */
import type { Family } from '../../value/address.ts';
import type { Draft, Given, TargetSpec } from './extension.ts';
import type { TableName } from './hook.ts';
import { MATCHES } from './matches/matches.ts';
import { implied, knownOptions, load, resolve, type Loaded } from './options.ts';
import type { Test } from './predicate.ts';
import { packetTests, readProtocol } from './packet-tests.ts';
import type { Target } from './ruleset.ts';
import { TARGETS, UNMODELLED } from './targets/targets.ts';
import { nearest, quote, type Word } from './words.ts';

export interface RuleContext {
  readonly family: Family;
  readonly table: TableName;
  report(message: string, suggestion?: string): void;
}

/** A rule before chains are joined. */
export interface ReadRule {
  /** Several where `-s a,b` stands for several rules. */
  readonly tests: readonly (readonly Test[])[];
  readonly unknown: string | undefined;
  readonly target: Target;
  /** For a target that is an extension: where it may stand. */
  readonly spec: TargetSpec | undefined;
  /** Words behind a target that is no known extension: it is no chain either. */
  readonly hasTargetOptions: boolean;
  /** The matches it names, which may make the kernel track connections. */
  readonly matches: readonly string[];
}

/** What has been read so far. */
interface Reading {
  readonly words: readonly Word[];
  at: number;
  readonly context: RuleContext;
  isRefused: boolean;
  readonly rule: Given[];
  protocol: Draft['protocol'];
  /** Matches and the target, in the order of the rule. */
  readonly loaded: Loaded[];
  hasTargetOptions: boolean;
  jump: { readonly name: string; readonly goto: boolean; readonly loaded: Loaded | undefined } | undefined;
}

/** Reads a rule's words behind `-A CHAIN`; undefined when it cannot be loaded, which has been reported. */
export function readRule(words: readonly Word[], context: RuleContext): ReadRule | undefined {
  const reading: Reading = {
    words,
    at: 0,
    context,
    isRefused: false,
    rule: [],
    protocol: undefined,
    loaded: [],
    hasTargetOptions: false,
    jump: undefined,
  };
  while (reading.at < words.length && !reading.isRefused) readOption(reading);
  return reading.isRefused ? undefined : finish(reading);
}

function refuse(reading: Reading, message: string, suggestion?: string): void {
  reading.isRefused = true;
  reading.context.report(message, suggestion);
}

/** One option with its words. `!` stands before it, in old dumps behind it. */
function readOption(reading: Reading): void {
  let not = false;
  if (isBang(reading.words[reading.at])) {
    not = true;
    reading.at++;
  }
  const word = reading.words[reading.at++]?.text;
  if (word === undefined || !/^-./.test(word))
    return refuse(
      reading,
      word === undefined ? '"!" stands before nothing' : `${quote(word)} is not an option`,
    );
  const { option, attached } = splitOption(word);
  const resolved = resolve(option, reading.loaded, spareMatch(reading));
  switch (resolved?.of) {
    case undefined:
      return refuseOption(reading, option);
    case 'several':
      return refuse(
        reading,
        `${quote(option)} is the beginning of several options: ${resolved.options.join(', ')}`,
      );
    case 'unmodelled':
      if (reading.jump?.loaded === reading.loaded.at(-1)) reading.hasTargetOptions = true;
      while (reading.at < reading.words.length && !isOption(reading.words[reading.at]!)) reading.at++;
      return undefined;
    case 'rule':
    case 'extension': {
      const given = takeWords(reading, resolved.option, resolved.takes, attached, not);
      if (!given) return undefined;
      if (resolved.of === 'rule') return readRuleOption(reading, given);
      if (!reading.loaded.includes(resolved.loaded)) reading.loaded.push(resolved.loaded);
      resolved.loaded.given.push(given);
      return undefined;
    }
    default:
      return resolved satisfies never;
  }
}

const isBang = (word: Word | undefined): boolean => word?.text === '!' && !word.isQuoted;
const isOption = (word: Word): boolean => !word.isQuoted && (word.text === '!' || /^-[^\d]/.test(word.text));

function refuseOption(reading: Reading, option: string): void {
  if (/^--(s|d|source-|destination-)port/.test(option)) {
    return refuse(reading, `${option} needs -p tcp or -p udp before it`);
  }
  const known = knownOptions([...reading.loaded, load('tcp')]);
  return refuse(reading, `There is no option ${quote(option)} here`, nearest(option, known));
}

/** The match that the protocol implies, if it is not loaded yet. */
function spareMatch({ protocol, context, loaded }: Reading): Loaded | undefined {
  const spare = implied(protocol?.not === false ? protocol.number : undefined, context.family);
  return spare && loaded.some((one) => one.name === spare.name) ? undefined : spare;
}

/** `--dport=80` carries its first word with it. */
function splitOption(word: string): { readonly option: string; readonly attached: string | undefined } {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1;
  if (equals < 0) return { option: word, attached: undefined };
  return { option: word.slice(0, equals), attached: word.slice(equals + 1) };
}

function takeWords(
  reading: Reading,
  option: string,
  takes: number,
  attached: string | undefined,
  before: boolean,
): Given | undefined {
  let not = before;
  if (takes > 0 && attached === undefined && isBang(reading.words[reading.at])) {
    if (not) {
      refuse(reading, `${option} is negated twice`);
      return undefined;
    }
    not = true;
    reading.at++;
  }
  const words = attached === undefined ? [] : [attached];
  while (words.length < takes && reading.at < reading.words.length)
    words.push(reading.words[reading.at++]!.text);
  if (words.length === takes) return { option, not, words };
  refuse(reading, words.length < takes ? `${option} needs a value` : `${option} takes no value`);
  return undefined;
}

function readRuleOption(reading: Reading, given: Given): void {
  const value = given.words[0] ?? '';
  switch (given.option) {
    case '-m':
      return given.not ? refuse(reading, '-m cannot be negated') : loadMatch(reading, value);
    case '-j':
    case '-g':
      return given.not
        ? refuse(reading, `${given.option} cannot be negated`)
        : setTarget(reading, value, given.option === '-g');
    case '-t':
      return refuse(reading, '-t cannot stand in a rule: the table is named by the *TABLE line above');
    case '-c':
      return undefined;
    case '-p': {
      const protocol = readProtocol(given, (message, suggestion) => refuse(reading, message, suggestion));
      if (protocol && protocol.number !== 0) reading.protocol = protocol;
      break;
    }
    default:
  }
  if (reading.rule.some((one) => one.option === given.option))
    return refuse(reading, `${given.option} is given twice`);
  reading.rule.push(given);
}

/** ip6tables knows the match under three names. */
const ICMPV6_NAMES = new Set(['icmpv6', 'ipv6-icmp']);

function loadMatch(reading: Reading, value: string): void {
  const name = ICMPV6_NAMES.has(value) ? 'icmp6' : value;
  const family = MATCHES.get(name)?.family;
  if (family !== undefined && family !== reading.context.family) {
    return refuse(reading, `-m ${name} is for IPv${family} only`);
  }
  if (!/^[\w-]+$/.test(name)) return refuse(reading, `${quote(name)} is not the name of a match`);
  reading.loaded.push(load(name));
}

function setTarget(reading: Reading, name: string, goto: boolean): void {
  if (reading.jump) return refuse(reading, 'A rule has one target');
  const spec = goto ? undefined : TARGETS.get(name);
  const loaded = spec
    ? { name, options: spec.options, given: [] }
    : goto
      ? undefined
      : { name, options: undefined, given: [] };
  reading.jump = { name, goto, loaded };
  if (loaded) reading.loaded.push(loaded);
}

function finish(reading: Reading): ReadRule | undefined {
  const { context, jump, loaded } = reading;
  let unknown: string | undefined;
  const draft: Draft = {
    family: context.family,
    table: context.table,
    protocol: reading.protocol,
    refuse: (message, suggestion) => refuse(reading, message, suggestion),
    unknown: (name) => void (unknown ??= name),
  };
  const own = packetTests(reading.rule, draft);
  const matches = loaded.filter((one) => one !== jump?.loaded);
  const rest = matches.flatMap((one) => {
    const match = MATCHES.get(one.name);
    if (!match) draft.unknown(one.name);
    return match?.build(one.given, draft) ?? [];
  });
  const target = targetOf(reading, draft);
  if (reading.isRefused || !target) return undefined;
  return {
    tests: own.map((tests) => [...tests, ...rest]),
    unknown,
    target,
    spec: jump && !jump.goto ? TARGETS.get(jump.name) : undefined,
    hasTargetOptions: reading.hasTargetOptions,
    matches: matches.map((one) => one.name),
  };
}

function targetOf(reading: Reading, draft: Draft): Target | undefined {
  const { jump } = reading;
  if (!jump) return { do: 'continue', name: '' };
  const spec = jump.goto ? undefined : TARGETS.get(jump.name);
  if (!spec)
    return UNMODELLED.has(jump.name) && !jump.goto
      ? { do: 'unknown', name: jump.name }
      : { do: 'jump', name: jump.name, goto: jump.goto };
  if (spec.tables && !spec.tables.includes(draft.table)) {
    draft.refuse(`${jump.name} may stand in the ${spec.tables.join(', ')} table only, not in ${draft.table}`);
  }
  return spec.build(jump.loaded?.given ?? [], draft);
}
