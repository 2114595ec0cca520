/** The text of a walk at its three levels of detail. */
import { describe, expect, test } from 'vitest';
import { validateReport } from '../../test/validate-report.ts';
import { DELIVERED } from './delivered.fixture.ts';
import { INVALID } from './invalid.fixture.ts';
import { renderText } from './text.ts';
import { EXPIRED, TRANSLATED } from './translated.fixture.ts';

test.each(Object.entries({ DELIVERED, INVALID, TRANSLATED, EXPIRED }))('%s is a report', (_name, report) => {
  expect(validateReport(report)).toEqual([]);
});

const text = (report: Parameters<typeof renderText>[0], detail: 0 | 1 | 2 = 0): string =>
  `\n${renderText(report, { detail })}`;

describe('when nothing more is asked', () => {
  test('then a delivered walk tells what changed the packet or decided', () => {
    expect(text(DELIVERED)).toMatchInlineSnapshot(`
      "
      DELIVERED both ways, symmetric through nva2                                            hub-spoke-vpn
      tcp 10.3.0.4:49152 > 10.1.0.4:22 SYN  40 bytes  TTL 64
      assumed  source port 49152; the IPsec security associations are up;
               ilb-hub's hash is nettrace's own (--pick to choose)

       1  mgmt-pc                          on-prem
            route    0.0.0.0/0 via 10.3.0.1 dev eth0                                 hub-spoke-vpn.yaml:24
       2  edge-rtr                         on-prem
            route    10.1.0.0/24 into tunnel to-azure                                hub-spoke-vpn.yaml:31
            encap    ESP spi 0x1001  203.0.113.10 > 198.51.100.20        + 56 bytes  hub-spoke-vpn.yaml:33
                       ipv4     203.0.113.10 > 198.51.100.20  ttl 64
                       esp      spi 0x1001 seq 1
                       ipv4     10.3.0.4 > 10.1.0.4  ttl 64
                       tcp      49152 > 22 SYN
       3  vgw-hub                          vnet-hub/GatewaySubnet
            decap    ESP spi 0x1001                                                  hub-spoke-vpn.yaml:50
            route    10.1.0.0/24 -> VirtualAppliance 10.0.1.6  User                  hub-spoke-vpn.yaml:66
                       beats 10.1.0.0/24 -> VNetPeering  Default: a user route wins on equal prefix
            encap    VXLAN vni 10000  100.64.0.4 > 100.64.0.9 (10.0.1.6, ilb-hub)               + 50 bytes
       4  ilb-hub                          frontend 10.0.1.6
            decap    VXLAN vni 10000
            balance  rule ha; pool nvas: nva1 up, nva2 up                            hub-spoke-vpn.yaml:88
                       flow table miss, hash of src sport dst dport proto -> nva2
            session  opened  tcp 10.3.0.4:49152 > 10.1.0.4:22 -> nva2
            encap    VXLAN vni 10000  100.64.0.9 > 100.64.0.12 (10.0.1.5, nva2)                 + 50 bytes
       5  nva2                             vnet-hub/snet-nva  eth0 > eth0
            host     decap VXLAN; flow table miss, layers vnet, slb-vnat, acl, nic
            forward  0.0.0.0/0 via 10.0.1.1 dev eth0; ttl 64 -> 63
            host     flow table miss, layers nic, acl, slb-vnat, vnet
            host     route 10.1.0.0/24 -> VNetPeering  Default
            host     encap VXLAN vni 10010  100.64.0.12 > 100.64.0.21 (10.1.0.4, vm-prod-1)     + 50 bytes
       6  vm-prod-1                        vnet-spoke1/default  eth0
            host     decap VXLAN; flow table miss, layers vnet, slb-vnat, acl, nic
            deliver  10.1.0.4 tcp/22                                                                TTL 63

      -- back: tcp 10.1.0.4:22 > 10.3.0.4:49152 SYN,ACK --------------------------------------------------

       7  vm-prod-1                        vnet-spoke1/default  > eth0
            host     flow table hit
            host     route 10.3.0.0/16 -> VirtualAppliance 10.0.1.5  User            hub-spoke-vpn.yaml:74
            host     encap VXLAN vni 10000  100.64.0.21 > 100.64.0.12 (10.0.1.5)                + 50 bytes
       8  nva2                             vnet-hub/snet-nva  eth0 > eth0
            host     decap VXLAN; flow table hit
            ttl      64 -> 63
            host     flow table hit; encap VXLAN vni 10000  100.64.0.12 > 100.64.0.4            + 50 bytes
       9  edge-rtr                         on-prem
            decap    ESP spi 0x1002
      10  mgmt-pc                          on-prem
            deliver  10.3.0.4 tcp/49152                                                             TTL 63

      DELIVERED both ways, symmetric through nva2
      "
    `);
  });

  test('then a dropped answer says why, what nearly matched and what to try, and that the ways differ', () => {
    expect(text(INVALID)).toMatchInlineSnapshot(`
      "
      DROPPED on the way back at hop 6, nva2: session-invalid                                hub-spoke-vpn
      ASYMMETRIC: there directly, back through nva2
      tcp 10.3.0.4:49152 > 10.1.0.4:22 SYN  40 bytes  TTL 64

       1  mgmt-pc                          on-prem
            route    0.0.0.0/0 via 10.3.0.1 dev eth0                                 hub-spoke-vpn.yaml:24
       2  edge-rtr                         on-prem
            route    10.1.0.0/24 into tunnel to-azure                                hub-spoke-vpn.yaml:31
            encap    ESP spi 0x1001  203.0.113.10 > 198.51.100.20        + 56 bytes  hub-spoke-vpn.yaml:33
                       ipv4     203.0.113.10 > 198.51.100.20  ttl 64
                       esp      spi 0x1001 seq 1
                       ipv4     10.3.0.4 > 10.1.0.4  ttl 64
                       tcp      49152 > 22 SYN
       3  vgw-hub                          vnet-hub/GatewaySubnet
            route    10.1.0.0/24 -> VNetPeering  Default
       4  vm-prod-1                        vnet-spoke1/default  eth0
            host     decap VXLAN; flow table miss, layers vnet, slb-vnat, acl, nic
            deliver  10.1.0.4 tcp/22                                                                TTL 63

      -- back: tcp 10.1.0.4:22 > 10.3.0.4:49152 SYN,ACK --------------------------------------------------

       5  vm-prod-1                        vnet-spoke1/default  > eth0
            host     flow table hit
            host     route 10.3.0.0/16 -> VirtualAppliance 10.0.1.5  User            hub-spoke-vpn.yaml:74
            host     encap VXLAN vni 10000  100.64.0.21 > 100.64.0.12 (10.0.1.5)                + 50 bytes
       6  nva2                             vnet-hub/snet-nva  eth0
            host     decap VXLAN
            session  invalid  tcp 10.1.0.4:22 > 10.3.0.4:49152
            filter   FORWARD 2  -m conntrack --ctstate INVALID -j DROP               hub-spoke-vpn.yaml:58
            drop     session-invalid: SYN,ACK without a SYN

      why      the SYN went through edge-rtr and vgw-hub; the SYN,ACK was sent to nva2, which never saw
               the SYN
      nearly   FORWARD 1  -m conntrack --ctstate ESTABLISHED -j ACCEPT: all but ctstate, which is INVALID
               and not ESTABLISHED (hub-spoke-vpn.yaml:57)
      try      add to rt-gw-snet: 10.1.0.0/24 -> VirtualAppliance 10.0.1.5  (walked: delivered)
      DROPPED on the way back at hop 6, nva2: session-invalid
      ASYMMETRIC: there directly, back through nva2
      "
    `);
  });

  test('then a translation names its fields and its rule', () => {
    expect(text(TRANSLATED)).toMatchInlineSnapshot(`
      "
      LEFT towards the Internet at hop 1, nva1                                               public-lb-nva
      tcp 141.192.166.93:49567 > 10.0.1.4:22 SYN  40 bytes  TTL 60

       1  nva1                             vnet-hub  eth0
            dnat     dst 10.0.1.4 -> 10.0.2.6, dport 22 -> 2222                      public-lb-nva.yaml:52
                       nat PREROUTING 1  -s 141.192.166.93/32 -p tcp -j DNAT --to-destination
                       10.0.2.6:2222
            forward  10.0.2.0/24 dev eth1; ttl 60 -> 59
            masq     src 141.192.166.93 -> 10.0.2.4                                  public-lb-nva.yaml:54
                       nat POSTROUTING 1  -s 141.192.166.93/32 -o eth1 -j MASQUERADE
            session  opened  tcp 141.192.166.93:49567 > 10.0.1.4:22  reply 10.0.2.6:2222 > 10.0.2.4:49567
                     NEW
            mark     0x0 -> 0x10
            leave    towards the Internet                                                           TTL 59

      why      by the route 10.0.2.0/24 dev eth1 the packet leaves the modelled network towards the
               Internet
      LEFT towards the Internet at hop 1, nva1
      "
    `);
  });

  test('then a packet that a device sent itself is walked under a rule line', () => {
    expect(text(EXPIRED)).toMatchInlineSnapshot(`
      "
      DROPPED at hop 1, nva1: ttl-expired                                                    public-lb-nva
      tcp 141.192.166.93:49567 > 10.0.1.4:22 SYN  40 bytes  TTL 1

       1  nva1                             vnet-hub  eth0
            sends    icmp time exceeded 10.0.1.4 > 141.192.166.93  (ttl-expired)
            drop     ttl-expired

      -- follow-up: icmp time exceeded 10.0.1.4 > 141.192.166.93  (ttl-expired at hop 1) -----------------

       2  nva1                             vnet-hub  > eth0
            unknown  the model does not know what eth0 is connected to

      why      the packet came to nva1 with no router left in its TTL
      DROPPED at hop 1, nva1: ttl-expired
      "
    `);
  });
});

