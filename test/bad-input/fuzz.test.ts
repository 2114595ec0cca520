import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import builtIn from '../../topologies/hub-spoke-vpn.yaml';
import { foldTrace } from '../../src/analyze/fold-trace.ts';
import { trace } from '../../src/analyze/trace.ts';
import { networkOf, noting } from '../../src/cli/check/network.ts';
import { readExpectations } from '../../src/cli/check/read-expectations.ts';
import { readFlow, type FlowText } from '../../src/cli/flow.ts';
import { UsageError } from '../../src/cli/usage.ts';
import { renderJson } from '../../src/render/json.ts';
import { PLAIN_PAINT } from '../../src/render/paint.ts';
import { renderText } from '../../src/render/text.ts';
import { readDocument, type Document } from '../../src/source/document.ts';
import { formatPosition } from '../../src/source/position.ts';
import { SessionStore } from '../../src/walk/session.ts';
import { noFiles } from '../../src/topology/no-files.ts';
import { readTopology, type Topology } from '../../src/topology/topology.ts';
import { buildProgram, type Program } from './program.ts';

const [network = '', expectations = ''] = builtIn.replaceAll(/^ *#.*\n/gm, '').split(/^(?=expect:)/m);

/** A topology with something of every kind. */
const EVERYTHING = `${network.trimEnd()}
  fw:
    nics:
      eth0: { subnet: vnet-hub/snet-nva, privateIPAddress: 10.0.1.10, applicationSecurityGroups: [asg-fw], macAddress: 00:0d:3a:12:34:56 }
    host: rack-1
    listeners: [tcp/22, udp/5000-5010]
    linux:
      sysctl: { net.ipv4.ip_forward: 1, net.ipv4.conf.eth0.rp_filter: 2 }
      addresses: { eth0: [10.0.1.10/24], dummy0: [10.9.0.1/32] }
      routes: |
        default via 10.0.1.1 dev eth0
        10.9.0.0/24 via 10.0.1.4 metric 5
      iptables: |
        *filter
        :FORWARD DROP [0:0]
        -A FORWARD -p tcp -m multiport --dports 22,80 -j ACCEPT
        COMMIT
        *nat
        -A POSTROUTING -o eth0 -j MASQUERADE
        COMMIT
networkSecurityGroups:
  nsg:
    securityRules:
      - { name: a, priority: 100, direction: Inbound, access: Allow, protocol: Tcp, destinationPortRange: 22 }
      - { name: b, priority: 110, direction: Inbound, access: Deny, sourceAddressPrefix: Internet, destinationApplicationSecurityGroups: asg-fw }
serviceTags: { Storage: [203.0.113.0/24] }
underlay: { rack-1: 100.64.1.1, ilb-hub/fip: 100.64.1.2 }
${expectations}`;
/** `FUZZ=100000` looks longer. */
const RUNS = Number(process.env['FUZZ'] ?? 600);

const LINES = EVERYTHING.split('\n');
const SCALARS = [...new Set(EVERYTHING.match(/[\w./:-]+/g))];

const scalar = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...SCALARS) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '',
      '~',
      'null',
      'true',
      '-1',
      '1e99',
      '[]',
      '{}',
      '[[x]]',
      '{ a: b }',
      '*x',
      '&x',
      '<<',
      '|',
      '"',
      '#',
      'toString',
      '__proto__',
      '0.0.0.0/0',
      '::/0',
      'fd00::1',
      '255.255.255.255',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);

interface Edit {
  readonly what: 'delete' | 'repeat' | 'move' | 'indent' | 'scalar' | 'key' | 'cut';
  readonly line: number;
  readonly other: number;
  readonly scalar: string;
}

const edit = fc.record<Edit>({
  what: fc.constantFrom('delete', 'repeat', 'move', 'indent', 'scalar', 'scalar', 'scalar', 'key', 'cut'),
  line: fc.nat(LINES.length - 1),
  other: fc.nat(LINES.length - 1),
  scalar,
});

function apply(lines: readonly string[], { what, line, other, scalar: put }: Edit): readonly string[] {
  const text = lines[line] ?? '';
  const replace = (pattern: RegExp): readonly string[] => {
    const found = [...text.matchAll(pattern)];
    const one = found[other % Math.max(1, found.length)];
    return one
      ? lines.with(line, text.slice(0, one.index) + put + text.slice(one.index + one[0].length))
      : lines;
  };
  switch (what) {
    case 'delete':
      return lines.toSpliced(line, 1);
    case 'repeat':
      return lines.toSpliced(line, 0, text);
    case 'move':
      return lines.toSpliced(line, 1).toSpliced(other, 0, text);
    case 'indent':
      return line < lines.length ? lines.with(line, `${' '.repeat(other % 7)}${text.trimStart()}`) : lines;
    case 'cut':
      return line < lines.length ? lines.with(line, text.slice(0, other)) : lines;
    case 'scalar':
      return replace(/[\w./-]+(?![\w./-]*:)/g);
    case 'key':
      return replace(/[\w./-]+(?=:)/g);
    default:
      return what satisfies never;
  }
}

const mutated = fc
  .array(edit, { minLength: 1, maxLength: 4 })
  .map((edits) => edits.reduce(apply, LINES).join('\n'));

