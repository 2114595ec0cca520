import type { LintRule } from './rule.ts';

export const peeringOneSided: LintRule = {
  code: 'peering-one-sided',
  severity: 'error',
  summary: 'a peering has one side',
  condition: 'A VNet has a link to another VNet of the topology, which has none back.',
  harm: 'The peering stays Initiated or Disconnected: neither VNet has routes to the other, and nothing passes.',
  bad: `vnets:
  hub: { peerings: { spoke: { allowForwardedTraffic: true } } }
  spoke: {}`,
  good: `vnets:
  hub: { peerings: { spoke: { allowForwardedTraffic: true } } }
  spoke: { peerings: { hub: { allowForwardedTraffic: true } } }`,
  source: 'Microsoft Learn: "Create, change, or delete a virtual network peering"; each side owns its link',
  check: ({ declared: { vnets } }) =>
    [...vnets.values()].flatMap((vnet) =>
      [...vnet.peerings.values()]
        .filter(({ remote }) => vnets.get(remote)?.peerings.has(vnet.name) === false)
        .map(({ remote, at }) => ({
          at,
          about: { vnet: vnet.name, remote },
          related: [{ what: 'the VNet without a link', at: vnets.get(remote)!.at }],
        })),
    ),
};
