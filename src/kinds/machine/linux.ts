/** What a topology says of a machine's kernel, in the words of its tools. */
import { parsePrefix, prefixOf, type Prefix } from '../../value/prefix.ts';
import { parseAddress, type Address } from '../../value/address.ts';
import { readRuleset, type Ruleset } from '../../mechanism/netfilter/netfilter.ts';
import { readRoutes, type LinuxRoute } from '../../mechanism/linux/route.ts';
import { sysctl, type Sysctl } from '../../mechanism/linux/sysctl.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';

export interface LinuxText {
  readonly sysctl?: Readonly<Record<string, number | string>> | undefined;
  readonly addresses?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly routes?: string | undefined;
  readonly iptables?: string | undefined;
  readonly ip6tables?: string | undefined;
}

export interface LinuxConfig {
  readonly sysctl: Sysctl;
  /** By interface; undefined takes what the NICs say. */
  readonly addresses:
    ReadonlyMap<string, readonly { readonly address: Address; readonly network: Prefix }[]> | undefined;
  /** Undefined: connected routes and a default route. */
  readonly routes: readonly LinuxRoute[] | undefined;
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
  return {
    sysctl: sysctl(stated),
    addresses: text.addresses && readAddresses(text.addresses, below(at, 'addresses'), reading),
    routes:
      text.routes === undefined
        ? undefined
        : readTable(
            text.routes,
            [...ports, ...Object.keys(text.addresses ?? {})],
            below(at, 'routes'),
            reading,
          ),
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
  ports: readonly string[],
  at: Cite,
  reading: Reading,
): readonly LinuxRoute[] {
  const { routes, problems } = readRoutes(text, at);
  for (const one of problems) reading.report('text-syntax', `${at}#${one.line}`, one.message, one.suggestion);
  for (const route of routes) {
    if (route.dev !== undefined && route.dev !== 'lo')
      reading.referIn(ports, 'interface', route.dev, route.at ?? at);
  }
  return routes;
}

function readAddresses(
  stated: Readonly<Record<string, readonly string[]>>,
  at: Cite,
  reading: Reading,
): LinuxConfig['addresses'] {
  return new Map(
    Object.entries(stated).map(([port, texts]) => [
      port,
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
          return [{ address, network: prefixOf(address, length) }];
        reading.report(
          'value-invalid',
          below(at, port, i),
          `"${text}" is not an interface address`,
          'write 10.0.1.4/24',
        );
        return [];
      }),
    ]),
  );
}
