/** Bridged machines as network namespaces: a veth pair for every cable, and what goes over them. */
import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** What a topology file says, as far as a kernel is told of it here. */
export interface Bridged {
  readonly name: string;
  readonly segments: Readonly<Record<string, { readonly type: 'point-to-point' }>>;
  readonly machines: Readonly<Record<string, Machine>>;
}

interface Machine {
  readonly nics: Readonly<Record<string, Nic>>;
  readonly linux: {
    readonly addresses?: Readonly<Record<string, readonly string[]>>;
    readonly links?: Readonly<Record<string, { readonly type: 'bridge' | 'veth'; readonly master?: string }>>;
    readonly sysctl?: Readonly<Record<string, number>>;
    readonly routes?: string;
  };
}

interface Nic {
  readonly macAddress: string;
  readonly bridge?: string;
  readonly port?: string;
  readonly segment?: string;
  readonly master?: string;
}

/** A frame at an interface of a machine. */
export interface Sighting {
  readonly at: string;
  readonly direction: 'in' | 'out';
  readonly frame: Buffer;
}

export interface Namespaces {
  /** Everything that crosses an interface of these machines while the command runs on that one. */
  watch(
    watched: readonly string[],
    node: string,
    ...command: readonly string[]
  ): Promise<readonly Sighting[]>;
  run(node: string, ...command: readonly string[]): string;
  remove(): void;
}

/** ip(8) of iproute2. */
const IP = 'ip';
const PREFIX = 'nettrace-bridge-';
const SNIFFER = resolve('test/oracle/bridges/sniff.py');
/** Long enough for a frame to come from one end to the other, milliseconds. */
const SETTLED = 300;

/** No address of its own, no duplicate address detection, no question for routers. */
const QUIET = {
  'net.ipv6.conf.all.accept_dad': 0,
  'net.ipv6.conf.default.accept_dad': 0,
  'net.ipv6.conf.default.addr_gen_mode': 1,
  'net.ipv6.conf.default.router_solicitations': 0,
};

export function makeNamespaces({ machines }: Bridged): Namespaces {
  const names = Object.keys(machines).map((node) => PREFIX + node);
  const remove = (): void => names.forEach((name) => quietly(IP, 'netns', 'del', name));
  remove();
  for (const node of Object.keys(machines)) {
    execFileSync(IP, ['netns', 'add', PREFIX + node]);
    settings(node, QUIET);
  }
  for (const [port, links] of cables(machines))
    execFileSync(
      'ip',
      words(
        `-n ${PREFIX}${port.node} link add ${port.port} ${macOf(port.mac)} type veth peer name ${links.port} netns ${PREFIX}${links.node} ${macOf(links.mac)}`,
      ),
    );
  for (const [node, machine] of Object.entries(machines)) configure(node, machine);
  return { run: (node, ...command) => inside(node, ...command), watch, remove };
}

interface End {
  readonly node: string;
  readonly port: string;
  readonly mac?: string | undefined;
}

/** Neighbours are asked once, and those that answered are not asked again whether they are still there. */
const settled = (port: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [4, 6].flatMap((family) => [
      [`net.ipv${family}.neigh.${port}.delay_first_probe_time`, 3600],
      [`net.ipv${family}.neigh.${port}.mcast_solicit`, 1],
    ]),
  );

/** Of a NIC to the port of its bridge, and of the two NICs of a segment. */
function cables(machines: Bridged['machines']): readonly (readonly [End, End])[] {
  const segments = new Map<string, End>();
  return Object.entries(machines).flatMap(([node, { nics }]) =>
    Object.entries(nics).flatMap(([port, nic]): (readonly [End, End])[] => {
      const end: End = { node, port, mac: nic.macAddress };
      if (nic.bridge !== undefined) return [[end, { node: nic.bridge.split('/')[0]!, port: nic.port! }]];
      const other = segments.get(nic.segment!);
      segments.set(nic.segment!, end);
      return other ? [[end, other]] : [];
    }),
  );
}

function configure(node: string, { nics, linux }: Machine): void {
  settings(node, linux.sysctl ?? {});
  const links = Object.entries(linux.links ?? {});
  const ip = (text: string): void => void execFileSync(IP, ['-n', PREFIX + node, ...words(text)]);
  for (const [name, { type }] of links)
    if (type === 'bridge') ip(`link add ${name} type bridge mcast_snooping 0`);
  const enslaved = [...links, ...Object.entries(nics)].filter(([, { master }]) => master !== undefined);
  for (const [name, { master }] of enslaved) ip(`link set ${name} master ${master}`);
  for (const [port, list] of Object.entries(linux.addresses ?? {}))
    for (const address of list) ip(`addr add ${address} dev ${port}${address.includes(':') ? ' nodad' : ''}`);
  const interfaces = [...links.map(([link]) => link), ...Object.keys(nics)];
  for (const name of interfaces) settings(node, settled(name));
  for (const name of ['lo', ...interfaces]) ip(`link set ${name} up`);
  for (const line of linux.routes?.split('\n') ?? []) if (/ via /.test(line)) ip(`route add ${line}`);
}

async function watch(
  watched: readonly string[],
  node: string,
  ...command: readonly string[]
): Promise<readonly Sighting[]> {
  const seen: Sighting[] = [];
  const sniffers = await Promise.all(watched.map((one) => sniffer(one, seen)));
  quietly(IP, 'netns', 'exec', PREFIX + node, ...command);
  await new Promise((done) => setTimeout(done, SETTLED));
  await Promise.all(sniffers.map(stopped));
  return seen;
}

function sniffer(node: string, seen: Sighting[]): Promise<ChildProcessWithoutNullStreams> {
  const child = spawn(IP, ['netns', 'exec', PREFIX + node, 'python3', '-u', SNIFFER]);
  return new Promise((ready) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [port = '', direction = '', octets = ''] = line.split(' ');
      if (port === 'ready') ready(child);
      else
        seen.push({
          at: `${node}/${port}`,
          direction: direction === 'out' ? 'out' : 'in',
          frame: Buffer.from(octets, 'hex'),
        });
    });
  });
}

const stopped = (child: ChildProcessWithoutNullStreams): Promise<void> =>
  new Promise((done) => {
    child.on('close', () => done());
    child.stdin.end();
  });

const words = (text: string): readonly string[] => text.split(' ').filter(Boolean);
const macOf = (mac: string | undefined): string => (mac === undefined ? '' : `address ${mac}`);

const inside = (node: string, ...command: readonly string[]): string =>
  execFileSync(IP, ['netns', 'exec', PREFIX + node, ...command], { encoding: 'utf8' });

const settings = (node: string, values: Readonly<Record<string, number>>): void =>
  Object.entries(values).forEach(([key, value]) => inside(node, 'sysctl', '-qw', `${key}=${value}`));

/** What a command that may fail leaves behind is all that matters of it. */
function quietly(program: string, ...args: readonly string[]): void {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
  } catch {
    // A ping without an answer fails.
  }
}
