/** Machines: hosts and Linux appliances, with their NICs in subnets or sites. */
import * as v from 'valibot';
import { contains, formatPrefix } from '../../value/prefix.ts';
import { formatAddress, parseMac, type Address } from '../../value/address.ts';
import { setOf, type IntegerSet } from '../../value/integer-set.ts';
import { SYSCTL_KEYS } from '../../mechanism/linux/sysctl.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Kind, Reading } from '../kind.ts';
import { asList, flag, oneOrMany, reference } from '../schema.ts';
import { buildMachine, type MachineConfig, type MachineNic } from './build.ts';
import { readLinux } from './linux.ts';

const nic = v.pipe(
  v.strictObject({
    subnet: v.optional(reference('The subnet that the NIC is in.', 'vnet-hub/snet-nva')),
    site: v.optional(reference('Or the on-premises site whose local network it is on.', 'on-prem')),
    privateIPAddress: oneOrMany('Its address; for dual stack a list.'),
    macAddress: v.optional(
      v.pipe(v.string(), v.description('Default: assigned from 00:0d:3a:00:00:00 on, in file order.')),
    ),
    enableIPForwarding: v.optional(
      flag('The fabric lets it send and take packets that do not bear its own address. Default false.'),
      false,
    ),
    networkSecurityGroup: v.optional(reference('Network security group of the NIC.', 'nsg-nva')),
    applicationSecurityGroups: v.optional(v.array(v.string()), []),
  }),
  v.description('A network interface; its key is the name that the guest gives it.'),
);

const linux = v.pipe(
  v.strictObject({
    sysctl: v.optional(
      v.pipe(
        v.record(v.string(), v.union([v.number(), v.string()])),
        v.description('Kernel settings, such as net.ipv4.ip_forward: 1.'),
      ),
    ),
    addresses: v.optional(
      v.pipe(
        v.record(v.string(), v.array(v.string())),
        v.description('Addresses by interface, as 10.0.1.4/24, primary first. Default: those of the NICs.'),
      ),
    ),
    routes: v.optional(
      v.pipe(
        v.string(),
        v.description(
          'The whole routing table as `ip route` prints it. Default: connected routes and a default route by the first NIC.',
        ),
      ),
    ),
    iptables: v.optional(v.pipe(v.string(), v.description('What `iptables-save` prints.'))),
    ip6tables: v.optional(v.pipe(v.string(), v.description('What `ip6tables-save` prints.'))),
  }),
  v.description('The guest’s kernel; a machine without it is a plain host.'),
);

const schema = v.strictObject({
  nics: v.record(v.string(), nic),
  linux: v.optional(linux),
  listeners: v.optional(
    v.pipe(
      v.array(v.string()),
      v.description(
        'What listens, as tcp/22 or udp/5000-5010. Without the key a listener is presumed on every port.',
      ),
    ),
  ),
  host: v.optional(
    v.pipe(v.string(), v.description('The physical server it runs on. Default: one of its own.')),
  ),
  powerState: v.optional(v.picklist(['running', 'deallocated']), 'running'),
});

type Config = v.InferOutput<typeof schema>;
type NicConfig = v.InferOutput<typeof nic>;

export const machine: Kind<Config> = {
  kind: 'machine',
  section: 'machines',
  summary: 'Machines: hosts and Linux appliances, with NICs in subnets or sites.',
  schema,
  declare(name, config, at, reading) {
    const nics = Object.entries(config.nics).map(([port, one]) =>
      declareNic(name, port, one, config, below(at, 'nics', port), reading),
    );
    if (nics.length === 0) reading.report('value-invalid', below(at, 'nics'), `machine ${name} has no NIC`);
    checkSysctl(config.linux?.sysctl ?? {}, below(at, 'linux', 'sysctl'), reading);
    const built: MachineConfig = {
      name,
      nics,
      linux: readLinux(
        config.linux ?? {},
        nics.map((one) => one.port),
        below(at, 'linux'),
        reading,
      ),
      listeners: config.listeners && readListeners(config.listeners, below(at, 'listeners'), reading),
      at,
    };
    reading.node(name, {
      at,
      addresses: nics.flatMap((one) =>
        one.addresses.map((address) => ({
          address,
          network: one.site === undefined ? `VNet ${one.subnet?.split('/')[0]}` : `site ${one.site}`,
          port: one.port,
          at: below(one.at, 'privateIPAddress'),
        })),
      ),
      members: [],
      ports: nics.map((one) => one.port),
      down: config.powerState === 'deallocated',
      build: (programmed) => buildMachine(built, programmed),
    });
    if (config.host !== undefined) reading.host(name, config.host);
  },
};

