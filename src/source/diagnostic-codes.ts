/** Every diagnostic there is: one line to add a code. `nettrace explain CODE` prints these texts. */

interface DiagnosticText {
  /** What is wrong, in a few words. */
  readonly summary: string;
  /** Exactly when it is reported. */
  readonly condition: string;
  /** One example of how to put it right. */
  readonly fix: string;
}

const table = <Code extends string>(texts: Readonly<Record<Code, DiagnosticText>>) => texts;

export const DIAGNOSTICS = table({
  'yaml-syntax': {
    summary: 'the file is not well-formed YAML',
    condition:
      'The YAML 1.2 grammar is broken (indentation, quotes, brackets, colons, tabs), the file holds a second document, an alias names no anchor or contains itself, or a tag is not one of the plain YAML ones.',
    fix: 'Indent the keys of one map alike, with spaces; put text with `: `, ` #` or a leading `[{*&!%@` in quotes.',
  },
  'document-empty': {
    summary: 'the file holds nothing',
    condition: 'The file has no content but blank lines, comments and document markers.',
    fix: 'Write at least `name: my-network` and a section such as `vnets:`.',
  },
  'document-encoding': {
    summary: 'the file is not UTF-8 text',
    condition:
      'The file starts with a UTF-16 byte order mark, holds a NUL byte, or holds bytes that are not UTF-8.',
    fix: 'Save it as UTF-8: `iconv -f utf-16 -t utf-8 old.yaml > new.yaml`.',
  },
  'file-unreadable': {
    summary: 'a file that the topology names cannot be read',
    condition:
      'The file is not there, is no regular file, is larger than 16 MiB, is not UTF-8 text, or lies outside the folder of the topology (an absolute path, `..`, a link that leads out). A topology from standard input, and the built-in one, have no folder.',
    fix: 'Name a file beside the topology, such as `iptables: { file: nva1.rules }`, or write the text itself.',
  },
  'document-too-large': {
    summary: 'the file is too large',
    condition: 'YAML text is longer than 8 MiB, or JSON text is longer than 64 MiB.',
    fix: 'Give it as JSON, which may be eight times as large, or split the network into several files.',
  },
  'document-too-deep': {
    summary: 'the file is nested too deeply',
    condition: 'Maps and lists lie in each other more than 64 levels deep, aliases expanded.',
    fix: 'Look for a bracket that was never closed.',
  },
  'document-too-many-aliases': {
    summary: 'the aliases of the file expand to too much',
    condition:
      'With every alias and merge key replaced by what it stands for, the file has more than 1,000,000 values.',
    fix: 'Do not repeat an alias inside of what another alias repeats.',
  },
  'problems-omitted': {
    summary: 'there are more problems than are shown',
    condition: 'More than 100 problems were found while reading one file.',
    fix: 'Put the first ones right; the others are often their consequences.',
  },
  'key-duplicate': {
    summary: 'a key stands twice in one map',
    condition: 'Two keys of one map are spelt alike; `1` and `"1"` are alike. The first one counts.',
    fix: 'Remove one of them, or give it another name.',
  },
  'key-unknown': {
    summary: 'a key that means nothing here',
    condition: 'A map with a closed list of keys has a key that is not on the list.',
    fix: 'Take the suggested spelling: `addressPrefix` is not `addresPrefix`.',
  },
  'key-missing': {
    summary: 'a required key is not there',
    condition: 'A map lacks a key that its kind of thing cannot do without.',
    fix: 'Add it, for example `subnet: vnet-hub/snet-nva` to a NIC.',
  },
  'key-invalid': {
    summary: 'something that cannot be a key',
    condition: 'A key is a map, a list, an alias or nothing at all, or a merge key `<<` has no map to merge.',
    fix: 'Write the key as a word: `nva1: { … }`.',
  },
  'type-wrong': {
    summary: 'a value of the wrong type',
    condition: 'A text, number, boolean, list or map stands where another of these is expected.',
    fix: 'Write `addressPrefixes: [10.0.0.0/16]` where a list is expected, even of one.',
  },
  'value-invalid': {
    summary: 'a value that is not allowed here',
    condition:
      'The value has the right type, but is out of range, not among the choices, or would lose digits as a number.',
    fix: 'Take one of the values that the message lists; put a long number in quotes if it is a text.',
  },
  'name-invalid': {
    summary: 'a name that is not allowed',
    condition:
      'A key or name holds control characters or text-direction marks, is `__proto__`, `constructor` or `prototype`, or breaks the rules for names of its kind.',
    fix: 'Use letters, digits, dots, dashes and underscores.',
  },
  'name-duplicate': {
    summary: 'a name is taken',
    condition: 'Two things that share a name space, such as the elements of one list, have the same name.',
    fix: 'Rename one of them, and what refers to it.',
  },
  'reference-missing': {
    summary: 'a reference to something that is not there',
    condition: 'A value names another thing of the topology, and there is none of that name and kind.',
    fix: 'Take the suggested name, or add the thing: `vnet-hub/snet-nva` is VNet, slash, subnet.',
  },
  'prefix-host-bits': {
    summary: 'a prefix with host bits set',
    condition: 'An address prefix has bits set beyond its length.',
    fix: 'Write `10.0.1.0/24`, not `10.0.1.4/24`; for one address `10.0.1.4/32`.',
  },
  'prefix-overlap': {
    summary: 'prefixes overlap',
    condition: 'Two prefixes that have to be disjoint (subnets of a VNet, peered VNets) share addresses.',
    fix: 'Make one of them smaller or move it.',
  },
  'address-outside-subnet': {
    summary: 'an address lies outside of its subnet',
    condition:
      'An address is given to something in a subnet, and none of the prefixes of the subnet holds it.',
    fix: 'Take an address of the subnet, or name the right subnet.',
  },
  'address-reserved': {
    summary: 'Azure keeps an address for itself',
    condition: 'An address of something in a subnet is one of the first four of its range, or the last.',
    fix: 'Take the fifth address of the range or a later one.',
  },
  'address-duplicate': {
    summary: 'an address has two owners',
    condition: 'Two things that share an address space have the same address.',
    fix: 'Give one of them a free address.',
  },
  'text-syntax': {
    summary: 'a block of machine text cannot be read',
    condition:
      'Text pasted from a machine (`iptables-save`, `ip route`, `ip rule`, `ip addr`) has a line that is not in its format.',
    fix: 'Paste the output as it was printed, in a block scalar: `iptables: |`.',
  },
  'text-doubtful': {
    summary: 'machine text that iptables 1.8.9 would not load',
    condition:
      'A rule set is read although iptables 1.8.9 would refuse a part of it (`-s ! 10.0.0.0/8`, matches and targets of add-ons), or although it says that rules are missing from it (incompatible nft tables).',
    fix: 'Write `! -s 10.0.0.0/8`; look at what nft itself lists.',
  },
  'setting-invalid': {
    summary: 'a `--set` that cannot be applied',
    condition:
      'The path of a `--set PATH=VALUE` leads into a value that is no map or list, names no element of a list, removes what is not there, or the value is not one YAML value.',
    fix: '`--set machines.nva1.nics.eth0.enableIPForwarding=false`, or a JSON pointer: `--set /machines/nva1/size=2`.',
  },
  'gateway-transit-invalid': {
    summary: 'gateway transit that cannot work',
    condition:
      '`useRemoteGateways` stands on a peering whose other side has no gateway or does not allow transit, on more than one peering of a VNet, or on a VNet with a gateway of its own.',
    fix: 'Set `allowGatewayTransit: true` on the peering of the VNet that has the gateway.',
  },
  'expectation-vacuous': {
    summary: 'an expectation that cannot be false',
    condition:
      'An expectation claims nothing (`nat: {}`, `return: {}`, every verdict there is and nothing else), or no flow is left to walk.',
    fix: 'Say what must hold: `verdict: delivered`, `via: [vgw-hub]`.',
  },
  'expectation-impossible': {
    summary: 'an expectation that cannot be true',
    condition:
      'Claims of an expectation exclude each other: a `reason` for what is not dropped, a node both in `via` and `not-via`, or something about the answer with `no-return`.',
    fix: 'Remove one of the two.',
  },
  'vni-duplicate': {
    summary: 'a VXLAN network identifier is taken',
    condition: 'Two virtual networks have the same `vni`.',
    fix: 'Give each VNet a `vni` of its own, or leave it out to have one chosen.',
  },
});

export type DiagnosticCode = keyof typeof DIAGNOSTICS;
