/** Addresses at which Azure itself is reached from a NIC, past all routes and security groups. */
import type { Address, Family } from '../value/address.ts';
import { setOf } from '../value/integer-set.ts';
import { hostPrefix, prefix } from '../value/prefix.ts';

/** Where probes come from: Azure's wire server, and the link-local address that probes IPv6. */
export const PROBE_SOURCE: Readonly<Record<Family, Address>> = {
  4: prefix('168.63.129.16/32').first,
  6: prefix('fe80::1234:5678:9abc/128').first,
};

const METADATA = prefix('169.254.169.254/32');

export const PLATFORM = setOf([hostPrefix(PROBE_SOURCE[4]), METADATA, hostPrefix(PROBE_SOURCE[6])]);

/** Before a NIC's name: the port by which the platform itself reaches that NIC. */
export const PLATFORM_PORT = 'platform/';
