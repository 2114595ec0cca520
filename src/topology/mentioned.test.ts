/** What a topology's texts mention, with its neighbours. */
import { expect, test } from 'vitest';
import { formatAddress } from '../value/address.ts';
import { mentioned } from './mentioned.ts';

test.each([
  [{ a: '10.0.0.0/30' }, '9.255.255.255 10.0.0.0 10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4', ''],
  [['-s 10.0.0.7/24 -j ACCEPT'], '9.255.255.255 10.0.0.0 10.0.0.1 10.0.0.254 10.0.0.255 10.0.1.0', ''],
  ['0.0.0.0/0', '0.0.0.0 0.0.0.1 255.255.255.254 255.255.255.255', ''],
  ['remote fd00::4, port 53', 'fd00::3 fd00::4 fd00::5', '52 53 54'],
  ['::/0', ':: ::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', ''],
  [{ ports: [443, '8000-8010'] }, '', '442 443 444 7999 8000 8001 8009 8010 8011'],
  [{ key: { 22: true } }, '', '21 22 23'],
  ['--dport 0:65535', '', '0 1 65534 65535'],
  ['300.1.2.3 and 1234567', '', ''],
])('when a topology says %j then it mentions %j and ports %j', (value, addresses, ports) => {
  const found = mentioned(value, []);
  expect(found.addresses.map(formatAddress).join(' ')).toBe(addresses);
  expect(found.ports.join(' ')).toBe(ports);
});

test('when a file beside the topology has numbers then they are mentioned too', () => {
  expect(mentioned({}, ['-A INPUT -p tcp --dport 22 -s 10.0.0.1']).ports).toEqual([21, 22, 23]);
});
