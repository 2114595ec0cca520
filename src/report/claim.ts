/** What an expectation can claim of a flow: one code a key of the topology file. `nettrace explain CODE` prints these texts. */

interface ClaimText {
  /** What is not as it should be, in a few words. */
  readonly summary: string;
  /** The key of an expectation that makes the claim. */
  readonly key: string;
  /** Exactly when the claim holds. */
  readonly condition: string;
}

const table = <Code extends string>(texts: Readonly<Record<Code, ClaimText>>) => texts;

export const CLAIMS = table({
  'expect-verdict': {
    summary: 'a flow does not end as expected',
    key: 'verdict',
    condition: 'The verdict over both directions is the one expected, or one of those expected.',
  },
  'expect-reason': {
    summary: 'a flow is dropped for another reason than expected',
    key: 'reason',
    condition: 'The flow is dropped, and its reason is the one expected, or one of those expected.',
  },
  'expect-at': {
    summary: 'a flow ends at another node than expected',
    key: 'at',
    condition:
      'A delivered flow is received by this node; of any other, the walk that decided the verdict ends at this node.',
  },
  'expect-via': {
    summary: 'a flow does not take the expected way',
    key: 'via',
    condition: 'The nodes are among the hops of that direction in this order; others may lie between them.',
  },
  'expect-not-via': {
    summary: 'a flow passes a node that it must not pass',
    key: 'not-via',
    condition: 'None of the nodes is a hop of the flow, there or back.',
  },
  'expect-through-same': {
    summary: 'the ways there and back do not pass the same one of several nodes',
    key: 'through-same',
    condition:
      'Exactly one of the nodes is a hop of the way there, and the same one, alone, of the way back.',
  },
  'expect-symmetric': {
    summary: 'a flow is not as symmetric as expected',
    key: 'symmetric',
    condition:
      'The stateful devices between the ends are the same both ways (true), or they are not (false). Without a way back neither holds.',
  },
  'expect-trombone': {
    summary: 'a link between places is crossed to and fro, or is not as expected',
    key: 'trombone',
    condition:
      'Links between places are crossed, there and back, at least twice more than the ends ask for (true), or they are not (false). Ends at different places ask for one crossing each way.',
  },
  'expect-nat': {
    summary: 'the receiver sees other addresses or ports than expected',
    key: 'nat',
    condition:
      'The packet arrives (it is delivered, or leaves the model) with these addresses and ports; with `none`, no device of that direction rewrote any.',
  },
  'expect-encapsulation': {
    summary: 'a flow is in other tunnels than expected',
    key: 'encapsulation',
    condition:
      'These headers are put around the packet in this order, others perhaps between them; with `none`, none is put around it.',
  },
  'expect-ttl': {
    summary: 'a packet arrives with another TTL than expected',
    key: 'ttl',
    condition: 'The packet arrives (it is delivered, or leaves the model) with this TTL (hop limit).',
  },
  'expect-mtu-at-least': {
    summary: 'large packets do not pass whole',
    key: 'mtu-at-least',
    condition:
      'The largest packet that goes all the way of that direction whole, by the MTU of every link on it, has at least so many octets.',
  },
  'expect-mirrored-to': {
    summary: 'a mirror’s copy does not arrive where it is expected',
    key: 'mirrored-to',
    condition:
      'Of the packet of that direction a mirror makes a copy, and one is delivered to each of these nodes.',
  },
  'expect-branches': {
    summary: 'there are more branches than can be walked',
    key: 'branches',
    condition:
      'With `every`, what is claimed holds down every way that choices can go (as `nettrace walk --all-paths` has them), with `some` down one of them; 1024 are walked.',
  },
  'expect-fail-any': {
    summary: 'there are more failures than can be tried',
    key: 'fail-any',
    condition:
      'What is claimed holds down every branch whichever so many nodes, links and ports fail (as `nettrace walk --fail-any K` has them); 2000 sets of failures are tried. What breaks a claim is told as a violation of that claim.',
  },
  'expect-mid-flow': {
    summary: 'a flow that is to be established before something happens is not',
    key: 'mid-flow',
    condition:
      'The flow is established while nothing has failed and nothing is set (as `nettrace walk --mid-flow` has it). What else is claimed is about its next packet, and the answer to that, when `fail`, `fail-any` and `set` have come.',
  },
});

export type ClaimCode = keyof typeof CLAIMS;
