/** What all branches of a walk cost: a router with rules that the packet does not decide, each of which doubles them. */
import { foldBranches } from '../../src/analyze/fold-branches.ts';
import { readDocument } from '../../src/source/document.ts';
import { readTopology, type Topology } from '../../src/topology/topology.ts';
import { parseAddress } from '../../src/value/address.ts';

const rule = '-A FORWARD -m statistic --mode random --probability 0.5 -j MARK --set-mark 1';

function router(choices: number): Topology {
  const document = {
    segments: { lan0: { open: true }, lan1: { open: true } },
    machines: {
      dut: {
        nics: { eth0: { segment: 'lan0' }, eth1: { segment: 'lan1' } },
        linux: {
          sysctl: { 'net.ipv4.ip_forward': 1 },
          addresses: { eth0: ['10.1.0.1/24'], eth1: ['10.2.0.1/24'] },
          iptables: ['*mangle', ...Array.from({ length: choices }, () => rule), 'COMMIT'].join('\n'),
        },
      },
    },
  };
  const { topology, diagnostics } = readTopology(
    readDocument('bench.json', JSON.stringify(document)).document!,
  );
  if (!topology) throw new Error(diagnostics.map((one) => one.message).join('\n'));
  return topology;
}

/** Milliseconds of 2 x 2 x 2 branches and of 1,024, walked there and back and told; the median by `measure`. */
export function branches(
  measure: (run: () => void, calls: number, rounds: number) => number,
): readonly object[] {
  const context = { topology: { name: 'bench', file: 'bench.json' }, locate: () => undefined };
  const packet = { src: parseAddress('10.1.0.2')!, dst: parseAddress('10.2.0.2')!, proto: 6 } as const;
  return [3, 10].map((choices) => {
    const topology = router(choices);
    const question = {
      packet: { ...packet, sport: 49_152, dport: 22, flags: ['SYN'], id: 0 },
      in: { node: 'dut', port: 'eth0' },
      picks: new Map(),
      noReturn: false,
      handshake: false,
    } as const;
    const walked = (): number => {
      const asked = { question, most: 10_000, supposed: [], tell: () => undefined };
      const found = foldBranches(topology, asked, context);
      if ('problem' in found) throw new Error(found.problem);
      return found.branches!.length;
    };
    return { branches: walked(), ms: (measure(walked, choices === 3 ? 50 : 1, 9) / 1000).toFixed(2) };
  });
}
