/** SNPT and DNPT: IPv6-to-IPv6 network prefix translation, RFC 6296. */
import type { Hook } from '../hook.ts';
import { word, type TargetSpec } from '../extension.ts';
import { formatIp, parseMasked } from '../address-text.ts';
import { PREFIX } from '../forms.ts';

const translation = (hooks: readonly Hook[]): TargetSpec => ({
  family: 6,
  options: { '--src-pfx': word(PREFIX, { needed: true }), '--dst-pfx': word(PREFIX, { needed: true }) },
  tables: ['mangle'],
  hooks,
  /** ip6t_NPT.c, ip6t_npt_checkentry */
  canon: (given, draft) => {
    for (const one of given) {
      const [text, length] = one.words[0]!.split('/');
      const network = parseMasked(one.words[0]!, 6);
      if (Number(length) > 64 || (network && formatIp(network.set[0]!) !== text))
        draft.refuse(`${one.option} takes a prefix of at most 64 bits, without host bits`, undefined, one);
    }
    return given;
  },
});

export const snpt = translation(['INPUT', 'POSTROUTING']);
export const dnpt = translation(['PREROUTING', 'OUTPUT']);
