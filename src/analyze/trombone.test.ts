import { expect, test } from 'vitest';
import type { Hop, WalkFact } from '../report/report.ts';
import { tromboneOf } from './trombone.ts';

const PACKET = { length: 40, layers: [] };

const hop = (node: string, place?: string): Hop => {
  const [, link, from, to] = /^(\w+):(\w+)>(\w+)$/.exec(node) ?? [];
  return {
    node: link ?? node,
    kind: 'thing',
    in: null,
    out: null,
    steps: from !== undefined && to !== undefined ? [{ type: 'cross', segment: 'web', from, to }] : [],
    ...(place !== undefined && { place }),
  };
};

/** `a@dc1 dci:dc1>dc2 b@dc2` */
const walk = (direction: WalkFact['direction'], hops: string): WalkFact => ({
  direction,
  flow: { src: '10.0.0.1', dst: '10.0.0.2', proto: 'tcp' },
  packet: PACKET,
  verdict: 'delivered',
  reason: null,
  hops: hops.split(' ').map((text) => hop(...(text.split('@') as [string, string?]))),
});

test.each([
  ['nothing is crossed', 'user fw@dc1 vm@dc1', 'vm@dc1 fw@dc1 user', undefined],
  ['one way crosses once', 'user fw@dc1 dci:dc1>dc2 vm@dc2', 'vm@dc2 user', undefined],
  ['both ways cross and nobody is there', 'user dci:dc1>dc2 vm@dc2', 'vm@dc2 dci:dc2>dc1 user', [2, 0]],
  ['the ends are apart', 'a@dc1 dci:dc1>dc2 b@dc2', 'b@dc2 dci:dc2>dc1 a@dc1', undefined],
  [
    'the ends are apart and one way goes to and fro',
    'a@dc1 dci:dc1>dc2 g@dc2 dci:dc2>dc1 h@dc1 dci:dc1>dc2 b@dc2',
    'b@dc2 dci:dc2>dc1 a@dc1',
    [4, 2],
  ],
  ['the ends are at one place', 'a@dc2 dci:dc2>dc1 g@dc1 dci:dc1>dc2 b@dc2', 'b@dc2 a@dc2', [2, 0]],
  ['there is another link back', 'user dci:dc1>dc2 vm@dc2', 'vm@dc2 other:dc2>dc1 user', [2, 0]],
])('when %s then it is told if that is too often', (_, there, back, told) => {
  const found = tromboneOf([walk('forward', there), walk('return', back)]);
  expect(found && [found.crossings.length, found.needed]).toEqual(told);
});
