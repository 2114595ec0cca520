/** What does not hold, in words: the one table of phrases of a check. */
import type { ClaimCode, ClaimValue, ExpectationFact, ViolationFact } from '../../report/check.ts';

const OR = ' or ';
const THEN = ' > ';

/** How the values of a claim are put together. */
const JOINED: Readonly<Record<ClaimCode, string>> = {
  'expect-verdict': OR,
  'expect-reason': OR,
  'expect-at': OR,
  'expect-via': THEN,
  'expect-not-via': OR,
  'expect-through-same': OR,
  'expect-symmetric': OR,
  'expect-trombone': OR,
  'expect-nat': ', ',
  'expect-encapsulation': THEN,
  'expect-ttl': OR,
  'expect-mtu-at-least': OR,
  'expect-mirrored-to': ' and ',
  'expect-branches': OR,
  'expect-fail-any': OR,
  'expect-mid-flow': OR,
};

/** `via`, `nat src of the answer`: the claim that does not hold. */
function claimText({ code, way, field }: ViolationFact): string {
  const key = code.slice('expect-'.length);
  const isOfBoth = BOTH_WAYS.has(code);
  return [key, field, way === 'return' && !isOfBoth ? 'of the answer' : ''].filter(Boolean).join(' ');
}

const BOTH_WAYS: ReadonlySet<ClaimCode> = new Set([
  'expect-verdict',
  'expect-reason',
  'expect-at',
  'expect-not-via',
  'expect-through-same',
  'expect-symmetric',
  'expect-trombone',
  'expect-branches',
  'expect-fail-any',
  'expect-mid-flow',
]);

/** `via: expected vgw-hub > ilb-hub, found mgmt-pc > edge-rtr`. */
export function violationText(violation: ViolationFact): string {
  const { code, expected, found } = violation;
  return `${claimText(violation)}: expected ${expectedText(code, expected)}, found ${foundText(violation, found)}`;
}

function expectedText(code: ClaimCode, value: ClaimValue): string {
  switch (code) {
    case 'expect-symmetric':
      return value === true ? 'the same stateful devices both ways' : 'different stateful devices';
    case 'expect-trombone':
      return value === true ? 'a link to be crossed to and fro' : 'no link to be crossed to and fro';
    case 'expect-not-via':
      return `not ${valueText(code, value)}`;
    case 'expect-mtu-at-least':
      return `packets of ${valueText(code, value)} bytes`;
    case 'expect-branches':
      return `${valueText(code, value)} to be known`;
    case 'expect-through-same':
      return `the same one of ${valueText('expect-nat', value)} both ways`;
    case 'expect-fail-any':
      return `whatever ${value === 1 ? 'one' : valueText(code, value)} may fail to be known`;
    case 'expect-mid-flow':
      return 'an established flow';
    case 'expect-verdict':
    case 'expect-reason':
    case 'expect-at':
    case 'expect-via':
    case 'expect-nat':
    case 'expect-encapsulation':
    case 'expect-ttl':
    case 'expect-mirrored-to':
      return valueText(code, value);
    default:
      return code satisfies never;
  }
}

function foundText({ code, way }: ViolationFact, value: ClaimValue): string {
  if (value === null) return NOTHING[code] ?? (way === 'return' ? 'no answer' : 'nothing');
  if (code === 'expect-fail-any') return `more sets than the ${valueText(code, value)} tried`;
  if (code === 'expect-mid-flow') return 'one that fails before anything happens';
  if (code === 'expect-branches') return `more than ${valueText(code, value)}`;
  if (code === 'expect-symmetric') return value === true ? 'the same' : 'others';
  if (code === 'expect-trombone') return value === true ? 'one' : 'none';
  if (code === 'expect-through-same' && typeof value === 'object')
    return `${value[0] ?? 'none'} there, ${value[1] ?? 'none'} back`;
  return valueText(code, value);
}

const NOTHING: Partial<Record<ClaimCode, string>> = {
  'expect-mtu-at-least': 'no link that states its MTU',
  'expect-nat': 'none: it does not arrive',
  'expect-ttl': 'none: it does not arrive',
  'expect-symmetric': 'no way back to compare',
  'expect-through-same': 'no way back to compare',
  'expect-reason': 'none: it is not dropped',
};

const valueText = (code: ClaimCode, value: ClaimValue): string => {
  if (value === null || typeof value !== 'object') return String(value);
  return value.length === 0 ? 'none' : value.join(JOINED[code]);
};

/** How an expectation went, in one word. */
export function wordOf({ outcome, severity }: Pick<ExpectationFact, 'outcome' | 'severity'>): string {
  if (outcome === 'held') return 'ok';
  if (outcome === 'known') return 'known';
  if (severity === 'warning') return 'warning';
  return outcome === 'unknown' ? 'UNKNOWN' : 'FAILED';
}

/** Whether an expectation makes the check fail. */
export const isFailure = ({ outcome, severity }: ExpectationFact): boolean =>
  severity === 'error' && (outcome === 'failed' || outcome === 'unknown');
