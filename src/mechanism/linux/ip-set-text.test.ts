import { describe, expect, it } from 'vitest';
import { formatAddress, formatMac } from '../../value/address.ts';
import type { SetPart } from './ip-set.ts';
import { readIpSets } from './ip-set-text.ts';

function print(part: SetPart): string {
  switch (part.kind) {
    case 'address':
      return `${formatAddress(part.first)}-${formatAddress(part.last)}`;
    case 'port':
      return `${part.protocol ?? 'any'}:${part.first}-${part.last}`;
    case 'mac':
      return formatMac(part.mac);
    case 'mark':
      return `mark ${part.mark}`;
    case 'interface':
    case 'set':
      return `${part.kind} ${part.name}`;
    default:
      return part satisfies never;
  }
}

describe('when ipset save prints an entry, then its parts are read', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['hash:ip family inet hashsize 1024 maxelem 65536', '10.0.0.1', '10.0.0.1-10.0.0.1'],
    ['hash:ip family inet6 hashsize 1024 maxelem 65536', 'fd00::1', 'fd00::1-fd00::1'],
    ['hash:net family inet hashsize 1024 maxelem 65536', '10.0.0.0/24', '10.0.0.0-10.0.0.255'],
    ['hash:net family inet', '10.0.0.0/24 nomatch', '10.0.0.0-10.0.0.255 excepted'],
    ['hash:net family inet comment', '10.0.0.0/24 comment "the nomatch net"', '10.0.0.0-10.0.0.255'],
    ['hash:net,net family inet', '10.0.0.0/24,10.1.0.0/16', '10.0.0.0-10.0.0.255 10.1.0.0-10.1.255.255'],
    ['hash:ip,port family inet timeout 300', '10.0.0.1,tcp:80 timeout 12', '10.0.0.1-10.0.0.1 6:80-80'],
    [
      'hash:ip,port,net family inet',
      '10.0.0.1,udp:53,10.1.0.0/16',
      '10.0.0.1-10.0.0.1 17:53-53 10.1.0.0-10.1.255.255',
    ],
    ['hash:ip,port family inet', '10.0.0.1,icmp:8/0', '10.0.0.1-10.0.0.1 1:2048-2048'],
    ['hash:ip,port family inet', '10.0.0.1,icmp:echo-request', '10.0.0.1-10.0.0.1 1:2048-2048'],
    ['hash:net,iface family inet', '10.0.0.0/24,eth0', '10.0.0.0-10.0.0.255 interface eth0'],
    ['hash:ip,mark family inet markmask 0xffffffff', '10.0.0.1,0x0000000a', '10.0.0.1-10.0.0.1 mark 10'],
    ['hash:mac hashsize 1024 maxelem 65536', '02:00:00:00:00:01', '02:00:00:00:00:01'],
    ['bitmap:ip range 10.0.0.0-10.0.0.255', '10.0.0.3-10.0.0.9', '10.0.0.3-10.0.0.9'],
    ['bitmap:port range 0-1024', '80', 'any:80-80'],
    ['list:set size 8', 'admins', 'set admins'],
  ];
  it.each(cases)('%s: %s', (type, element, expected) => {
    const { sets, problems } = readIpSets(`create s ${type}\nadd s ${element}\n`, '/at');
    expect(problems).toEqual([]);
    const [entry] = sets.get('s')!.entries;
    expect([...entry!.parts.map(print), ...(entry!.isExcepted ? ['excepted'] : [])].join(' ')).toBe(expected);
    expect(entry!.at).toBe('/at#2');
  });
});
