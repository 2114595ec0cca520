/** The command line: what there is, and how every run ends. */
import { Command, CommanderError, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { addCompare } from './compare-command.ts';
import { check, lint, mergeReports } from './check/commands.ts';
import { codeOf, reasonOf } from './failure.ts';
import type { DecodeOptions } from './decode.ts';
import { SERVE } from './jobs/command.ts';
import { collect, color, format, withFlow, withTopology } from './options.ts';
import type { InitOptions } from './init.ts';
import type { RoutesOptions } from './routes.ts';
import type { RulesOptions } from './rules.ts';
import { printable } from '../source/printable.ts';
import { STATUS, UsageError } from './usage.ts';
import type { WalkOptions } from './walk-options.ts';

const STATUSES = `
Exit status:
  0  delivered                     2  the command line or the topology is wrong
  1  not delivered                 3  the model does not know
`;

const WALK_EXAMPLES = `
Examples:
  nettrace walk --src 10.3.0.4 --dst 10.1.0.4 --proto tcp/22
  nettrace walk --src mgmt-pc --dst vm-prod-1 --proto icmp -v
  nettrace walk --src 10.3.0.4 --dst 10.1.0.4 --proto tcp/22 --pick ilb-hub=nva2 --format json | jq .verdict
  nettrace walk --src 10.3.0.4 --dst 10.1.0.4 --proto tcp/22 --set machines.nva1.nics.eth0.enableIPForwarding=false
  nettrace walk --src 10.3.0.4 --dst 10.1.0.4 --proto icmp --capture nva1/eth0
  nettrace walk --src 10.3.0.4 --dst 10.1.0.4 --proto tcp/22 --pcap walk.pcapng
  nettrace walk -t my.yaml --batch flows.jsonl --keep-state > reports.jsonl
${STATUSES}`;

const ROUTES_EXAMPLES = `
Examples:
  nettrace routes nva1/eth0
  nettrace routes vgw-hub 10.1.0.4
  nettrace routes vnet-spoke1/default --format json | jq '.value[] | select(.state == "Active")'
`;

const DECODE_EXAMPLES = `
Examples:
  nettrace decode capture.pcapng
  tcpdump -i eth0 -w - | nettrace decode -
  nettrace decode --vxlan-port 10800 --vxlan-port 10801 gateway.pcap
  nettrace decode --esp-key 0x1001=aes128-gcm:000102030405060708090a0b0c0d0e0fa0a1a2a3 esp.pcap
  nettrace decode --format json capture.pcap | jq 'select(.problems != [])'

Keys: SPI=SUITE:KEY or SPI=SUITE:KEY:AUTHKEY, in hexadecimal; of AES-GCM the key ends with the salt.
Suites: aes128-gcm, aes256-gcm, and aes128-cbc, aes256-cbc and null with -sha1 or -sha256.
`;

const INIT_EXAMPLES = `
Examples:
  nettrace init && nettrace check
  nettrace init -o networks/shop.yaml
`;

const COMPLETION_EXAMPLES = `
Examples:
  source <(nettrace completion bash)
  nettrace completion zsh > "\${fpath[1]}/_nettrace"
  nettrace completion fish > ~/.config/fish/completions/nettrace.fish
`;

const RULES_EXAMPLES = `
Exit status 2 where iptables-restore 1.8.9 would refuse the text. Sets of ipset, users and helpers are taken to exist.

Examples:
  iptables-save | nettrace rules -
  nettrace rules --family 6 ip6tables.rules -o canonical.rules
  iptables -t nat -S | nettrace rules --table nat -
`;

function program(): Command {
  const top = new Command('nettrace')
    .description(
      'Says what happens to a packet, and to its answer, hop by hop. Nothing is sent on any network.',
    )
    .version(manifest.version, '-V, --version')
    .showHelpAfterError('(nettrace --help lists the commands, nettrace walk --help the options)')
    .addHelpText(
      'after',
      `\nStart with:\n  nettrace walk --src 10.3.0.4 --dst 10.1.0.4 --proto tcp/22\n${STATUSES}`,
    )
    .configureOutput({ outputError })
    .exitOverride();

  const walk = withTopology(top.command('walk').description('walk one flow there and back'));
  withFlow(walk, '--batch or --fail-any')
    .option(
      '--past-drops',
      'walk on past filters and state checks, and list what would have stopped the packets',
    )
    .option('--all-paths', 'walk every way that choices can go, and say how often each outcome is')
    .option('--most-branches <n>', 'with --all-paths: stop after as many (default: 1024)')
    .option(
      '--fail-any <k>',
      'which sets of at most K failed nodes, links and ports the flow does not survive',
    )
    .option(
      '--fail <name>',
      'take this node, port (nva1/eth0) or link as failed: a segment, vgw-hub/onprem, vnet-hub/vnet-spoke1 (repeatable)',
      collect,
    )
    .option('--mid-flow', 'the flow is established before what --fail, --fail-any and --then-set say comes')
    .option(
      '--then-set <path=value>',
      'change the topology when the flow is established (repeatable)',
      collect,
    )
    .addOption(format('text', 'json', 'minimal', 'pcapng'))
    .option('--pcap <file>', 'write the packets at every interface there too, as pcapng')
    .option('--wireshark-profile <dir>', 'write a Wireshark profile for that file: tunnel ports, keys of ESP')
    .option(
      '-v, --verbose',
      '-v: every table consulted; -vv: what nearly matched',
      (_value, count: number) => count + 1,
      0,
    )
    .option('--capture <node/port>', 'print what tcpdump would show there')
    .option('--keep-state', 'with --batch: sessions of a line serve the next')
    .addOption(color())
    .addHelpText('after', WALK_EXAMPLES)
    .action(async (options: WalkOptions) => {
      if (options.batch !== undefined)
        return (await import('./walk-batch.ts')).walkBatch(options.batch, options);
      if (options.failAny !== undefined) return (await import('./walk-failures.ts')).walkFailures(options);
      const report = (await import('./walk.ts')).walkCommand(options);
      const file = options.format === 'pcapng' ? (options.output ?? '-') : options.pcap;
      if (report && file !== undefined) (await import('./pcap.ts')).writePcap(report, file);
      if (report && options.wiresharkProfile !== undefined)
        (await import('./pcap.ts')).writeWiresharkProfile(report, options.wiresharkProfile);
    });

  addCompare(top);
  check(top);
  lint(top);
  mergeReports(top);

  withTopology(top.command('routes').description('effective routes of a NIC, a subnet or a gateway'))
    .argument('<of>', 'nva1/eth0, vnet-hub/snet-nva or vgw-hub')
    .argument('[destination]', 'an address: which route takes it, and why the others do not')
    .addOption(format('text', 'json'))
    .addHelpText('after', ROUTES_EXAMPLES)
    .action(async (of: string, destination: string | undefined, options: RoutesOptions) =>
      (await import('./routes.ts')).routesCommand(of, destination, options),
    );

  top
    .command('decode')
    .description('the packets of a capture file (pcap, pcapng), header by header')
    .argument('<file>', 'the capture; - for standard input')
    .option('--esp-key <key>', 'decrypt ESP of an SPI; @FILE has a key a line (repeatable)', collect)
    .option('--vxlan-port <port>', 'a UDP port of VXLAN, beside 4789 (repeatable)', collect)
    .option('--nvgre', 'GRE with a key around Ethernet is NVGRE')
    .addOption(format('text', 'json'))
    .option('-o, --output <file>', 'write there instead of standard output')
    .addHelpText('after', DECODE_EXAMPLES)
    .action(async (file: string, options: DecodeOptions) =>
      (await import('./decode.ts')).decodeCommand(file, options),
    );

  top
    .command('rules')
    .description('read iptables-save text and print it as iptables-save spells it')
    .argument('<file>', 'output of iptables-save, ip6tables-save or iptables -S; - for standard input')
    .addOption(new Option('--family <family>', 'IP version of the rules').choices(['4', '6']).default('4'))
    .addOption(
      new Option('--table <table>', 'table of iptables -S output, which names none')
        .choices(['raw', 'mangle', 'nat', 'filter', 'security'])
        .default('filter'),
    )
    .option('-o, --output <file>', 'write there instead of standard output')
    .option('-q, --quiet', 'say nothing on standard error but errors')
    .addHelpText('after', RULES_EXAMPLES)
    .action(async (file: string, options: RulesOptions) =>
      (await import('./rules.ts')).rulesCommand(file, options),
    );

  top
    .command('explain')
    .description('what a reason, an assumption, a diagnostic or a rule of lint means')
    .argument('[code]', 'such as nic-forwarding-off; without it, all codes are listed')
    .action(async (code: string | undefined) => (await import('./explain.ts')).explainCommand(code));

  top
    .command('schema')
    .description('print a JSON Schema')
    .argument('<of>', 'topology, expectations, report, check, compare, routes or decode')
    .action(async (of: string) => (await import('./schema.ts')).schemaCommand(of));

  top
    .command('init')
    .description('write a topology to begin with')
    .option('-o, --output <file>', 'write there; - for standard output', 'nettrace.yaml')
    .option('-f, --force', 'replace the file if it is there')
    .addHelpText('after', INIT_EXAMPLES)
    .action(async (options: InitOptions) => (await import('./init.ts')).initCommand(options));

  top
    .command('completion')
    .description('print what a shell needs to complete commands and options')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText('after', COMPLETION_EXAMPLES)
    .action(async (shell: string) => (await import('./completion.ts')).completionCommand(shell, top));
  for (const command of top.commands) command.exitOverride().configureOutput({ outputError });
  return top;
}

/** An argument can hold anything. */
const outputError = (text: string, write: (text: string) => void): void =>
  write(
    `${text
      .trimEnd()
      .split('\n')
      .map((line) => printable(line, 400))
      .join('\n')}\n`,
  );

/** A result that could not be given is no result. A reader that has gone away has seen enough. */
function lose(error: Error): void {
  if (codeOf(error) === 'EPIPE') return;
  process.exitCode = STATUS.usage;
  process.stderr.write(`error: cannot write to standard output: ${reasonOf(error)}\n`);
}

/** Runs the command line; never exits by itself, so that what was written is flushed. */
async function main(): Promise<void> {
  process.stdout.on('error', lose);
  // Nobody is left to be told.
  process.stderr.on('error', () => undefined);
  try {
    if (process.argv[2] === SERVE) await (await import('./jobs/serve.ts')).serve();
    else await program().parseAsync();
  } catch (error) {
    process.exitCode = settle(error);
  }
}

/** A mistake of the user's gets a sentence; anything else is ours. */
function settle(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? STATUS.good : STATUS.usage;
  if (error instanceof UsageError) {
    process.stderr.write(`error: ${error.message}\n`);
    if (error.suggestion !== undefined) process.stderr.write(`    ${error.suggestion}\n`);
    return STATUS.usage;
  }
  process.stderr.write(
    `nettrace: this is a bug in nettrace ${manifest.version}, not in your topology. Please report it with the command and the file:\n` +
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return STATUS.bug;
}

void main();
