/** What the blamed hop knew when the packet ended: the material of an explanation. */
import type { Hop, Step, WalkFact, WalkReport } from '../report/report.ts';
import { fieldText } from './flow.ts';
import { after, innermostTransport, outermostIp, type Layers } from './layers.ts';
import type { StepOf } from './row.ts';

export interface Facts {
  readonly report: WalkReport;
  readonly walk: WalkFact;
  readonly hop: Hop;
  readonly drop: StepOf<'drop'> & Step;
  readonly node: string;
  readonly src: string;
  readonly dst: string;
  readonly service: string;
  readonly isV6: boolean;
  readonly route: StepOf<'route'> | undefined;
  readonly rule: (StepOf<'rule'> & Step) | undefined;
  readonly balance: StepOf<'balance'> | undefined;
}

/** A sentence or a remedy from the facts; undefined when they say too little. */
export type Told = (facts: Facts) => string | undefined;

export function factsOf(report: WalkReport, walk: WalkFact, hop: Hop, drop: StepOf<'drop'> & Step): Facts {
  const layers = hop.steps.reduce<Layers>(
    (now, step) => after(step, now),
    hop.in?.packet.layers ?? walk.packet.layers,
  );
  // What the hop decided on: of a packet in a tunnel the headers of the tunnel.
  const ip = outermostIp({ layers });
  const transport = innermostTransport({ layers });
  const port = fieldText(transport, 'dport');
  return {
    report,
    walk,
    hop,
    drop,
    node: hop.node,
    src: fieldText(ip, 'src') ?? walk.flow.src,
    dst: fieldText(ip, 'dst') ?? walk.flow.dst,
    service: `${transport?.proto ?? walk.flow.proto}${port === undefined ? '' : `/${port}`}`,
    isV6: ip?.proto === 'ipv6',
    route: hop.steps.findLast((step) => step.type === 'route'),
    rule: hop.steps.findLast((step) => step.type === 'rule'),
    balance: hop.steps.findLast((step) => step.type === 'balance'),
  };
}
