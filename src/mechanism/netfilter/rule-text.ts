/** The words of one rule -> its options, each with the match or target that it belongs to. */
import { assemble, type ReadRule } from './assemble.ts';
import { EXTENSION_NAME, foreignText, type Given } from './extension.ts';
import { FOREIGN_MATCHES, MATCHES } from './matches/matches.ts';
import { implied, knownOptions, load, resolve, SPACED, type Loaded } from './options.ts';
import { readProtocol } from './packet-tests.ts';
import { refuse, type Reading, type RuleContext } from './rule-reading.ts';
import { FOREIGN_TARGETS, TARGETS } from './targets/targets.ts';
import { nearest, quote, type Word } from './words.ts';

/** Reads a rule's words from the `start`-th on; undefined when it cannot be loaded, which has been reported. */
export function readRule(words: readonly Word[], start: number, context: RuleContext): ReadRule | undefined {
  const reading: Reading = {
    words,
    at: start,
    context,
    isRefused: false,
    rule: [],
    protocol: undefined,
    loaded: [],
    jump: undefined,
  };
  while (reading.at < words.length && !reading.isRefused) readOption(reading);
  return reading.isRefused ? undefined : assemble(reading);
}

/** One option with its words. `!` stands before it, in old dumps behind it. */
function readOption(reading: Reading): void {
  const first = reading.words[reading.at]!;
  const not = first.text === '!';
  if (not) reading.at++;
  const word = reading.words[reading.at++];
  if (word === undefined) return refuse(reading, first.column, '"!" stands before nothing');
  const { column } = word;
  if (!/^-./.test(word.text)) return refuse(reading, column, `${quote(word.text)} is not an option`);
  const { option, attached } = splitOption(word.text);
  const resolved = resolve(option, reading.loaded, () => spareMatch(reading, column));
  switch (resolved?.of) {
    case undefined:
      return refuseOption(reading, option, column);
    case 'several':
      return refuse(
        reading,
        column,
        `${quote(option)} is the beginning of several options: ${resolved.options.join(', ')}`,
      );
    case 'foreign':
      return keep(reading, resolved.loaded, foreignOption(reading, word, not));
    case 'rule':
    case 'extension': {
      const given = takeWords(reading, resolved, attached, { not, column });
      if (!given) return undefined;
      if (resolved.of === 'rule' && attached !== undefined && SPACED.has(resolved.option))
        return refuse(reading, column, `${option} takes no "="`, `${option} ${attached}`);
      if (resolved.of === 'rule') return readRuleOption(reading, given);
      return keep(reading, resolved.loaded, given);
    }
    default:
      return resolved satisfies never;
  }
}

/** An option of a match or the target; a match that only the protocol implied is now part of the rule. */
function keep({ loaded }: Reading, owner: Loaded, given: Given): void {
  if (!loaded.includes(owner)) loaded.push(owner);
  owner.given.push(given);
}

const isBang = (word: Word | undefined): boolean => word?.text === '!' && !word.isQuoted;
const isOption = (word: Word): boolean => !word.isQuoted && (word.text === '!' || /^-[^\d]/.test(word.text));

/** An option of an extension that nobody here knows, with the words up to the next option. */
function foreignOption(reading: Reading, { text, column }: Word, not: boolean): Given {
  const from = reading.at;
  while (reading.at < reading.words.length && !isOption(reading.words[reading.at]!)) reading.at++;
  const words = reading.words.slice(from, reading.at).map((word) => word.text);
  return { option: text, not, words, column };
}

function refuseOption(reading: Reading, option: string, column: number): void {
  if (/^--(s|d|source-|destination-)port/.test(option)) {
    return refuse(reading, column, `${option} needs -p tcp or -p udp before it`);
  }
  const known = knownOptions([...reading.loaded, load('tcp', column)]);
  return refuse(reading, column, `There is no option ${quote(option)} here`, nearest(option, known));
}

