// A stateful firewall and the kernel, which means the same by connection tracking without pick-up midway: an endless talk of
// random packets between two zones, of which each passes both or neither.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dice as diceOf, type Dice } from './generate/dice.ts';
import { startKernel, type Kernel } from './kernel.ts';
import type { Machine } from './machine.ts';
import { modelOf } from './model.ts';
import { whyNot } from './possible.ts';
import { compared, type Arrival, type Sighting } from './sighting.ts';
import type { Wire } from './wire.ts';

const NETWORKS = { 4: ['10.1.0', '10.2.0'], 6: ['fd00:1:', 'fd00:2:'] } as const;
type Family = keyof typeof NETWORKS;

const LENGTH = { 4: 24, 6: 64 } as const;
const addressOf = (family: Family, side: number, host: number): string =>
  `${NETWORKS[family][side]}${family === 4 ? '.' : ':'}${host}`;

const RULES = [
  'FORWARD -m conntrack --ctstate INVALID -j DROP',
  'FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
  'FORWARD -i eth0 -o eth1 -p tcp --dport 80 -m conntrack --ctstate NEW -j ACCEPT',
  'FORWARD -i eth0 -o eth1 -p udp --dport 53 -m conntrack --ctstate NEW -j ACCEPT',
  'FORWARD -i eth1 -o eth0 -p tcp --sport 1024:65535 -m conntrack --ctstate NEW -j ACCEPT',
];
const PINGS = { 4: 'icmp', 6: 'ipv6-icmp' } as const;

function kernelOf(family: Family): Machine {
  const lines = [
    '*filter',
    ':FORWARD DROP [0:0]',
    ...RULES.map((rule) => `-A ${rule}`),
    `-A FORWARD -i eth1 -o eth0 -p ${PINGS[family]} -m conntrack --ctstate NEW -j ACCEPT`,
    'COMMIT',
  ];
  const at = (side: number): string => `${addressOf(family, side, 1)}/${LENGTH[family]}`;
  return {
    interfaces: ['eth0', 'eth1'],
    addresses: { eth0: [at(0)], eth1: [at(1)], lo: ['127.0.0.1/8', '::1/128'] },
    routes: [0, 1].map(
      (side) =>
        `${addressOf(family, side, 0).replace(/0$/, family === 4 ? '0' : '')}/${LENGTH[family]} dev eth${side}`,
    ),
    rules: [],
    rules6: [],
    sysctl: {
      'net.ipv4.ip_forward': 1,
      'net.ipv6.conf.all.forwarding': 1,
      'net.netfilter.nf_conntrack_tcp_loose': 0,
    },
    iptables: family === 4 ? lines : [],
    ip6tables: family === 6 ? lines : [],
  };
}

/** The same rules as a firewall has them. */
const firewallOf = (family: Family): object => ({
  segments: { lan0: { open: true }, lan1: { open: true } },
  firewalls: {
    dut: {
      interfaces: Object.fromEntries(
        [0, 1].map((side) => [
          `eth${side}`,
          { segment: `lan${side}`, addresses: `${addressOf(family, side, 1)}/${LENGTH[family]}` },
        ]),
      ),
      zones: { left: 'eth0', right: 'eth1' },
      rules: [
        { name: 'web', from: 'left', to: 'right', protocol: 'tcp', destinationPorts: 80, action: 'allow' },
        { name: 'dns', from: 'left', to: 'right', protocol: 'udp', destinationPorts: 53, action: 'allow' },
        {
          name: 'out',
          from: 'right',
          to: 'left',
          protocol: 'tcp',
          sourcePorts: '1024-65535',
          action: 'allow',
        },
        { name: 'ping', from: 'right', to: 'left', protocol: 'icmp', action: 'allow' },
      ],
    },
  },
});

/** Without what the kernel judges by the number that it acknowledges, such as a RST,ACK: packets here have no numbers. */
const FLAGS = ['S', 'S', 'S', 'S.', 'S.', '.', '.', 'P.', 'F.', 'R', '', 'FP.U', 'SF', 'F', 'SEW'];

/** A packet among few ends, so that most belong to a flow that another has begun. */
function drawn(family: Family, dice: Dice): Arrival {
  const [near, far] = [1023 + dice.int(2), dice.pick([80, 80, 80, 53, 443])];
  const [client, server] = [10, 11];
  const isFromClient = dice.chance(0.5);
  const side = isFromClient === dice.chance(0.8) ? 0 : 1;
  const ends = {
    src: addressOf(family, side, isFromClient ? client : server),
    dst: addressOf(family, 1 - side, isFromClient ? server : client),
    ttl: 64,
    tos: 0,
  };
  const [sport, dport] = isFromClient ? [near, far] : [far, near];
  return { in: `eth${side}`, packet: { ...ends, ...carried(family, { sport, dport }, dice) } };
}

function carried(
  family: Family,
  ports: { readonly sport: number; readonly dport: number },
  dice: Dice,
): Pick<Wire, 'proto' | 'sport' | 'dport' | 'flags' | 'type' | 'code' | 'id'> {
  const kind = dice.int(8);
  if (kind === 0) return { proto: 'udp', ...ports };
  if (kind > 1) return { proto: 'tcp', ...ports, flags: dice.pick(FLAGS) };
  const types = family === 4 ? [8, 0] : [128, 129];
  return { proto: family === 4 ? 'icmp' : 'icmpv6', type: dice.pick(types), code: 0, id: 1 + dice.int(2) };
}

/** None of the packets is for the firewall itself. */
const onWire = (seen: readonly Sighting[]): readonly string[] =>
  compared(seen.filter(({ where }) => where !== 'local'));

describe.skipIf(whyNot() !== undefined)(
  'when packets come in any order then kernel and firewall agree',
  () => {
    let kernel: Kernel;
    beforeAll(() => {
      kernel = startKernel();
    });
    afterAll(() => kernel.stop());

    test.each([
      [4, 1],
      [6, 2],
    ] as const)(
      'of IPv%i',
      async (family, seed) => {
        const dice = diceOf(seed);
        const counts = { passed: 0, dropped: 0 };
        for (let round = 0; round < 20; round++) {
          await kernel.load(kernelOf(family));
          const model = modelOf(firewallOf(family));
          const said: string[] = [];
          for (let i = 0; i < 60; i++) {
            const arrival = drawn(family, dice);
            const saw = onWire(await kernel.inject(arrival));
            const { sightings, report } = model.walk(arrival);
            counts[saw.length > 0 ? 'passed' : 'dropped']++;
            said.push(`> ${JSON.stringify(arrival)}`, `${report.verdict} ${report.reason ?? ''}`);
            expect(onWire(sightings), said.join('\n')).toEqual(saw);
          }
        }
        expect(counts.passed).toBeGreaterThan(150);
        expect(counts.dropped).toBeGreaterThan(150);
      },
      120_000,
    );
  },
);