function declareNic(
  node: string,
  port: string,
  config: NicConfig,
  owner: Config,
  at: Cite,
  reading: Reading,
): MachineNic {
  if (!/^[^\s/]{1,15}$/.test(port))
    reading.report(
      'name-invalid',
      at,
      `"${port}" is not an interface name: 1 to 15 characters without blank or slash`,
    );
  const isMany = Array.isArray(config.privateIPAddress);
  const addresses = asList(config.privateIPAddress).flatMap(
    (text, i) =>
      reading.address(text, isMany ? below(at, 'privateIPAddress', i) : below(at, 'privateIPAddress')) ?? [],
  );
  if ((config.subnet === undefined) === (config.site === undefined)) {
    reading.report(
      config.subnet === undefined ? 'key-missing' : 'value-invalid',
      at,
      `NIC ${node}/${port} is in ${config.subnet === undefined ? 'neither a subnet nor a site' : 'both a subnet and a site'}`,
      'state one of subnet and site',
    );
  }
  const mac = config.macAddress === undefined ? reading.nextMac() : parseMac(config.macAddress);
  if (mac === undefined)
    reading.report(
      'value-invalid',
      below(at, 'macAddress'),
      `"${config.macAddress}" is not a MAC address`,
      'write it as 00:0d:3a:12:34:56',
    );
  const declared: MachineNic = {
    port,
    addresses,
    subnet: config.subnet,
    site: config.site,
    mac: mac ?? 0,
    enableIPForwarding: config.enableIPForwarding,
    networkSecurityGroup: config.networkSecurityGroup,
    at,
  };
  if (config.networkSecurityGroup !== undefined)
    reading.refer('securityGroup', config.networkSecurityGroup, below(at, 'networkSecurityGroup'));
  if (config.subnet !== undefined) {
    reading.refer('subnet', config.subnet, below(at, 'subnet'));
    reading.nic({
      ...declared,
      id: `${node}/${port}`,
      node,
      subnet: config.subnet,
      applicationSecurityGroups: config.applicationSecurityGroups,
      deallocated: owner.powerState === 'deallocated',
    });
  }
  if (config.site !== undefined) declareOnSite(node, declared, config, at, reading);
  return declared;
}

function declareOnSite(node: string, nic: MachineNic, config: NicConfig, at: Cite, reading: Reading): void {
  const name = config.site!;
  reading.refer('site', name, below(at, 'site'));
  for (const key of ['networkSecurityGroup'] as const) {
    if (config[key] !== undefined)
      reading.report(
        'value-invalid',
        below(at, key),
        `${key} belongs to Azure; ${node}/${nic.port} is on site ${name}`,
      );
  }
  reading.neighbour({ site: name, node, port: nic.port, addresses: nic.addresses });
  reading.later(() => {
    const prefixes = reading.declared.sites.get(name)?.prefixes ?? [];
    const outside = nic.addresses.find(
      (address) => prefixes.length > 0 && !prefixes.some((range) => contains(range, address)),
    );
    if (outside !== undefined)
      reading.report(
        'address-outside-subnet',
        below(at, 'privateIPAddress'),
        outsideText(outside, `site ${name}`, prefixes.map(formatPrefix)),
      );
  });
}

const outsideText = (address: Address, of: string, prefixes: readonly string[]): string =>
  `${formatAddress(address)} is not inside ${of} (${prefixes.join(', ')})`;

/** A key that is nearly one that matters is a slip; the many others of a kernel are let pass. */
function checkSysctl(stated: Readonly<Record<string, number | string>>, at: Cite, reading: Reading): void {
  for (const [key, value] of Object.entries(stated)) {
    if (!/^-?\d+$/.test(String(value)) && SYSCTL_KEYS.includes(key))
      reading.report('value-invalid', below(at, key), `${key} takes a whole number, not "${value}"`);
    if (!SYSCTL_KEYS.includes(key.replace(/\.conf\.[^.]+\./, '.conf.*.')) && !SYSCTL_KEYS.includes(key))
      reading.nearly(SYSCTL_KEYS, 'kernel setting', key, below(at, key));
  }
}

const PROTOCOLS = { tcp: 6, udp: 17 } as const;

function readListeners(
  texts: readonly string[],
  at: Cite,
  reading: Reading,
): ReadonlyMap<number, IntegerSet> {
  const ranges: Record<number, { first: number; last: number }[]> = { 6: [], 17: [] };
  for (const [i, text] of texts.entries()) {
    const [, protocol, low, high = low] = /^(tcp|udp)\/(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
    const [first, last] = [Number(low), Number(high)];
    if (protocol === undefined || first > last || last > 65_535)
      reading.report(
        'value-invalid',
        below(at, i),
        `"${text}" is not a listener`,
        'write tcp/22 or udp/5000-5010',
      );
    else ranges[PROTOCOLS[protocol as keyof typeof PROTOCOLS]]!.push({ first, last });
  }
  return new Map(Object.entries(ranges).map(([protocol, list]) => [Number(protocol), setOf(list)]));
}