/** The match that the protocol implies, if it is not loaded yet. */
function spareMatch({ protocol, context, loaded }: Reading, column: number): Loaded | undefined {
  const spare = implied(protocol?.not === false ? protocol.number : undefined, context.family, column);
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
  { option, takes }: { readonly option: string; readonly takes: number },
  attached: string | undefined,
  { not, column }: { readonly not: boolean; readonly column: number },
): Given | undefined {
  const bang = reading.words[reading.at];
  const isOld = takes > 0 && attached === undefined && isBang(bang);
  if (isOld && not) {
    refuse(reading, bang!.column, `${option} is negated twice`);
    return undefined;
  }
  if (isOld) {
    reading.at++;
    const message = `"!" behind ${option} is an old spelling, which iptables 1.8.9 refuses`;
    reading.context.warn(bang!.column, message, `! ${option} ${reading.words[reading.at]?.text ?? ''}`);
  }
  const words = attached === undefined ? [] : [attached];
  while (words.length < takes && reading.at < reading.words.length)
    words.push(reading.words[reading.at++]!.text);
  if (words.length === takes) return { option, not: not || isOld, words, column };
  refuse(reading, column, words.length < takes ? `${option} needs a value` : `${option} takes no value`);
  return undefined;
}

function readRuleOption(reading: Reading, given: Given): void {
  const value = given.words[0] ?? '';
  const { column } = given;
  switch (given.option) {
    case '-m':
      return given.not ? refuse(reading, column, '-m cannot be negated') : loadMatch(reading, value, column);
    case '-j':
    case '-g':
      return given.not
        ? refuse(reading, column, `${given.option} cannot be negated`)
        : setTarget(reading, given);
    case '-t':
      return refuse(
        reading,
        column,
        '-t cannot stand in a rule: the table is named by the *TABLE line above',
      );
    case '-c':
      if (!given.words.every((text) => /^\d+$/.test(text)))
        refuse(reading, column, 'Counters are two numbers, packets and bytes');
      return undefined;
    case '-p': {
      const protocol = readProtocol(given, (message, suggestion) =>
        refuse(reading, column, message, suggestion),
      );
      if (protocol && protocol.number !== 0) reading.protocol = protocol;
      break;
    }
    default:
  }
  if (reading.rule.some((one) => one.option === given.option))
    return refuse(reading, column, `${given.option} is given twice`);
  reading.rule.push(given);
}

/** ip6tables knows the match under three names. */
const ICMPV6_NAMES = new Set(['icmpv6', 'ipv6-icmp']);

function loadMatch(reading: Reading, value: string, column: number): void {
  const name = ICMPV6_NAMES.has(value) ? 'icmp6' : value;
  const family = MATCHES.get(name)?.family;
  if (family !== undefined && family !== reading.context.family) {
    return refuse(reading, column, `-m ${name} is for IPv${family} only`);
  }
  if (!MATCHES.has(name)) {
    if (!FOREIGN_MATCHES.has(name)) {
      const meant = nearest(name, MATCHES.keys());
      if (meant !== undefined || reading.context.onlyKnown || !EXTENSION_NAME.test(name))
        return refuse(reading, column, `${quote(name)} is not a match`, meant);
    }
    reading.context.warn(column, foreignText(name));
  }
  reading.loaded.push(load(name, column));
}

function setTarget(reading: Reading, { option, words, column }: Given): void {
  if (reading.jump) return refuse(reading, column, 'A rule has one target');
  const name = words[0]!;
  const goto = option === '-g';
  const family = goto ? undefined : TARGETS.get(name)?.family;
  if (family !== undefined && family !== reading.context.family)
    return refuse(reading, column, `${name} is for IPv${family} only`);
  const loaded = goto ? undefined : { name, options: TARGETS.get(name)?.options, given: [], column };
  if (!goto && FOREIGN_TARGETS.has(name)) reading.context.warn(column, foreignText(name));
  reading.jump = { name, goto, column, loaded };
  if (loaded) reading.loaded.push(loaded);
}
