/** Options that several commands have. */
import { Option, type Command } from 'commander';

/** Collects the values of an option that may be given again. */
export const collect = (value: string, earlier: readonly string[] | undefined): readonly string[] => [
  ...(earlier ?? []),
  value,
];

export const format = (...choices: readonly string[]): Option =>
  new Option('--format <format>', 'what to print').choices([...choices]).default('text');

export const color = (): Option =>
  new Option('--color <when>', 'colour').choices(['auto', 'always', 'never']).default('auto');

export function withTopology(command: Command): Command {
  return withOutput(
    withSettings(
      command.option(
        '-t, --topology <file>',
        'topology file, YAML or JSON; - for standard input (default: nettrace.yaml here, else the built-in example)',
      ),
    ),
  );
}

export const withSettings = (command: Command): Command =>
  command.option(
    '--set <path=value>',
    'change the topology: machines.nva1.linux.sysctl.net.ipv4.ip_forward=0, or a JSON pointer; null removes (repeatable)',
    collect,
  );

export const withOutput = (command: Command): Command =>
  command
    .option('-o, --output <file>', 'write there instead of standard output')
    .option('-q, --quiet', 'say nothing on standard error but errors');

/** One flow, and how far it is walked; `many` are the options with which threads are of use. */
export function withFlow(command: Command, many = '--batch'): Command {
  return command
    .option('--src <address>', 'source: an address, or the name of a machine or NIC')
    .option('--dst <address>', 'destination: an address, or the name of a machine or NIC')
    .option('--proto <protocol>', 'tcp/22, udp/53, icmp, icmp/8, or an IP protocol such as esp or 50')
    .option('--sport <port>', 'source port (default: 49152)')
    .option('--ttl <n>', 'TTL of the first packet (default: what the sender uses, 64)')
    .option('--flags <flags>', 'TCP flags: S, SA, S., SYN,ACK or none (default: S)')
    .option('--size <octets>', 'size of the first packet from its IP header on')
    .option('--df', 'it may not be fragmented')
    .option('--no-df', 'it may be fragmented, TCP too')
    .option('--dscp <n>', 'its code point, 0 to 63')
    .option('--in <node/port>', 'inject the packet there, as if it came from the wire')
    .option(
      '--pick <node=member>',
      'what a load balancer chooses, or whether a rule matches that the packet does not decide: nva1:filter/FORWARD/3=match (repeatable)',
      collect,
    )
    .option('--no-return', 'do not walk the answer')
    .option('--handshake', 'walk the ACK of a TCP handshake too')
    .option('--batch <file>', 'many flows, a JSON object a line')
    .option('--jobs <n>', `with ${many}: walk in this many threads (default: 1)`);
}