/** The topology if it is one; whatever is wrong with it must have been said, at a place that exists. */
function read(content: string): { readonly topology: Topology; readonly document: Document } | undefined {
  const { document, diagnostics } = readDocument('t.yaml', content);
  const result = document && readTopology(document);
  const ofNetwork = [...diagnostics, ...(result?.diagnostics ?? [])];
  const network = result?.topology && networkOf(result.topology, document!, noting(noFiles));
  const expected = document && readExpectations(document, network);
  const all = [...ofNetwork, ...(expected?.diagnostics ?? [])];
  const lines = content.split(/\r\n|[\r\n]/).length;
  for (const { at, message, suggestion = '' } of all) {
    expect(at?.line, message).toBeLessThanOrEqual(lines);
    expect(at?.column, message).toBeGreaterThan(0);
    expect(`${message}${suggestion}`).not.toMatch(/\p{Cc}|undefined|NaN|\[object/u);
  }
  const errors = ofNetwork.filter((one) => one.severity === 'error');
  expect(errors.length > 0).toBe(!result?.topology || diagnostics.some((one) => one.severity === 'error'));
  return document && result?.topology && errors.length === 0
    ? { document, topology: result.topology }
    : undefined;
}

/** Every machine sends to every other; what comes of it does not matter here, as long as it can be told. */
function walkAll({ topology, document }: NonNullable<ReturnType<typeof read>>): void {
  const ends = ['10.3.0.4', '10.1.0.4', '10.0.1.10', '10.0.1.6', '10.3.9.9'];
  for (const [i, src] of ends.entries()) {
    const text: FlowText = { src, dst: ends[(i + 1) % ends.length], proto: i % 2 === 0 ? 'tcp/22' : 'icmp' };
    const { packet } = readFlow(text, topology);
    const question = { packet, picks: new Map(), in: undefined, noReturn: false, handshake: true };
    const traced = trace(topology, question, new SessionStore());
    if ('problem' in traced) continue;
    const report = foldTrace(traced, {
      topology: { name: topology.name, file: topology.file },
      locate: (cite) => formatPosition(document.locate(cite)),
    });
    renderJson(report, {});
    expect(renderText(report, { detail: 2, paint: PLAIN_PAINT })).not.toMatch(/(?!\n)\p{Cc}/u);
  }
}

describe('when a topology is changed at random', () => {
  test('then it is read without what was changed', () => {
    const { document, topology } = read(EVERYTHING)!;
    walkAll({ document, topology });
  });

  test('then it is a topology that can be walked, or its mistakes are told', { timeout: 60 * RUNS }, () => {
    fc.assert(
      fc.property(mutated, (content) => {
        const good = read(content);
        if (good) walkAll(good);
      }),
      { numRuns: RUNS },
    );
  });
});

const word = fc.oneof(
  fc.constantFrom(
    '',
    '-',
    '10.3.0.4',
    '10.1.0.4',
    'fd00::1',
    'nva1',
    'nva1/eth0',
    'ilb-hub',
    'ilb-hub=nva1',
    'tcp/22',
    'icmp',
    '58',
    '6/22',
    'S.',
    '0',
    '255',
    '-1',
    '1e3',
    '0x16',
    'null',
    'toString',
    '__proto__',
    'a=b',
    '=',
  ),
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

test(
  'when a flow is written at random then it is one, or the mistake is told',
  { timeout: 60 * RUNS },
  () => {
    const topology = readTopology(readDocument('t.yaml', EVERYTHING).document!).topology!;
    const value = fc.oneof({ weight: 3, arbitrary: word }, fc.double(), fc.integer(), fc.constant(undefined));
    const flow = fc.record(
      {
        src: fc.oneof(word, fc.constantFrom('mgmt-pc', 'fw')),
        dst: word,
        proto: value,
        sport: value,
        dport: value,
        ttl: value,
        type: value,
        id: value,
        flags: fc.oneof(word, fc.array(word)),
      },
      { requiredKeys: ['src', 'dst', 'proto'] },
    );
    fc.assert(
      fc.property(flow, (text) => {
        try {
          const { packet } = readFlow(text, topology);
          const question = { packet, picks: new Map(), in: undefined, noReturn: false, handshake: true };
          trace(topology, question, new SessionStore());
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
          expect(`${error.message}${error.suggestion ?? ''}`).not.toMatch(/\p{Cc}|undefined|\[object/u);
        }
      }),
      { numRuns: RUNS },
    );
  },
);

describe('when arguments are given at random', () => {
  let program: Program;
  beforeAll(() => {
    program = buildProgram();
  });
  afterAll(() => program.remove());

  const option = fc.constantFrom(
    '--src',
    '--dst',
    '--proto',
    '--sport',
    '--ttl',
    '--flags',
    '--in',
    '--pick',
    '--fail',
    '--no-return',
    '--handshake',
    '--format',
    '-v',
    '--capture',
    '--batch',
    '--keep-state',
    '--color',
    '--set',
    '-t',
    '-q',
    '--help',
    '--version',
  );
  const argument = fc.oneof(
    option,
    word,
    fc.tuple(option, word).map((pair) => pair.join('=')),
  );
  const line = fc.tuple(
    fc.constantFrom('walk', 'walk', 'walk', 'routes', 'explain', 'schema', ''),
    fc.array(argument, { maxLength: 6 }),
  );

  test('then the program ends as it should', { timeout: 60 * RUNS }, async () => {
    const argsOf = ([command, rest]: readonly [string, readonly string[]]): string[] =>
      [command, ...rest].map((one) => one.replaceAll('\0', ''));
    await fc.assert(
      fc.asyncProperty(line, async (drawn) => {
        const { status, stderr } = await program.run(argsOf(drawn));
        expect([0, 1, 2, 3], stderr).toContain(status);
        expect(stderr).not.toMatch(/^ +at |(?!\n)\p{Cc}/mu);
      }),
      { numRuns: Math.max(30, Math.ceil(RUNS / 30)), endOnFailure: true },
    );
  });
});
