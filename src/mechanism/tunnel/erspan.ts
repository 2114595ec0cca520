/** The headers of ERSPAN behind the IP header: draft-foschiano-erspan-03; erspan_build_header of Linux, netdev_erspan_build_header of OVS. */
import { ipOf, lengthOf, type Header, type Ip, type Packet } from '../../packet/packet.ts';
import type { Family } from '../../value/address.ts';
import { joined, masked, upper } from '../../value/bits.ts';
import { constant, ZERO, type Term } from '../../value/term.ts';

/** What a sender of ERSPAN was told. */
export interface Erspan {
  /** By the draft's types; what Linux and Open vSwitch call versions is one less. */
  readonly type: 'erspan1' | 'erspan2' | 'erspan3';
  /** Of type II: the number of the port, 20 bits. */
  readonly index?: number;
  /** Of type III: who copies, 6 bits. */
  readonly hardware?: number;
  /** Of type III: the frame left by the port that is watched. */
  readonly isEgress?: boolean;
  /** Linux tells the frame's VLAN and class in the header too; others leave them in the frame. */
  readonly sender: 'linux' | 'open-vswitch' | 'switch';
}

/** GRE has a sequence number where ERSPAN has a header (section 4.2). */
export function erspanHeaders(
  { type, index = 0, hardware = 0, isEgress = false, sender }: Erspan,
  session: Term,
  seq: Term,
  told: Told = {},
): readonly Header[] {
  switch (type) {
    case 'erspan1':
      return [{ proto: 'gre' }, { proto: type }];
    case 'erspan2': {
      const { bso: _, ...tag } = told;
      return [
        { proto: 'gre', seq },
        { proto: type, session, ...tag, ...(index !== 0 && { index: constant(index) }) },
      ];
    }
    case 'erspan3': {
      const { encap: _, ...tag } = told;
      return [
        { proto: 'gre', seq },
        {
          proto: type,
          session,
          ...tag,
          ...(sender === 'open-vswitch' && { ethernet: ZERO }),
          ...(hardware !== 0 && { hardware: constant(hardware) }),
          egress: constant(isEgress ? 1 : 0),
        },
      ];
    }
    default:
      return type satisfies never;
  }
}

/** What the header tells of the frame. */
export type Told = Partial<Record<'vlan' | 'cos' | 'encap' | 'bso' | 'truncated', Term>>;

/** What Linux tells of a frame, by the family of the packets that carry it. */
export function toldByLinux(frame: Packet, family: Family): Told {
  const [, tag] = frame.headers;
  const ip = ipOf(frame);
  const cos = ip && classOf(ip, family);
  const bso = sizeClass(lengthOf(frame));
  return {
    ...(tag?.proto === 'vlan' && { vlan: tag.vid, encap: IN_FRAME }),
    ...(cos && { cos }),
    ...(bso !== 0 && { bso: constant(bso) }),
  };
}

const IN_FRAME = constant(3);

/** The class of IPv4 in what stands for a class of IPv6: the highest bits of version and header length, 0x45. */
const MISREAD = constant(2);

/** tos_to_cos: the three highest bits of what would be the class, were the packet of the family that carries it. */
function classOf({ proto, dscp = ZERO, ecn = ZERO }: Ip, family: Family): Term | undefined {
  if (family === 6 && proto === 'ipv4') return MISREAD;
  const cos = family === 4 && proto === 'ipv6' ? joined(masked(dscp, 3), upper(ecn, 1), 1) : upper(dscp, 3);
  return cos === ZERO ? undefined : cos;
}

/** erspan_detect_bso: 1 of a frame that is shorter than Ethernet's least, 2 of one that is longer than its most. */
const sizeClass = (octets: number): number => (octets < 60 ? 1 : octets > 1514 ? 2 : 0);
