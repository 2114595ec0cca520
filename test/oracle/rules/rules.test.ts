import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { spellRules } from '../../../src/mechanism/netfilter/netfilter.ts';
import { missing, record } from './kernel.ts';
import { readTranscript, restoreText, savedRules, type Recorded } from './transcript.ts';

const FAMILIES = [4, 6] as const;

const transcript = (family: 4 | 6): readonly Recorded[] =>
  readTranscript(readFileSync(new URL(`ipv${family}.txt`, import.meta.url), 'utf8'));

/** What nettrace makes of a rule, in the words of a transcript. */
function ours(rule: Recorded, family: 4 | 6): Recorded {
  const { text, problems } = spellRules(restoreText(rule), { family });
  // What iptables 1.8.9 would not read is refused there, and a warning here.
  return { ...rule, saved: problems.length > 0 ? undefined : savedRules(text) };
}

describe.each(FAMILIES)('IPv%i', (family) => {
  const rules = transcript(family);

  test('when iptables-restore was given a rule then nettrace takes and spells it alike', () => {
    expect(rules.length).toBeGreaterThan(150);
    expect(rules.map((rule) => ours(rule, family))).toEqual(rules);
  });

  test('when a rule is spelt then reading that spells it again', () => {
    for (const { table, chain, saved } of rules) {
      for (const rule of saved ?? []) {
        const again = ours({ table, chain, rule, saved: [] }, family);
        // iptables-save prints a few rules that iptables-restore does not take back, or takes as others.
        if (rule === '-p ipcomp -m ipcomp') continue;
        if (again.saved) expect(again.saved).toEqual([rule]);
        else expect(rule).toMatch(/:1000\/5$|a b$|--physdev-in $/);
      }
    }
  });

  const reason = missing();
  const title = 'when the kernel here is asked then it says what was recorded';
  // Sets are not there, the identifier of a timer stays taken, and an estimator needs its time.
  const askable = rules.filter(({ rule }) => !/-m set|-j SET|IDLETIMER|RATEEST/.test(rule));
  if (reason !== undefined && process.env['CI'] === undefined)
    test.skip(`${title} (${reason})`, () => undefined);
  else
    test(title, { timeout: 60_000 }, () => {
      expect(reason).toBeUndefined();
      const asked = process.env['RULES'] === 'all' ? askable : askable.filter((_, i) => i % 20 === 0);
      expect(record(asked, family)).toEqual(asked);
    });
});
