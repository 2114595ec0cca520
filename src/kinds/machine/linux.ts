/** What a topology says of a machine's kernel, in the words of its tools. */
import { parseAddress, type Family } from '../../value/address.ts';
import { parsePrefix, prefixOf } from '../../value/prefix.ts';
import { readRuleset, type Ruleset } from '../../mechanism/netfilter/netfilter.ts';
import { inKernelOrder, scopeOf, type InterfaceAddress } from '../../mechanism/linux/interface.ts';
import type { PolicyRule } from '../../mechanism/linux/policy-rule.ts';
import { readPolicyRules } from '../../mechanism/linux/policy-rule-text.ts';
import { hopsOf, type LinuxRoute } from '../../mechanism/linux/route.ts';
import { readRoutes } from '../../mechanism/linux/route-text.ts';
import { sysctl, type Sysctl } from '../../mechanism/linux/sysctl.ts';
import { tableNames, type TableName } from '../../mechanism/linux/tables.ts';
import type { TextProblem } from '../../mechanism/linux/text.ts';
import { nearest } from '../../source/suggest.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';

export interface LinuxText {
  readonly sysctl?: Readonly<Record<string, number | string>> | undefined;
  readonly addresses?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly routes?: string | undefined;
  readonly rules?: string | undefined;
  readonly rules6?: string | undefined;
  readonly tables?: Readonly<Record<string, number>> | undefined;
  readonly iptables?: string | undefined;
  readonly ip6tables?: string | undefined;
}

export interface LinuxConfig {
  readonly sysctl: Sysctl;
  /** By interface; undefined takes what the NICs say. */
  readonly addresses: ReadonlyMap<string, readonly InterfaceAddress[]> | undefined;
  /** Undefined: connected routes and a default route. */
  readonly routes: readonly LinuxRoute[] | undefined;
  /** Undefined: the kernel's own. */
  readonly policy: { readonly [family in Family]?: readonly PolicyRule[] };
  readonly rulesets: { readonly 4?: Ruleset; readonly 6?: Ruleset };
  readonly at: Cite;
}

/** Reads the texts, reporting each mistake at its line. */
export function readLinux(
  text: LinuxText,
  ports: readonly string[],
  at: Cite,
  reading: Reading,
): LinuxConfig {
  const stated = new Map(Object.entries(text.sysctl ?? {}).map(([key, value]) => [key, Number(value)]));
  const names = tableNames(new Map(Object.entries(text.tables ?? {})));
  const interfaces = ['lo', ...ports, ...Object.keys(text.addresses ?? {})];
  return {
    sysctl: sysctl(stated),
    addresses: text.addresses && readAddresses(text.addresses, below(at, 'addresses'), reading),
    routes:
      text.routes === undefined
        ? undefined
        : readTable(text.routes, names, interfaces, below(at, 'routes'), reading),
    policy: {
      ...policy(text.rules, 4, names, below(at, 'rules'), reading),
      ...policy(text.rules6, 6, names, below(at, 'rules6'), reading),
    },
    rulesets: {
      ...rules(text.iptables, 4, below(at, 'iptables'), reading),
      ...rules(text.ip6tables, 6, below(at, 'ip6tables'), reading),
    },
    at,
  };
}

function rules(
  text: string | undefined,
  family: 4 | 6,
  at: Cite,
  reading: Reading,
): { readonly 4?: Ruleset; readonly 6?: Ruleset } {
  if (text === undefined) return {};
  const { ruleset, problems } = readRuleset(text, { family, at });
  for (const { line, message, suggestion, isWarning } of problems) {
    if (isWarning) continue;
    reading.report(
      'text-syntax',
      `${at}#${line}`,
      message.replace(/^[A-Z](?=[a-z]| )/, (letter) => letter.toLowerCase()),
      suggestion === undefined || / is /.test(suggestion) ? suggestion : `write ${suggestion}`,
    );
  }
  return { [family]: ruleset };
}

function readTable(
  text: string,
  names: TableName,
  interfaces: readonly string[],
  at: Cite,
  reading: Reading,
): readonly LinuxRoute[] {
  const { routes, problems } = readRoutes(text, at, names);
  tell(problems, at, reading);
  for (const route of routes)
    for (const { dev } of hopsOf(route))
      if (dev !== undefined) reading.referIn(interfaces, 'interface', dev, route.at ?? at);
  return routes;
}

function policy(
  text: string | undefined,
  family: Family,
  names: TableName,
  at: Cite,
  reading: Reading,
): LinuxConfig['policy'] {
  if (text === undefined) return {};
  const { rules: read, problems } = readPolicyRules(text, at, family, names);
  tell(problems, at, reading);
  return { [family]: read };
}

/** Reports what is wrong with a text, each mistake at its word. */
function tell(problems: readonly TextProblem[], at: Cite, reading: Reading): void {
  for (const { line, column, message, suggestion, slip } of problems) {
    const near = slip && nearest(slip.word, slip.known);
    const meant = near === undefined ? suggestion : `did you mean "${near}"?`;
    reading.report('text-syntax', `${at}#${line}:${column}`, message, meant);
  }
}

function readAddresses(
  stated: Readonly<Record<string, readonly string[]>>,
  at: Cite,
  reading: Reading,
): LinuxConfig['addresses'] {
  return new Map(
    Object.entries(stated).map(([port, texts]) => [
      port,
      inKernelOrder(
        texts.flatMap((text, i) => {
          const address = parseAddress(text.split('/')[0]!);
          const parsed = parsePrefix(text);
          const length =
            'problem' in parsed
              ? parsed.problem === 'host-bits'
                ? parsed.prefix.length
                : undefined
              : parsed.length;
          if (address !== undefined && length !== undefined)
            return [
              {
                address,
                network: prefixOf(address, length),
                scope: scopeOf(address),
                at: below(at, port, i),
              },
            ];
          reading.report(
            'value-invalid',
            below(at, port, i),
            `"${text}" is not an interface address`,
            'write 10.0.1.4/24',
          );
          return [];
        }),
      ),
    ]),
  );
}