test('when -v is given then every table that was consulted is told', () => {
  expect(text(TRANSLATED, 1)).toMatchInlineSnapshot(`
    "
    LEFT towards the Internet at hop 1, nva1                                               public-lb-nva
    tcp 141.192.166.93:49567 > 10.0.1.4:22 SYN  40 bytes  TTL 60

     1  nva1                             vnet-hub  eth0
          port     eth0 in
          dnat     dst 10.0.1.4 -> 10.0.2.6, dport 22 -> 2222                      public-lb-nva.yaml:52
                     nat PREROUTING 1  -s 141.192.166.93/32 -p tcp -j DNAT --to-destination
                     10.0.2.6:2222
          forward  10.0.2.0/24 dev eth1; ttl 60 -> 59
          filter   FORWARD policy ACCEPT
          masq     src 141.192.166.93 -> 10.0.2.4                                  public-lb-nva.yaml:54
                     nat POSTROUTING 1  -s 141.192.166.93/32 -o eth1 -j MASQUERADE
          session  conntrack opened  tcp 141.192.166.93:49567 > 10.0.1.4:22  reply 10.0.2.6:2222 >
                   10.0.2.4:49567  NEW
          mark     0x0 -> 0x10
          leave    towards the Internet                                                           TTL 59

    why      by the route 10.0.2.0/24 dev eth1 the packet leaves the modelled network towards the
             Internet
    LEFT towards the Internet at hop 1, nva1
    "
  `);
});

