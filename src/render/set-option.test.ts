/** The option as it would stand on a command line. */
import { expect, test } from 'vitest';
import { setOption } from './set-option.ts';

test.each([
  ['/machines/fw/nics/eth0', 'enableIPForwarding', 'machines.fw.nics.eth0.enableIPForwarding=1'],
  [
    '/machines/fw/nics/eth0/enableIPForwarding',
    'enableIPForwarding',
    'machines.fw.nics.eth0.enableIPForwarding=1',
  ],
  ['/machines/a.b/nics/eth0', 'x', String.raw`'machines.a\.b.nics.eth0.x=1'`],
  ['/machines/a~1b~0c/nics', 'x', 'machines.a/b~c.nics.x=1'],
  ["/machines/it's", 'x', String.raw`'machines.it'\''s.x=1'`],
  ['/m/linux/sysctl/net.ipv4.ip_forward', 'net.ipv4.ip_forward', 'm.linux.sysctl.net.ipv4.ip_forward=1'],
  ['/m/linux/sysctl', 'net.ipv4.ip_forward', String.raw`'m.linux.sysctl.net\.ipv4\.ip_forward=1'`],
])('when the pointer is %s and the key %s then the path has dots between keys', (pointer, key, wanted) => {
  expect(setOption(pointer, key, '1')).toBe(`--set ${wanted}`);
});

test.each([undefined, '/machines/a=b'])('when the place is %s then there is no option', (pointer) => {
  expect(setOption(pointer, 'x', '1')).toBeUndefined();
});
