import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../value/address.ts';
import { formatPrefix } from '../../value/prefix.ts';
import { readInterfaces, type ShownInterface } from './address-text.ts';

const print = (name: string, { addresses, link }: ShownInterface): readonly string[] => [
  `${name} mtu ${link.mtu}${link.isUp ? '' : ' down'}${link.hasCarrier ? '' : ' no carrier'}`,
  ...addresses.map((one) =>
    [
      `  ${formatAddress(one.address)} in ${formatPrefix(one.network)}`,
      one.scope === 0 ? '' : `scope ${one.scope}`,
      one.isSecondary === true ? 'secondary' : '',
      one.hasNoRoute === true ? 'noprefixroute' : '',
      one.broadcast === undefined ? '' : `brd ${formatAddress(one.broadcast)}`,
    ]
      .filter((part) => part !== '')
      .join(' '),
  ),
];

const shown = (text: string): readonly string[] => {
  const { interfaces, problems } = readInterfaces(text, '/at');
  expect(problems).toEqual([]);
  return [...interfaces].flatMap(([name, one]) => print(name, one));
};

describe('when ip addr prints interfaces, then they are read in every form', () => {
  it('in full', () => {
    expect(
      shown(`1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
    inet6 ::1/128 scope host 
       valid_lft forever preferred_lft forever
2: eth1: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default qlen 1000
    link/ether b6:69:f1:13:18:f1 brd ff:ff:ff:ff:ff:ff
    altname enp0s9
3: eth0@if5: <NO-CARRIER,BROADCAST,MULTICAST,UP,M-DOWN> mtu 1400 qdisc noqueue state LOWERLAYERDOWN group 7
    link/ether 26:16:91:1a:9e:92 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    inet 169.254.1.1/16 scope link eth0:7
       valid_lft forever preferred_lft forever
    inet 10.0.0.1/24 metric 100 brd 10.0.0.255 scope global dynamic eth0
       valid_lft 3000sec preferred_lft 3000sec
    inet 10.6.0.1 peer 10.6.0.2/32 scope global noprefixroute eth0
    inet 10.0.0.2/24 scope global secondary eth0
    inet6 fd00::1/64 scope global nodad 
`),
    ).toEqual([
      'lo mtu 65536',
      '  127.0.0.1 in 127.0.0.0/8 scope 254',
      '  ::1 in ::1/128 scope 254',
      'eth1 mtu 1500 down no carrier',
      'eth0 mtu 1400 no carrier',
      '  169.254.1.1 in 169.254.0.0/16 scope 253',
      '  10.0.0.1 in 10.0.0.0/24 brd 10.0.0.255',
      '  10.6.0.1 in 10.6.0.2/32 noprefixroute',
      '  10.0.0.2 in 10.0.0.0/24 secondary',
      '  fd00::1 in fd00::/64',
    ]);
  });

  it('on one line each', () => {
    expect(
      shown(`1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
3: eth0    inet 10.0.0.1/24 brd 10.0.0.255 scope global eth0\\       valid_lft forever preferred_lft forever
3: eth0    inet 10.0.0.2/24 scope global secondary eth0\\       valid_lft forever preferred_lft forever
`),
    ).toEqual([
      'lo mtu 65536',
      '  127.0.0.1 in 127.0.0.0/8 scope 254',
      'eth0 mtu 1500',
      '  10.0.0.1 in 10.0.0.0/24 brd 10.0.0.255',
      '  10.0.0.2 in 10.0.0.0/24 secondary',
    ]);
  });

  it('in brief', () => {
    expect(
      shown(`lo               UNKNOWN        127.0.0.1/8 ::1/128 
eth1@if4         DOWN           
eth0@if5         UP             10.0.0.1/24 10.6.0.1 peer 10.6.0.2/32 10.0.0.2/24 fd00::1/64 
`),
    ).toEqual([
      'lo mtu 65536',
      '  127.0.0.1 in 127.0.0.0/8 scope 254',
      '  ::1 in ::1/128 scope 254',
      'eth1 mtu 1500 no carrier',
      'eth0 mtu 1500',
      '  10.0.0.1 in 10.0.0.0/24',
      '  10.6.0.1 in 10.6.0.2/32',
      '  10.0.0.2 in 10.0.0.0/24 secondary',
      '  fd00::1 in fd00::/64',
    ]);
  });
});

describe('when a line is not one of ip addr, then it is named with its place', () => {
  const cases: readonly (readonly [string, number, RegExp])[] = [
    [
      '2: eth0: <UP,LOWER_UP> mtu 1500\n    inet 10.0.0.400/24 scope global eth0',
      10,
      /not an interface address/,
    ],
    ['2: eth0: <UP,LOWER_UP> mtu 1500\n    innet 10.0.0.4/24 scope global eth0', 5, /"innet" is not a word/],
    ['2: eth0: <UP,LOWER_UP> mtu 1500\n    inet 10.0.0.4/24 peer', 22, /"peer" has no value/],
    ['\n    inet 10.0.0.4/24 scope global eth0', 5, /stands before any interface/],
  ];
  it.each(cases)('%s', (text, column, expected) => {
    expect(readInterfaces(text, '/at').problems).toMatchObject([
      { line: 2, column, message: expect.stringMatching(expected) as string },
    ]);
  });
});
