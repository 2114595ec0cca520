/** Options of `nettrace walk`. */
import type { LoadOptions } from './load.ts';
import type { ColorWhen } from './paint.ts';
import { UsageError } from './usage.ts';

/** One flow or many, and how far each is walked. */
export interface FlowOptions {
  readonly src?: string;
  readonly dst?: string;
  readonly proto?: string;
  readonly sport?: string;
  readonly ttl?: string;
  readonly flags?: string;
  readonly size?: string;
  readonly df?: boolean;
  readonly dscp?: string;
  readonly in?: string;
  readonly pick?: readonly string[];
  readonly return: boolean;
  readonly handshake?: boolean;
  readonly batch?: string;
  readonly jobs?: string;
}

export interface WalkOptions extends FlowOptions, LoadOptions {
  readonly format: 'text' | 'json' | 'minimal' | 'pcapng';
  readonly pcap?: string;
  readonly wiresharkProfile?: string;
  readonly output?: string;
  readonly verbose: number;
  readonly color: ColorWhen;
  readonly capture?: string;
  readonly pastDrops?: boolean;
  readonly allPaths?: boolean;
  readonly mostBranches?: string;
  readonly failAny?: string;
  readonly keepState?: boolean;
}

/** Options of one flow, which a batch has in its lines. */
const OF_A_FLOW = [
  'src',
  'dst',
  'proto',
  'sport',
  'ttl',
  'flags',
  'size',
  'df',
  'dscp',
  'in',
] as const satisfies readonly (keyof FlowOptions)[];

/** What is said of one flow does not go with a file of many. */
export function checkFlow(options: FlowOptions): void {
  const { batch, handshake } = options;
  const alone = batch === undefined ? undefined : OF_A_FLOW.find((key) => options[key] !== undefined);
  if (alone !== undefined)
    throw new UsageError(
      `--${alone} does not go with --batch`,
      `write "${alone}" into the lines of the file`,
    );
  if (handshake === true && !options.return)
    throw new UsageError(
      '--handshake does not go with --no-return',
      'the ACK of a handshake follows its SYN-ACK',
    );
}

/** Options that say something about each other. */
export function checkTogether(options: WalkOptions): void {
  const { batch, topology, format, capture } = options;
  if (batch === undefined && options.keepState === true)
    throw new UsageError('--keep-state goes with --batch', 'give the flows with --batch FILE.jsonl');
  checkFlow(options);
  if (batch === undefined && options.failAny === undefined && options.jobs !== undefined)
    throw new UsageError('--jobs goes with --batch or --fail-any', 'leave it out: one flow is walked in one');
  if (batch !== undefined && capture !== undefined)
    throw new UsageError('--capture does not go with --batch', 'walk one flow to see a capture');
  if (batch === '-' && topology === '-')
    throw new UsageError(
      '-t and --batch cannot both be read from standard input',
      'give one of them as a file',
    );
  if (capture !== undefined && format !== 'text')
    throw new UsageError(
      `--capture does not go with --format ${format}`,
      'leave one of them out: a capture is printed as tcpdump prints it',
    );
  const binary = forWireshark(options);
  if (batch !== undefined && binary !== undefined)
    throw new UsageError(`${binary} does not go with --batch`, 'walk one flow to have its packets');
  if (format === 'pcapng' && options.pcap !== undefined)
    throw new UsageError('--pcap does not go with --format pcapng', 'leave one of them out');
  if (format === 'pcapng' && options.output === undefined && process.stdout.isTTY)
    throw new UsageError('--format pcapng is not for a terminal', 'add -o walk.pcapng');
  if (options.pastDrops === true && options.midFlow === true)
    throw new UsageError(
      '--past-drops does not go with --mid-flow',
      'walk the flow past its drops first: what blocks it keeps it from being established',
    );
  checkMany(options);
  checkMidFlow(options);
}

/** A flow is established in the usual way, and then something must happen to it. */
function checkMidFlow({ midFlow, thenSet, fail, failAny, handshake, keepState }: WalkOptions): void {
  if (midFlow !== true && !thenSet) return;
  const option = midFlow === true ? '--mid-flow' : '--then-set';
  if (!thenSet && !fail && failAny === undefined)
    throw new UsageError(
      '--mid-flow goes with what happens then',
      'add --fail NAME, --fail-any K or --then-set PATH=VALUE',
    );
  if (handshake === true)
    throw new UsageError(`--handshake does not go with ${option}`, 'the flow is established with one');
  if (keepState === true)
    throw new UsageError(`--keep-state does not go with ${option}`, 'each flow is established by itself');
}

/** What shows one path does not go with many of them. */
function checkMany(options: WalkOptions): void {
  const { allPaths, mostBranches, failAny, keepState, capture, pastDrops } = options;
  if (allPaths !== true && mostBranches !== undefined)
    throw new UsageError('--most-branches goes with --all-paths', 'add --all-paths');
  if (allPaths !== true && failAny === undefined) return;
  const many = failAny === undefined ? '--all-paths' : '--fail-any';
  if (allPaths === true && failAny !== undefined)
    throw new UsageError('--all-paths does not go with --fail-any', '--fail-any walks all paths by itself');
  const onePath = capture === undefined ? forWireshark(options) : '--capture';
  if (onePath !== undefined)
    throw new UsageError(
      `${many} does not go with ${onePath}`,
      'leave one of them out, and say with --pick and --fail which path is meant',
    );
  if (pastDrops === true)
    throw new UsageError(
      `${many} does not go with --past-drops`,
      'say with --pick and --fail which path is to be walked past its drops',
    );
  if (keepState === true)
    throw new UsageError(
      `${many} does not go with --keep-state`,
      'every path begins without sessions: leave one of them out',
    );
}

/** The option that asks for packets as bytes. */
function forWireshark({ format, pcap, wiresharkProfile }: WalkOptions): string | undefined {
  if (format === 'pcapng') return '--format pcapng';
  if (pcap !== undefined) return '--pcap';
  return wiresharkProfile === undefined ? undefined : '--wireshark-profile';
}
