// What holds for every packet: it ends in a verdict, twice in the same one, and so does its answer.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grammarFaults } from '../src/analyze/fold-grammar.fixture.ts';
import { foldTrace } from '../src/analyze/fold-trace.ts';
import { trace, type Question } from '../src/analyze/trace.ts';
import { TCP_FLAGS } from '../src/packet/tcp.ts';
import { renderMinimal } from '../src/render/minimal.ts';
import { renderText } from '../src/render/text.ts';
import type { FlowFact, WalkFact, WalkReport } from '../src/report/report.ts';
import { readDocument, type Document } from '../src/source/document.ts';
import { readTopology, type Topology } from '../src/topology/topology.ts';
import { familyOf, parseAddress, type Address } from '../src/value/address.ts';
import { SessionStore } from '../src/walk/session.ts';
import { ROOT } from './golden/run.ts';
import { validateReport } from './validate-report.ts';

interface Network {
  readonly topology: Topology;
  readonly document: Document;
}

/** A topology read anew, so that nothing that an earlier walk worked out is at hand. */
function read(file: string, settings: Readonly<Record<string, string>> = {}): Network {
  let { document } = readDocument(file, readFileSync(join(ROOT, file)));
  for (const [path, value] of Object.entries(settings)) {
    const changed = document!.set(path, value);
    if ('problem' in changed) throw new Error(changed.problem.message);
    ({ document } = changed);
  }
  const { topology, diagnostics } = readTopology(document!);
  if (!topology) throw new Error(`${file}: ${diagnostics.map(({ message }) => message).join('; ')}`);
  return { topology, document: document! };
}

/** The report, or why there is no beginning. */
function ask({ topology, document }: Network, question: Question): WalkReport | string {
  const traced = trace(topology, question, new SessionStore());
  if ('problem' in traced) return traced.problem;
  const { name, file } = topology;
  const locate = (cite: string): string => {
    const { line, column } = document.locate(cite);
    return `${file}:${line}:${column}`;
  };
  return foldTrace(traced, { topology: { name, file }, locate, macOf: topology.macOf });
}

const someV4 = fc.integer({ min: 0, max: 0xffff_ffff });
const someV6 = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map((bits) => (1n << 128n) + bits);

/** Addresses that somebody owns or routes, their neighbours, and any at all. */
function addresses({ topology: { declared } }: Network): fc.Arbitrary<Address> {
  const owned = [
    ...[...declared.nodes.values()].flatMap((node) => node.addresses.map(({ address }) => address)),
    ...[...declared.vnets.values()].flatMap((vnet) => vnet.addressPrefixes.map(({ first }) => first)),
    ...[...declared.sites.values()].flatMap((site) => site.prefixes.map(({ first }) => first)),
    parseAddress('168.63.129.16')!,
  ];
  const near = fc
    .tuple(fc.constantFrom(...owned), fc.integer({ min: 0, max: 300 }))
    .map(([address, step]) =>
      typeof address === 'number' ? (address + step) >>> 0 : address + BigInt(step),
    );
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...owned) },
    { weight: 2, arbitrary: near },
    { weight: 1, arbitrary: someV4 },
    { weight: 1, arbitrary: someV6 },
  );
}

const PROTOCOLS = [1, 6, 17, 47, 50, 58];
const port = fc.oneof(fc.constantFrom(22, 53, 80, 443, 2222, 8080), fc.integer({ min: 0, max: 65_535 }));

function questions(network: Network): fc.Arbitrary<Question> {
  const ports = [...network.topology.declared.nodes].flatMap(([node, { ports: own }]) =>
    own.map((name) => ({ node, port: name })),
  );
  return fc
    .record({
      src: addresses(network),
      dst: addresses(network),
      proto: fc.oneof(fc.constantFrom(...PROTOCOLS), fc.integer({ min: 0, max: 255 })),
      sport: port,
      dport: port,
      flags: fc.subarray([...TCP_FLAGS]),
      type: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
      id: fc.integer({ min: 0, max: 65_535 }),
      ttl: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
      in: fc.option(fc.constantFrom(...ports), { nil: undefined, freq: 3 }),
      handshake: fc.boolean(),
    })
    .filter(({ src, dst }) => familyOf(src) === familyOf(dst))
    .map(({ in: at, handshake, ...packet }) => ({
      packet,
      in: at,
      picks: new Map(),
      noReturn: false,
      handshake,
    }));
}

