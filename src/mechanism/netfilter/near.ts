/** Rules that nearly matched: for a reader who asks why not. Made only when somebody reads it, so terms are known by then. */
import { formatAddress } from '../../value/address.ts';
import { valueOf, type Term } from '../../value/term.ts';
import { flagNames } from '../../packet/tcp.ts';
import { concretely } from '../../walk/concrete.ts';
import type { NearMiss } from '../../walk/event.ts';
import { stateNames, statusNames } from './tracked.ts';
import { protocolName } from './numbers.ts';
import { holds, packetType, setAnswer, type Test } from './predicate.ts';
import type { Chain, Rule } from './ruleset.ts';
import { fieldOf, slotOf, type Field, type Subject } from './subject.ts';

const MOST = 5;

/** The rules before `end` that failed in exactly one field and would have decided something. */
export function nearMisses(chain: Chain, end: number, subject: Subject): readonly NearMiss[] {
  const ask = concretely();
  const near: NearMiss[] = [];
  for (const rule of chain.rules.slice(0, end)) {
    if (near.length === MOST) break;
    const test = onlyFailure(rule, subject, ask);
    if (test)
      near.push({
        rule: rule.fact,
        failed: test.option,
        wanted: `${test.not ? '! ' : ''}${test.wanted}`,
        had: had(test, subject),
      });
  }
  return near;
}

function onlyFailure(rule: Rule, subject: Subject, ask: ReturnType<typeof concretely>): Test | undefined {
  if (rule.target.do === 'continue' || rule.unknown !== undefined) return undefined;
  const failed = rule.tests.filter((test) => !holds(test, subject, ask, undefined));
  return failed.length === 1 ? failed[0] : undefined;
}

/** What the packet has where the test looks. */
function had(test: Test, subject: Subject): string {
  switch (test.kind) {
    case 'field':
      return fieldText(test.field, subject);
    case 'fields':
      return test.fields.map(({ field }) => fieldText(field, subject)).join(test.join === 'all' ? '/' : ',');
    case 'interface':
      return subject.passing[test.side] ?? 'none';
    case 'state':
      return stateNames(subject.passing).join(',');
    case 'status':
      return statusNames(subject.passing).join(',') || 'none';
    case 'direction':
      return (subject.passing.tracked?.direction ?? 'none').toUpperCase();
    case 'address-type':
      return subject.machine.addressType(
        fieldOf(test.field, slotOf(test.field), subject)!,
        subject.family,
        undefined,
        concretely(),
      );
    case 'constant':
      return test.had;
    case 'choice':
    case 'recent':
    case 'tally':
    case 'connections':
      return 'not known';
    case 'set':
      return setText(setAnswer(test, subject, concretely()));
    case 'packet-type':
      return packetType(subject, concretely());
    case 'reverse-path':
      return 'another way';
    default:
      return test satisfies never;
  }
}

const setText = (answer: boolean | undefined): string =>
  answer === undefined ? 'not known' : answer ? 'in the set' : 'not in the set';

function fieldText(field: Field, subject: Subject): string {
  const term = fieldOf(field, slotOf(field), subject);
  return term === undefined ? 'none' : termText(field, term);
}

const HEXADECIMAL: ReadonlySet<Field> = new Set(['mark', 'connmark', 'tos', 'dscp'] as const);

function termText(field: Field, term: Term): string {
  const value = valueOf(term);
  if (/(^|-)(src|dst)$/.test(field)) return formatAddress(value);
  if (field === 'flags') return flagNames(Number(value)).join(',') || 'NONE';
  if (field.endsWith('protocol')) return protocolName(Number(value));
  return HEXADECIMAL.has(field) ? `0x${value.toString(16)}` : String(value);
}
