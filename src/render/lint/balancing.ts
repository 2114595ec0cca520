/** Findings about load balancers and security groups. */
import type { Sentence } from './sentences.ts';

export const BALANCING = {
  'floating-ip-address': {
    message: ({ balancer, rule, address, members }) =>
      `rule ${rule} of ${balancer} leaves ${address} in packets, and ${members} ${members?.includes(', ') ? 'do' : 'does'} not have that address`,
    suggestion: ({ address }) => `add ${address}/32 to lo in linux.addresses, or set enableFloatingIP: false`,
  },
  'gateway-lb-tunnels': {
    message: ({ what, node, type, vni, port, frontend, device, devices }) => {
      if (what === 'bridge')
        return `${devices} of ${node} are ports of no bridge together, and ${node} does not forward`;
      const tunnel = `the ${type} tunnel (VNI ${vni}, UDP ${port}, ${frontend})`;
      return what === 'missing'
        ? `${node} has no VXLAN interface for ${tunnel}`
        : `${device} of ${node} has another ${WORD[what ?? ''] ?? what} than ${tunnel}`;
    },
    suggestion: ({ what, node, vni, port, frontend, devices }) =>
      what === 'bridge'
        ? `make a bridge the master of ${devices}`
        : `add or change linux.links of ${node}: { type: vxlan, id: ${vni}, dstport: ${port}, remote: ${frontend} }`,
  },
  'own-frontend': {
    message: ({ node, frontend, address }) =>
      `${node} sends what it translates to ${address}, ${frontend}, of which it is a member itself`,
    suggestion: () => 'translate to 127.0.0.1 or to another service',
  },
  'probe-cannot-succeed': {
    message: ({ balancer, rule, probe, members }) =>
      `the probe ${probe} of rule ${rule} of ${balancer} fails at ${members}`,
    suggestion: ({ reason }) => PROBE_ADVICE[reason ?? ''] ?? 'walk it: `nettrace explain` tells the reason',
  },
  'virtual-network-tag': {
    message: ({ what, group, rule, subnet, nic }) =>
      what === 'rule'
        ? `rule ${rule} of ${group} allows VirtualNetwork, and the default route of ${subnet} puts every address into that tag`
        : `${nic} can be reached from the Internet, and ${rule} of ${group} lets everything in: the default route of ${subnet} puts every address into VirtualNetwork`,
    suggestion: () => 'name prefixes in place of VirtualNetwork, or deny Internet before it',
  },
} as const satisfies Readonly<Record<string, Sentence>>;

const WORD: Readonly<Record<string, string>> = { vni: 'VNI', port: 'UDP port', remote: 'remote address' };

const PROBE_ADVICE: Readonly<Record<string, string>> = {
  'listener-missing': 'probe a port that the members listen on',
  'filter-denied': 'let 168.63.129.16 (AzureLoadBalancer) reach that port before the rule that denies',
  'filter-default-policy': 'let 168.63.129.16 (AzureLoadBalancer) reach that port',
};
