import { describe, expect, it } from 'vitest';
import { sysctl } from './sysctl.ts';

const of = (stated: Readonly<Record<string, number>>) =>
  sysctl(new Map(Object.entries(stated).map(([key, value]) => [key, { value, at: `/sysctl/${key}` }])));

describe('when forwarding is switched, then it is on for the interfaces that the kernel means', () => {
  const cases: readonly (readonly [Readonly<Record<string, number>>, 4 | 6, boolean])[] = [
    [{}, 4, false],
    [{ 'net.ipv4.ip_forward': 1 }, 4, true],
    [{ 'net.ipv4.conf.all.forwarding': 1 }, 4, true],
    [{ 'net.ipv4.conf.eth0.forwarding': 1 }, 4, true],
    [{ 'net.ipv4.conf.eth1.forwarding': 1 }, 4, false],
    [{ 'net.ipv4.ip_forward': 1, 'net.ipv4.conf.eth0.forwarding': 0 }, 4, false],
    [{ 'net.ipv4.ip_forward': 1 }, 6, false],
    [{ 'net.ipv6.conf.all.forwarding': 1 }, 6, true],
  ];
  it.each(cases)('%o family %i at eth0: %s', (stated, family, expected) => {
    expect(of(stated).forwards(family, 'eth0')).toBe(expected);
  });
});

it('when a setting decides about forwarding, then its place is known', () => {
  const at = (stated: Readonly<Record<string, number>>) => of(stated).forwardingAt(4, 'eth0');
  expect(at({})).toBeUndefined();
  expect(at({ 'net.ipv4.ip_forward': 0 })).toBe('/sysctl/net.ipv4.ip_forward');
  expect(at({ 'net.ipv4.ip_forward': 1, 'net.ipv4.conf.eth0.forwarding': 0 })).toBe(
    '/sysctl/net.ipv4.conf.eth0.forwarding',
  );
});

describe('when rp_filter is stated for all and for the interface, then the larger counts', () => {
  const cases: readonly (readonly [number, number, number])[] = [
    [0, 0, 0],
    [1, 0, 1],
    [0, 2, 2],
    [1, 2, 2],
    [2, 1, 2],
  ];
  it.each(cases)('all %i, eth0 %i: %i', (all, own, expected) => {
    expect(
      of({ 'net.ipv4.conf.all.rp_filter': all, 'net.ipv4.conf.eth0.rp_filter': own }).reversePathFilter(
        'eth0',
      ),
    ).toBe(expected);
  });
});

it('when a key is not stated, then the kernel’s default counts', () => {
  expect(of({}).get('net.ipv4.ip_default_ttl')).toBe(64);
  expect(of({}).get('net.netfilter.nf_conntrack_tcp_loose')).toBe(1);
  expect(of({ 'net.ipv4.ip_default_ttl': 128 }).get('net.ipv4.ip_default_ttl')).toBe(128);
});
