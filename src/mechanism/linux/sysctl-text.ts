/** Kernel settings as `sysctl -a` prints them, or as sysctl.conf(5) has them. */
import { Entry, type TextProblem } from './text.ts';

export interface StatedSetting {
  readonly key: string;
  readonly value: string;
  /** From 1, both: where the value stands. */
  readonly line: number;
  readonly column: number;
}

export interface SysctlText {
  readonly settings: readonly StatedSetting[];
  readonly problems: readonly TextProblem[];
}

const SETTING = /^(\s*-?\s*)([^\s=]+)(\s*=\s*)(.*?)\s*$/;

/** Reads one setting a line; comments, and what sysctl(8) says of keys that it may not read, are passed over. */
export function readSysctl(text: string): SysctlText {
  const settings: StatedSetting[] = [];
  const problems: TextProblem[] = [];
  for (const [i, content] of text.split('\n').entries()) {
    if (/^\s*(?:[#;].*)?$|^sysctl: /.test(content)) continue;
    const [, start = '', key = '', sign = '', value = ''] = SETTING.exec(content) ?? [];
    const column = start.length + key.length + sign.length + 1;
    if (key !== '') settings.push({ key: dotted(key), value, line: i + 1, column });
    else {
      const word = { text: content.trim(), line: i + 1, column: content.search(/\S/) + 1 };
      const entry = new Entry([word]);
      entry.refuse(word, `"${word.text}" is not a setting`, 'write it as net.ipv4.ip_forward = 1');
      problems.push(...entry.problems);
    }
  }
  return { settings, problems };
}

/**
 * A key with dots between its parts, whatever stands first between them: sysctl(8) takes `net/ipv4/conf/eth0.100/forwarding`
 * and prints `net.ipv4.conf.eth0/100.forwarding`. A dot in an interface's name is one either way.
 */
export const dotted = (key: string): string => key.replaceAll('/', '.');
