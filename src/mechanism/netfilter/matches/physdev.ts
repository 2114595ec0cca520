/** -m physdev: the ports of a bridge that a bridged packet passes. */
import { constantTest, flag, type Match, NOT, word } from '../extension.ts';
import { INTERFACE } from '../forms.ts';

const OPTIONS = {
  '--physdev-is-in': flag(NOT),
  '--physdev-in': word(INTERFACE, NOT),
  '--physdev-is-out': flag(NOT),
  '--physdev-out': word(INTERFACE, NOT),
  '--physdev-is-bridged': flag(NOT),
};

export const physdev: Match = {
  options: OPTIONS,
  needs: Object.keys(OPTIONS),
  /** xt_physdev.c, physdev_mt_check: what is sent here has no port yet, unless the rule is for bridged packets only. */
  canon: (given, draft) => {
    const isBridged = given.some((one) => one.option === '--physdev-is-bridged' && !one.not);
    const out = given.find((one) => one.option.endsWith('-out'));
    if (out && !isBridged)
      draft.onlyAt(['PREROUTING', 'INPUT', 'FORWARD', 'POSTROUTING'], `physdev ${out.option}`);
    return given;
  },
  // No bridges are modelled.
  build: (given) => given.map((one) => constantTest(one, false, 'not bridged')),
};
