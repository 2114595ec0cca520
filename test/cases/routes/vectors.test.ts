// The worked example of the user-defined route overview: from two subnets to what their table names.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { routesReport } from '../../../src/analyze/routes-report.ts';
import { readDocument } from '../../../src/source/document.ts';
import { readTopology } from '../../../src/topology/topology.ts';
import { parseAddress } from '../../../src/value/address.ts';
import { ROOT } from '../../golden/run.ts';

const file = 'test/topologies/user-routes.yaml';
const { document } = readDocument(file, readFileSync(join(ROOT, file)));
const { topology } = readTopology(document!);

describe('the worked example', () => {
  test.each([
    ['Subnet1', '10.0.0.5', 'VnetLocal', 'Within-Subnet1'],
    ['Subnet1', '10.0.1.5', 'VirtualAppliance 10.0.100.4', 'Within-VNet1'],
    ['Subnet1', '10.1.0.10', 'None', 'To-VNet2-1-Drop'],
    ['Subnet1', '10.2.3.4', 'None', 'To-VNet2-2-Drop'],
    ['Subnet1', '10.10.1.1', 'VirtualAppliance 10.0.100.4', 'To-On-Prem'],
    ['Subnet1', '20.60.1.1', 'VirtualNetworkServiceEndpoint', null],
    ['Subnet1', '8.8.8.8', 'VirtualAppliance 10.0.100.4', 'Default-NVA'],
    ['Subnet1', '10.200.0.1', 'VirtualAppliance 10.0.100.4', 'Default-NVA'],
    ['Subnet1', '172.16.0.1', 'VirtualAppliance 10.0.100.4', 'Default-NVA'],
    ['Subnet1', '192.168.1.1', 'VirtualAppliance 10.0.100.4', 'Default-NVA'],
    ['Subnet1', '100.64.0.1', 'VirtualAppliance 10.0.100.4', 'Default-NVA'],
    ['Subnet2', '10.0.0.5', 'VnetLocal', null],
    ['Subnet2', '10.2.3.4', 'VNetPeering', null],
    ['Subnet2', '10.10.1.1', 'VirtualNetworkGateway 198.51.100.7', null],
    ['Subnet2', '20.60.1.1', 'Internet', null],
    ['Subnet2', '8.8.8.8', 'Internet', null],
    ['Subnet2', '10.200.0.1', 'None', null],
    ['Subnet2', '172.16.0.1', 'None', null],
  ])('when %s sends to %s then %s takes it, by route %s', (subnet, to, nextHop, name) => {
    const of = `VNet-1/${subnet}`;
    const question = { of, subnet: of, destination: parseAddress(to) };
    const winner = routesReport(topology!, question, () => undefined).destination?.winner;
    expect([winner?.nextHopType, ...(winner?.nextHopIpAddress ?? [])].join(' ')).toBe(nextHop);
    expect(winner?.name).toBe(name);
  });
});