test('when -vv is given then routes that lost and the headers after every change are told', () => {
  expect(text(TRANSLATED, 2)).toMatchInlineSnapshot(`
    "
    LEFT towards the Internet at hop 1, nva1                                               public-lb-nva
    tcp 141.192.166.93:49567 > 10.0.1.4:22 SYN  40 bytes  TTL 60

     1  nva1                             vnet-hub  eth0
          port     eth0 in
          dnat     dst 10.0.1.4 -> 10.0.2.6, dport 22 -> 2222                      public-lb-nva.yaml:52
                     nat PREROUTING 1  -s 141.192.166.93/32 -p tcp -j DNAT --to-destination
                     10.0.2.6:2222
                     ipv4     141.192.166.93 > 10.0.1.4 -> 10.0.2.6  ttl 60
                     tcp      49567 > 22 -> 2222 SYN
          route    10.0.2.0/24 dev eth1
                     beats 0.0.0.0/0 via 10.0.1.1 dev eth0: a longer prefix wins
          ttl      60 -> 59
                     ipv4     141.192.166.93 > 10.0.2.6  ttl 60 -> 59
                     tcp      49567 > 2222 SYN
          filter   FORWARD policy ACCEPT
          masq     src 141.192.166.93 -> 10.0.2.4                                  public-lb-nva.yaml:54
                     nat POSTROUTING 1  -s 141.192.166.93/32 -o eth1 -j MASQUERADE
                     ipv4     141.192.166.93 -> 10.0.2.4 > 10.0.2.6  ttl 59
                     tcp      49567 > 2222 SYN
          session  conntrack opened  tcp 141.192.166.93:49567 > 10.0.1.4:22  reply 10.0.2.6:2222 >
                   10.0.2.4:49567  NEW
          mark     0x0 -> 0x10
          leave    towards the Internet                                                           TTL 59

    why      by the route 10.0.2.0/24 dev eth1 the packet leaves the modelled network towards the
             Internet
    LEFT towards the Internet at hop 1, nva1
    "
  `);
});

