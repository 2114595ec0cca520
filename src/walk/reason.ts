/** Why a packet ended without being delivered: the closed list, each with its exact condition. */

export const REASONS = {
  'route-none': 'The longest matching route has next hop None: the packet is discarded.',
  'route-missing': 'No route matches the destination.',
  'route-next-hop-unknown':
    'The route names a next hop that cannot take packets: an address that no NIC or load balancer frontend in reach owns, ' +
    'a machine that is deallocated, or a gateway that does not exist. There is no fall-through to a shorter route.',
  'route-blackhole': 'A Linux blackhole route matched: discarded silently.',
  'route-unreachable': 'A Linux unreachable route matched: discarded with ICMP host unreachable.',
  'route-prohibit': 'A Linux prohibit route matched: discarded with ICMP administratively prohibited.',
  'filter-denied': 'A rule of a filter or security group matched and denies.',
  'filter-default-policy':
    'No rule matched, and the policy of the chain or the default rule of the security group denies.',
  'nic-forwarding-off':
    'The packet is for an address that is not one of the NIC’s, and enableIPForwarding is off on that NIC: discarded by the fabric.',
  'guest-forwarding-off':
    'The machine is not the destination and its kernel does not forward (net.ipv4.ip_forward or net.ipv6.conf.all.forwarding is 0): ' +
    'discarded in the guest without an ICMP error.',
  'source-spoofed':
    'The packet’s source is not one of the sending NIC’s addresses and enableIPForwarding is off on that NIC: discarded by the fabric.',
  'traffic-not-carried':
    'An Azure VNet carries no multicast, no broadcast, no IP-in-IP (protocol 4) and no GRE (protocol 47): discarded by the host.',
  'reverse-path-failed': 'Linux source validation (rp_filter) finds no, or another, way back to the source.',
  'source-martian':
    'Linux refuses the source or destination: an own address, loopback or multicast where it cannot be.',
  'multicast-not-joined':
    'The destination is a multicast group that the machine has not joined, and it routes no multicast: discarded silently.',
  'neighbour-missing': 'The route says the address is on this network, but nothing there owns it.',
  'frame-other-host':
    'The frame is for a MAC address that nobody has whom it came to: they let it be (PACKET_OTHERHOST).',
  'bridge-port-missing': 'The bridge has no port but the frame’s own that the frame could leave by.',
  'bridge-same-port':
    'The bridge has the frame’s destination behind the port that the frame came by, and sends nothing back out of it.',
  'vlan-not-member': 'The port or interface takes no frame of that VLAN, or none with or without a tag.',
  'mirror-port-reserved':
    'The port is the output of a mirror: it takes in no frames, and only copies leave by it (ovs-vswitchd.conf.db, output_port).',
  'nat-address-missing': 'MASQUERADE or REDIRECT finds no address on the interface to translate to.',
  'nat-tuple-taken':
    'The translation leaves the flow no address and port of its own: another flow has the same answer already, so Linux drops the packet.',
  'nat-interface-changed':
    'The flow was masqueraded to the address of another interface than the one that it leaves by now: Linux drops the packet and ' +
    'forgets the flow.',
  'session-missing':
    'A stateful device has no session that the packet belongs to, and the packet cannot open one: a SYN,ACK, ACK, FIN or RST whose ' +
    'SYN did not pass here, an ICMP answer or error without its cause.',
  'session-invalid':
    'Connection tracking calls the packet INVALID, and a chain that tests connection state drops it: by a rule, or by its ' +
    'policy because no rule accepts that state.',
  'balancer-no-rule': 'No load balancing rule of the frontend matches protocol and port.',
  'balancer-no-backend': 'The rule’s backend pool has no member whose probe succeeds.',
  'balancer-out-of-reach':
    'The frontend is that of a Basic load balancer in a VNet of another region: a global peering does not reach it.',
  'public-inbound-closed':
    'The packet came by a Standard public address or frontend to a NIC without any network security group: such addresses let ' +
    'nothing in that no group allows.',
  'outbound-missing':
    'The route leads to the Internet, and nothing gives the NIC a public address: no NAT gateway, no public address of its own, ' +
    'no load balancer that lets it send, and default outbound access is off or lost.',
  'outbound-protocol':
    'The NIC’s way to the Internet does not translate this protocol: a NAT gateway, a load balancer and default outbound access ' +
    'translate TCP and UDP at most, a rule of a load balancer perhaps one of them.',
  'outbound-source-foreign':
    'The route leads to the Internet, and the source is not one of the sending NIC’s addresses: Azure translates no other.',
  'outbound-ports-exhausted':
    'All SNAT ports of the NIC’s share are lent to other flows to the same destination.',
  'tunnel-no-endpoint': 'No tunnel of the device answers to the outer addresses.',
  'tunnel-key-mismatch': 'A tunnel endpoint exists, but its key, VNI or SPI is another.',
  'tunnel-option-mismatch':
    'A tunnel endpoint takes the packet’s addresses and key, but wants a checksum or sequence number that the packet lacks, or ' +
    'refuses a checksum that it has.',
  'tunnel-recursion':
    'The way to the tunnel’s other end leads into the tunnel itself, or through more tunnels than the kernel puts into one another.',
  'tunnel-congested':
    'The tunnel’s headers were marked for congestion, and what they carry cannot be: it knows no ECN (RFC 6040 section 4.2).',
  'tunnel-station-elsewhere':
    'A vxlan that learns was told that the frame’s source is behind another end than the one that it came from (vxlan_snoop).',
  'tunnel-selector-mismatch': 'The inner packet is outside the addresses that the tunnel carries.',
  'packet-too-big': 'The packet is larger than the MTU and may not be fragmented.',
  'ttl-expired': 'A router received the packet with TTL 1 or 0.',
  'peering-forwarded-denied':
    'The packet came over a peering from a VNet that is not its origin, and the receiving VNet’s link has allowForwardedTraffic off.',
  'peering-access-denied': 'allowVirtualNetworkAccess is off on one link of the peering.',
  'peering-not-connected': 'The VNets are peered from one side only, so the peering is not Connected.',
  'listener-missing': 'The packet reached its machine, but no listener is stated for that protocol and port.',
  'receiver-other':
    'The packet reached a machine that has the destination address, but not the one that was named: networks that are ' +
    'apart have the same addresses.',
  'node-down': 'The node or port was failed with --fail, or the machine is deallocated.',
  'link-down': 'What joins the two was failed with --fail: a segment, a connection of a gateway, a peering.',
  'hop-limit': 'The walk passed its bound of device visits without a repetition that proves a loop.',
} as const;

/** Kebab-case noun; `nettrace explain REASON` prints its condition. */
export type Reason = keyof typeof REASONS;

export const REASON_CODES = Object.keys(REASONS) as Reason[];
