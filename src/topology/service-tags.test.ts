import { describe, expect, test } from 'vitest';
import { has } from '../value/integer-set.ts';
import { address, declarationsOf } from './declarations.fixture.ts';
import { sketch } from './security-groups.fixture.ts';
import { addressesOfTag } from './service-tags.ts';

describe('service tags', () => {
  const declarations = declarationsOf(sketch());
  const holds = (name: string, subnet: string, asked: string): boolean =>
    has(addressesOfTag(name, declarations.subnets.get(subnet)!, declarations), address(asked));

  test.each([
    ['hub/c', '10.200.1.1', true],
    ['hub/c', '203.0.113.9', true],
    ['hub/a', '10.200.1.1', false],
    ['hub/b', '93.184.216.34', true],
    ['spoke/a', '10.0.0.4', true],
    ['spoke/a', '10.3.0.4', true],
    ['denied/a', '10.0.0.4', true],
    ['hub/a', '168.63.129.16', true],
  ])('when VirtualNetwork is resolved at %s then it holds %s: %s', (subnet, asked, expected) => {
    expect(holds('VirtualNetwork', subnet, asked)).toBe(expected);
  });

  test.each([
    ['1.0.0.0', true],
    ['0.255.255.255', false],
    ['9.255.255.255', true],
    ['10.0.0.0', false],
    ['11.0.0.0', true],
    ['100.64.0.1', false],
    ['127.0.0.1', false],
    ['168.63.129.15', true],
    ['168.63.129.16', false],
    ['169.254.169.254', false],
    ['172.15.255.255', true],
    ['172.16.0.1', false],
    ['192.168.0.1', false],
    ['223.255.255.255', true],
    ['224.0.0.1', false],
    ['20.0.0.5', false],
    ['20.0.1.5', true],
    ['2001:db8::1', true],
    ['fd00:9::1', false],
  ])('when Internet is resolved then it holds %s: %s', (asked, expected) => {
    expect(holds('Internet', 'hub/b', asked)).toBe(expected);
  });
});
