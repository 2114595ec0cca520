import { expect, test } from 'vitest';
import { addressMap } from './address-map.ts';
import { address, declarationsOf } from './declarations.fixture.ts';

const map = addressMap(
  declarationsOf({
    vnets: {
      a: { ranges: '10.0.0.0/16 fd00::/48', subnets: { s: {} } },
      b: { ranges: '10.0.0.0/16', subnets: { s: {} } },
    },
    nics: {
      'vm/eth0': ['a/s', '10.0.0.4', { addresses: [address('10.0.0.4'), address('fd00::4')] }],
      'other/eth0': ['b/s', '10.0.0.4'],
    },
    frontends: { ilb: ['a/s', '10.0.0.6'] },
  }),
);

test.each([
  ['a', '10.0.0.4', 'vm/eth0'],
  ['a', 'fd00::4', 'vm/eth0'],
  ['b', '10.0.0.4', 'other/eth0'],
  ['a', '10.0.0.6', 'ilb/fip'],
  ['b', '10.0.0.6', undefined],
  ['a', '10.0.0.9', undefined],
  ['nowhere', '10.0.0.4', undefined],
])('when VNet %s is asked for %s then its owner there is found', (vnet, asked, owner) => {
  expect(map.owner(vnet, address(asked))?.id).toBe(owner);
});
