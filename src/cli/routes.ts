/** `nettrace routes`: the effective routes of a NIC, a subnet or a gateway. */
import { routesReport } from '../analyze/routes-report.ts';
import { parseAddress } from '../value/address.ts';
import { renderJson } from '../render/json.ts';
import { renderRoutes } from '../render/routes.ts';
import { printable } from '../source/printable.ts';
import type { Topology } from '../topology/topology.ts';
import { load, unknownName, type LoadOptions } from './load.ts';
import { STATUS, UsageError } from './usage.ts';
import { write } from './write.ts';

export interface RoutesOptions extends LoadOptions {
  readonly format: 'text' | 'json';
  readonly output?: string;
}

/** Exit status 1 when a destination was asked for and nothing takes its packets. */
export function routesCommand(of: string, destination: string | undefined, options: RoutesOptions): void {
  const loaded = load(options);
  if (!loaded) return;
  const address = destination === undefined ? undefined : parseAddress(destination);
  if (destination !== undefined && address === undefined)
    throw new UsageError(
      `"${printable(destination)}" is not an IP address`,
      'nettrace routes nva1/eth0 10.1.0.4',
    );
  const report = routesReport(
    loaded.topology,
    { of, subnet: subnetOf(of, loaded.topology), destination: address },
    loaded.locate,
  );
  write(options.output, options.format === 'json' ? renderJson(report, {}) : renderRoutes(report));
  const winner = report.destination?.winner;
  process.exitCode = winner === null || winner?.nextHopType === 'None' ? STATUS.bad : STATUS.good;
}

/** The subnet whose table is meant: of a NIC, of a machine with one NIC in Azure, of a gateway, or itself. */
function subnetOf(of: string, { declared }: Topology): string {
  const named =
    declared.nics.get(of)?.subnet ?? declared.gateways.get(of)?.subnet ?? declared.subnets.get(of)?.id;
  if (named !== undefined) return named;
  const nics = [...declared.nics.values()].filter((nic) => nic.node === of);
  if (nics.length === 1) return nics[0]!.subnet;
  if (nics.length > 1)
    throw new UsageError(
      `${printable(of)} has several NICs`,
      `say which: ${nics.map((nic) => nic.id).join(', ')}`,
    );
  if (declared.nodes.get(of)?.ports.length)
    throw new UsageError(`${printable(of)} is on a site: effective routes are those of subnets in Azure`);
  throw unknownName(
    'routes',
    of,
    [...declared.nics.keys(), ...declared.gateways.keys(), ...declared.subnets.keys()],
    'NIC, gateway or subnet',
  );
}
