/** What the model supposes where the topology or the sources are silent: the closed list. */

export const ASSUMPTIONS = {
  'source-port': 'No --sport was given: the first port of the IANA dynamic range, 49152, is used.',
  'balancer-hash':
    'The hash of Azure’s load balancer is not published. nettrace uses its own, another at each frontend: one frontend gives both ' +
    'directions of a flow the same member, two promise nothing; --pick NODE=MEMBER chooses another.',
  'balancer-protocol':
    'The sources disagree whether an HA-ports rule carries anything but TCP and UDP, such as ICMP; nettrace lets it pass.',
  'balancer-precedence':
    'Where a frontend has an HA-ports rule and one for this very port, which goes first is not documented; nettrace takes the port’s.',
  'chain-handover':
    'How packets go between a public address and the gateway load balancer that it is chained to is not published; nettrace ' +
    'shows them as they are, without a tunnel header.',
  'gateway-frame':
    'Which MAC addresses the frames in a gateway load balancer’s tunnels have is not published; nettrace takes 02:00:00:00:ee:01 for ' +
    'the side of the clients and 02:00:00:00:ee:02 for that of the application.',
  'virtual-network-routed':
    'The service tag VirtualNetwork holds the prefixes of the subnet’s user routes too, 0.0.0.0/0 among them: a rule with the tag ' +
    'decided on an address that is neither in the VNet nor joined to it.',
  'peering-forwarded':
    'allowForwardedTraffic is taken as a permission to receive, on the VNet that owns the link; one source reads it as a permission ' +
    'to send, and one lab found it not always enforced.',
  'peering-access':
    'allowVirtualNetworkAccess off is taken to stop all traffic; newer texts speak of the default security rules only.',
  'none-routes-removed':
    'A user route 0.0.0.0/0 to a virtual network gateway is taken to remove the None system routes, as one to an appliance does.',
  'gateway-transit-unused':
    'The VNet does not use the remote gateway, so no gateway route exists there; a user route alone decided.',
  'floating-ip-filter':
    'What a security group sees as destination under floating IP is not documented; nettrace takes the frontend address.',
  'internet-source':
    'Default outbound access is taken to be on where the subnet does not say otherwise, as it was before API version 2025-07-01. It ' +
    'lends an address of Microsoft’s own that nobody can know beforehand: one of 192.0.2.0/24 stands for it.',
  'snat-port':
    'Which source port Azure lends is not published; nettrace takes the first that is free in the share of the NIC.',
  'mux-choice':
    'Which of a frontend’s multiplexers a packet meets depends on where it enters Azure; nettrace hashes the five-tuple and the TCP ' +
    'flags, so that the packets of one flow may meet several. They share their state; --pick internet=mux-2 chooses.',
  'site-translates':
    'A site’s edge router is taken to put its public address in place of private ones on the way to the Internet, and to keep the port.',
  'internet-path': 'The routers of the Internet are not modelled: they take nothing off the TTL.',
  'answer-presumed':
    'Nothing in the topology owns the destination; a host on the open segment is presumed to answer.',
  'origin-presumed':
    'Nothing in the topology owns the source address; a host is presumed to exist there, and an answer that gets to its site arrives.',
  'listener-presumed': 'The machine does not state its listeners: one is presumed on the destination port.',
  'probe-answer':
    'An HTTP or HTTPS probe is taken to be answered with status 200 by whatever listens on its port.',
  'security-association-up': 'The IPsec security associations are taken to be established.',
  'pick-unavailable': 'The member named by --pick is not available, so the pick was not used.',
  'multipath-hash':
    'The kernel hashes a packet over the next hops of a multipath route with a secret key. nettrace uses its own hash; ' +
    '--pick NODE:TABLE/PREFIX=NEXTHOP chooses another.',
  'nat-port':
    'The kernel picks the new source port of a translation at random from its class; nettrace takes the first that is free.',
  'rule-choice':
    'Something that is not in the packet decides whether this rule matches, such as a rate, a list of earlier packets or the ' +
    'time: nettrace takes what a first packet usually meets; --pick NODE:TABLE/CHAIN/RULE=match or =no-match chooses.',
  'mirror-sampled':
    'A mirror session copies one of every so many packets, and which one is the switch’s own: nettrace copies the first and then ' +
    'one of each further so many, in the order of the walks.',
  helper:
    'A connection tracking helper is attached, but nettrace reads no payload: connections that it would expect are NEW, not RELATED.',
  'conntrack-off': 'No rule needs connection tracking, so the kernel keeps no entries on this machine.',
} as const;

export type AssumptionCode = keyof typeof ASSUMPTIONS;
