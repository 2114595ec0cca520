import { describe, expect, test } from 'vitest';
import { router } from '../router.test-support.ts';

const filter = (...lines: readonly string[]): string => `*filter\n${lines.join('\n')}\nCOMMIT\n`;
const SYN = 'tcp 10.1.0.2:5555 > 10.2.0.2:80 S';

describe('when a forwarded packet meets a rule then it', () => {
  // The rule is `-A FORWARD … -j DROP`; the packet comes in eth0 and leaves eth1.
  const cases: readonly [match: string, packet: string, fate: 'drops' | 'passes'][] = [
    ['', SYN, 'drops'],
    ['-s 10.1.0.0/24', SYN, 'drops'],
    ['-s 10.1.0.3', SYN, 'passes'],
    ['! -s 10.1.0.3', SYN, 'drops'],
    ['-s ! 10.1.0.3', SYN, 'drops'],
    ['-s 10.9.0.0/16,10.1.0.2', SYN, 'drops'],
    ['-d 10.0.0.2/255.0.0.255', SYN, 'drops'],
    ['-d 10.0.0.3/255.0.0.255', SYN, 'passes'],
    ['-s 0/0 -d 0.0.0.0/0', SYN, 'drops'],
    ['! -s 0.0.0.0/0', SYN, 'passes'],
    ['-i eth0 -o eth1', SYN, 'drops'],
    ['-i eth1', SYN, 'passes'],
    ['-i eth+', SYN, 'drops'],
    ['! -i eth+', SYN, 'passes'],
    ['-i et', SYN, 'passes'],
    ['-p tcp', SYN, 'drops'],
    ['-p 6', SYN, 'drops'],
    ['! -p tcp', SYN, 'passes'],
    ['-p all', SYN, 'drops'],
    ['-p gre', '47 10.1.0.2 > 10.2.0.2', 'drops'],
    ['-p tcp --dport 80', SYN, 'drops'],
    ['-p tcp -m tcp ! --dport 80', SYN, 'passes'],
    ['-p tcp --dport 81:', SYN, 'passes'],
    ['-p tcp --sport 5000:6000 --dport :80', SYN, 'drops'],
    ['-p udp --dport 80', SYN, 'passes'],
    ['-p udp --dport domain', 'udp 10.1.0.2:1 > 10.2.0.2:53', 'drops'],
    ['-p tcp --syn', SYN, 'drops'],
    ['-p tcp --syn', 'tcp 10.1.0.2:1 > 10.2.0.2:2 SA', 'passes'],
    ['-p tcp --syn', 'tcp 10.1.0.2:1 > 10.2.0.2:2 SEC', 'drops'],
    ['-p tcp ! --syn', SYN, 'passes'],
    ['-p tcp --tcp-flags ALL NONE', 'tcp 10.1.0.2:1 > 10.2.0.2:2 -', 'drops'],
    ['-p tcp --tcp-flags SYN,FIN SYN,FIN', 'tcp 10.1.0.2:1 > 10.2.0.2:2 SF', 'drops'],
    ['-p tcp -m multiport --dports 22,80,1000:2000', SYN, 'drops'],
    ['-p tcp -m multiport ! --dports 22,80', SYN, 'passes'],
    ['-p tcp -m multiport --sports 22,80', SYN, 'passes'],
    ['-p tcp -m multiport --ports 22,5555', SYN, 'drops'],
    ['-p tcp -m multiport --ports 22', SYN, 'passes'],
    ['-p icmp --icmp-type echo-request', 'icmp 10.1.0.2 > 10.2.0.2 8/0 7', 'drops'],
    ['-p icmp --icmp-type 3/4', 'icmp 10.1.0.2 > 10.2.0.2 3/4 0', 'drops'],
    ['-p icmp --icmp-type 3/4', 'icmp 10.1.0.2 > 10.2.0.2 3/3 0', 'passes'],
    ['-p icmp ! --icmp-type 3/4', 'icmp 10.1.0.2 > 10.2.0.2 3/3 0', 'drops'],
    ['-p icmp --icmp-type destination-unreachable', 'icmp 10.1.0.2 > 10.2.0.2 3/9 0', 'drops'],
    ['-p icmp --icmp-type any', 'icmp 10.1.0.2 > 10.2.0.2 13/0 0', 'drops'],
    ['-m iprange --src-range 10.1.0.1-10.1.0.2', SYN, 'drops'],
    ['-m iprange ! --src-range 10.1.0.1-10.1.0.2', SYN, 'passes'],
    ['-m iprange --dst-range 10.2.0.3-10.2.0.9', SYN, 'passes'],
    ['-m ttl --ttl-eq 64', SYN, 'drops'],
    ['-m ttl --ttl-lt 64', SYN, 'passes'],
    ['-m ttl --ttl-gt 63', SYN, 'drops'],
    ['-m mark --mark 0x0/0xff', SYN, 'drops'],
    ['-m mark ! --mark 0', SYN, 'passes'],
    ['-m addrtype --dst-type LOCAL', SYN, 'passes'],
    ['-m addrtype ! --dst-type LOCAL', SYN, 'drops'],
    ['-m addrtype --dst-type UNICAST,LOCAL', SYN, 'drops'],
    ['-m addrtype --dst-type LOCAL --limit-iface-in', 'udp 10.1.0.2:1 > 10.2.0.1:2', 'passes'],
    ['-m addrtype --dst-type LOCAL', 'udp 10.1.0.2:1 > 10.2.0.1:2', 'drops'],
    ['-m comment --comment "-j ACCEPT"', SYN, 'drops'],
    ['-f', SYN, 'passes'],
    ['! -f', SYN, 'drops'],
    ['-m state --state NEW', SYN, 'drops'],
    ['-m conntrack ! --ctstate NEW', SYN, 'passes'],
    ['-m conntrack --ctstate NEW --ctdir ORIGINAL', SYN, 'drops'],
    ['-m conntrack --ctproto 6', SYN, 'drops'],
    ['-m conntrack --ctstate INVALID --ctdir REPLY', 'tcp 10.1.0.2:1 > 10.2.0.2:2 SA', 'drops'],
    ['-m conntrack --ctdir ORIGINAL', 'tcp 10.1.0.2:1 > 10.2.0.2:2 SA', 'passes'],
  ];
  test.each(cases)('%s: %s %s', (match, packet, fate) => {
    const crossed = router(filter(`-A FORWARD ${match} -j DROP`)).forward(packet);
    expect(crossed.passed.do === 'drop' ? 'drops' : 'passes').toBe(fate);
  });
});

