/** NAT gateways: public addresses for what the machines of a subnet begin. */
import * as v from 'valibot';
import { familyOf, type Address } from '../../value/address.ts';
import { flowOf, transportOf, type Packet } from '../../packet/packet.ts';
import { INTERNET_PORT } from '../../mechanism/host-switch.ts';
import { lentPorts, toBorrower } from '../../mechanism/public-address.ts';
import { resetOf } from '../../mechanism/reset.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Action, Io } from '../../walk/device.ts';
import type { Built, Kind, Programmed, Reading } from '../kind.ts';
import { claimRouted, memberAt } from '../public-address.ts';
import { integer } from '../schema.ts';

const schema = v.strictObject({
  publicIpAddresses: v.pipe(
    v.array(v.string()),
    v.minLength(1),
    v.maxLength(16),
    v.description('Its public IPv4 addresses, up to 16.'),
    v.examples([['20.50.0.10']]),
  ),
  idleTimeoutInMinutes: v.optional(
    integer('Of TCP flows, 4 to 120; of UDP flows it is always 4. Default 4.', 4, 120),
    4,
  ),
});

type Config = v.InferOutput<typeof schema>;

const KIND = 'nat-gateway';

export const natGateway: Kind<Config> = {
  kind: KIND,
  section: 'natGateways',
  summary: 'NAT gateways: public addresses for what the machines of a subnet begin.',
  schema,
  declare(name, config, at, reading) {
    const addresses = config.publicIpAddresses.flatMap(
      (text, i) => readAddress(name, text, below(at, 'publicIpAddresses', i), reading) ?? [],
    );
    const text = `idle timeout ${config.idleTimeoutInMinutes} min, of UDP 4`;
    reading.natGateway({ name, addresses, text, at });
    for (const [i, address] of addresses.entries())
      reading.publicService({
        id: i === 0 ? name : `${name}/${i}`,
        device: name,
        address,
        owner: name,
        entry: 'mux',
        at: below(at, 'publicIpAddresses', i),
      });
    reading.node(name, {
      at,
      addresses: [],
      members: [],
      ports: [],
      build: (programmed) => build(name, addresses, at, programmed),
    });
  },
};

function readAddress(name: string, text: string, at: Cite, reading: Reading): Address | undefined {
  const address = claimRouted(text, name, at, reading);
  if (address === undefined || familyOf(address) === 4) return address;
  reading.report('value-invalid', at, `${text} is not an IPv4 address: a NAT gateway translates IPv4 only`);
  return undefined;
}

function build(
  name: string,
  addresses: readonly Address[],
  at: Cite,
  programmed: Programmed,
): readonly Built[] {
  const own = programmed.fabric.publicService(name);
  return [
    {
      device: {
        name,
        node: name,
        kind: KIND,
        where: 'NAT gateway',
        receive: (_port, packet, io) => {
          for (const address of addresses) {
            const locate = (nic: string) => memberAt(nic, 4, programmed);
            const action = toBorrower(lentPorts(address), own, locate, packet, io);
            if (action) return action;
          }
          return refuse(packet, at, io);
        },
        originate: (packet) => ({ do: 'send', port: INTERNET_PORT, packet }),
      },
      links: { fabric: programmed.fabric.link, [INTERNET_PORT]: programmed.edge('azure') },
    },
  ];
}

/** A segment of no flow that it knows is answered with a reset; Microsoft, "NAT gateway resource", "TCP reset". */
function refuse(packet: Packet, at: Cite, io: Io): Action {
  const original = flowOf(packet);
  io.note({ type: 'session', did: 'missing', table: 'outbound', original, reply: undefined });
  const reset = transportOf(packet)?.proto === 'tcp' ? resetOf(packet, 64, io) : undefined;
  if (reset) io.originate(reset, 'session-missing');
  return { do: 'drop', reason: 'session-missing', at };
}
