import { describe, expect, test } from 'vitest';
import { nearest } from './suggest.ts';

const KEYS = ['addressPrefix', 'addressPrefixes', 'nextHopType', 'routeTable', 'eth0', 'eth1', 'vni'];

describe('nearest', () => {
  test.each([
    ['addresPrefix', 'addressPrefix'],
    ['addressPrefixs', 'addressPrefix'],
    ['NEXTHOPTYPE', 'nextHopType'],
    ['nextHoptpye', 'nextHopType'],
    ['routetables', 'routeTable'],
    ['eht0', 'eth0'],
    ['eth2', 'eth0'],
    ['vin', 'vni'],
    ['subnet', undefined],
    ['x', undefined],
    ['', undefined],
    ['gatewayTransit', undefined],
  ])('when %j is written, then %j is meant', (word, expected) => {
    expect(nearest(word, KEYS)).toBe(expected);
  });

  test('when one candidate differs only in case, then it wins over one nearer by letters', () => {
    expect(nearest('ETH0', ['eth1', 'eth0'])).toBe('eth0');
  });

  test('when the word is very long, then nothing is compared', () => {
    expect(nearest('a'.repeat(100_000), [`${'a'.repeat(99_999)}b`])).toBeUndefined();
  });

  test('when there are very many candidates, then the first 2000 are compared', () => {
    const candidates = Array.from({ length: 100_000 }, (_, index) => `candidate-${index}`);
    expect(nearest('candidate-99999x', candidates)).not.toBe('candidate-99999');
  });
});