describe('when interfaces are absent at a hook (E22)', () => {
  const cases: readonly [match: string, way: 'forwarded' | 'local', hits: 0 | 1][] = [
    ['-i eth0', 'forwarded', 1],
    ['-i eth0', 'local', 0],
    ['! -i eth0', 'local', 1],
    ['-i +', 'local', 1],
  ];
  test.each(cases)('then %s in a user chain of POSTROUTING, %s: %d', (match, way, hits) => {
    const { forward, send } = router(`*mangle\n:U -\n-A POSTROUTING -j U\n-A U ${match} -j DROP\nCOMMIT`);
    const crossed =
      way === 'local' ? send('udp 10.2.0.1:1 > 10.2.0.2:2') : forward('udp 10.1.0.2:1 > 10.2.0.2:2');
    expect(crossed.passed.do === 'drop' ? 1 : 0).toBe(hits);
  });

  test.each([
    ['-o eth1', 0],
    ['! -o eth1', 1],
  ])('then %s in a user chain of PREROUTING: %d', (match, hits) => {
    const crossed = router(`*mangle\n:U -\n-A PREROUTING -j U\n-A U ${match} -j DROP\nCOMMIT`).forward(SYN);
    expect(crossed.passed.do === 'drop' ? 1 : 0).toBe(hits);
  });
});