/** The ends of a delivered packet as its receiver sees them. */
function arrived({ hops }: WalkFact): Readonly<Record<string, unknown>> {
  const last = hops.at(-1)?.steps.at(-1);
  return last?.type === 'deliver' ? Object.assign({}, ...last.packet.layers.toReversed()) : {};
}

/** The flow of the answer; protocols without ports have none there either. */
const turned = ({ src, dst, sport, dport }: FlowFact): Partial<FlowFact> => ({
  src: dst,
  dst: src,
  ...(dport !== undefined && { sport: dport }),
  ...(sport !== undefined && { dport: sport }),
});

const FILES = [
  'topologies/hub-spoke-vpn.yaml',
  'test/topologies/dual-stack.yaml',
  'test/topologies/balancer.yaml',
  'test/topologies/security-groups.yaml',
  'test/topologies/peerings.yaml',
  'test/topologies/appliances.yaml',
  'topologies/public-lb-nva.yaml',
  'test/topologies/outbound.yaml',
] as const;

describe.each(FILES)('%s', (file) => {
  const network = read(file);
  const runs = { numRuns: 300 };

  test('when any packet is walked then it ends in a verdict that can be told', () => {
    fc.assert(
      fc.property(questions(network), (question) => {
        const report = ask(network, question);
        if (typeof report === 'string') return;
        expect(report.walks.flatMap(grammarFaults)).toEqual([]);
        expect(renderText(report, { detail: 2 })).toContain('\n');
        expect(renderMinimal(report).split('\n')).toHaveLength(report.walks.length + 1);
      }),
      runs,
    );
  });

  test('when a packet is walked in a network read anew then the report is the same, byte for byte', () => {
    fc.assert(
      fc.property(questions(network), (question) => {
        expect(JSON.stringify(ask(read(file), question))).toBe(JSON.stringify(ask(network, question)));
      }),
      { numRuns: 20 },
    );
  });

  test('when a packet is delivered then its answer is delivered too, or it is said why not', () => {
    fc.assert(
      fc.property(questions(network), (question) => {
        const report = ask(network, question);
        if (typeof report === 'string') return;
        for (const { direction, verdict, reason, note, hops } of report.walks) {
          if (direction !== 'return' || verdict === 'delivered' || verdict === 'looped') continue;
          expect(reason ?? note).toMatch(/./);
          expect(hops.at(-1)?.steps.at(-1)).toBeDefined();
        }
      }),
      runs,
    );
  });

  test('when an answer is delivered then it comes from the address and port that were asked', () => {
    fc.assert(
      fc.property(questions(network), (question) => {
        const report = ask(network, question);
        if (typeof report === 'string' || network.topology.owners(question.packet.src).length === 0) return;
        const [there, back] = report.walks;
        if (!there || back?.direction !== 'return' || back.verdict !== 'delivered') return;
        expect(arrived(back)).toMatchObject(turned(there.flow));
      }),
      runs,
    );
  });

  test('when a report is printed as JSON then it is what the schema promises', () => {
    fc.assert(
      fc.property(questions(network), (question) => {
        const report = ask(network, question);
        if (typeof report !== 'string')
          expect(validateReport(JSON.parse(JSON.stringify(report)))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

test('when a loop changes the packet at every turn then the bound on device visits ends it', () => {
  const network = read('test/topologies/appliances.yaml', {
    'routeTables.rt-transit.routes':
      '[{name: self, addressPrefix: 192.168.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.6.1.4}]',
    'machines.nva.linux.iptables':
      '*nat\n-A POSTROUTING -o eth0 -j SNAT --to-source 10.128.0.0-10.191.255.255\nCOMMIT\n',
  });
  const report = ask(network, {
    packet: {
      src: parseAddress('10.6.0.4')!,
      dst: parseAddress('192.168.4.1')!,
      proto: 6,
      sport: 49_152,
      dport: 80,
      flags: ['SYN'],
      id: 1,
      ttl: 255,
    },
    in: undefined,
    picks: new Map(),
    noReturn: true,
    handshake: false,
  });
  expect(report).toMatchObject({ verdict: 'dropped', reason: 'hop-limit' });
});