test('when -v is given then the host switch is told step by step', () => {
  const [, afterFour = ''] = renderText(DELIVERED, { detail: 1 }).split(/^(?= 5 {2}nva2)/m);
  expect(`\n${afterFour.split(/^ 6/m, 1)[0]}`).toMatchInlineSnapshot(`
    "
     5  nva2                             vnet-hub/snet-nva  eth0 > eth0
          host     decap    VXLAN vni 10000
          host     layers   inbound vnet, slb-vnat, acl, nic
          host     session  host-flow opened  tcp 10.3.0.4:49152 > 10.1.0.4:22
          port     eth0 in
          forward  0.0.0.0/0 via 10.0.1.1 dev eth0; ttl 64 -> 63
          filter   FORWARD policy ACCEPT
          port     eth0 out
          host     layers   outbound nic, acl, slb-vnat, vnet
          host     session  host-flow opened  tcp 10.3.0.4:49152 > 10.1.0.4:22
          host     route    10.1.0.0/24 -> VNetPeering  Default  (system routes)
          host     resolve  10.1.0.4 is at 100.64.0.21 (vm-prod-1/eth0)
          host     encap    VXLAN vni 10010  100.64.0.12 > 100.64.0.21 (10.1.0.4, vm-prod-1)  + 50 bytes
    "
  `);
});

test('when a tool paints then the colours change nothing but colours', () => {
  // oxlint-disable-next-line no-control-regex -- these are the colours
  const bare = (painted: string): string => painted.replace(/\u001b\[\d+m/g, '');
  const brush = (code: number) => (one: string) => `\u001b[${code}m${one}\u001b[0m`;
  const paint = {
    bold: brush(1),
    dim: brush(2),
    red: brush(31),
    green: brush(32),
    yellow: brush(33),
    cyan: brush(36),
  };
  for (const report of [DELIVERED, INVALID, TRANSLATED, EXPIRED]) {
    const painted = renderText(report, { paint });
    expect(painted).toContain('\u001b[');
    expect(bare(painted)).toBe(renderText(report));
  }
});
