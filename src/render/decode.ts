/** A packet of a capture as text: a line for the packet, one a layer as a walk draws it, and what is wrong with it. */
import type { DecodedLayer, DecodedPacket, DecodeProblemFact } from '../report/decode.ts';
import { decodedLayerText } from './decoded-layer.ts';
import { lay } from './line.ts';

/** The text ends with a line feed; no line is wider than 100 columns. */
export function renderDecoded(packet: DecodedPacket): string {
  const { number, time, length, captured, comments, layers, payload, problems } = packet;
  const size = captured < length ? `${length} bytes, ${captured} captured` : bytesText(length);
  const when = time === null ? '' : `${time.slice(0, -1).replace('T', ' ')}  `;
  const rows = [
    ...comments.map((comment) => row('comment', comment)),
    ...layers.map(layerRow),
    ...(payload.length > 0 ? [row('payload', bytesText(payload.length))] : []),
    ...problems.map((problem) => row(problem.code, problemText(problem))),
  ];
  const head = `${String(number).padStart(4)}  `;
  const first = lay({ head, text: `${when}${size}`, right: packet.interface.name });
  return `${[...first, ...rows.flat()].join('\n')}\n`;
}

const INDENT = '      ';

const row = (what: string, text: string): string[] => lay({ head: `${INDENT}${what.padEnd(9)}`, text });

function layerRow(layer: DecodedLayer): string[] {
  const text = decodedLayerText(layer);
  const column = Math.max(9, layer.proto.length + 1);
  return lay({ head: INDENT + text.slice(0, column).padEnd(column), text: text.slice(column) });
}

const bytesText = (count: number): string => `${count} ${count === 1 ? 'byte' : 'bytes'}`;

function problemText(problem: DecodeProblemFact): string {
  switch (problem.code) {
    case 'cut':
      return `${problem.proto} takes ${bytesText(problem.wanted)}, ${problem.there} are there`;
    case 'malformed':
      return `${problem.proto} cannot have ${problem.field} ${problem.value}`;
    case 'unknown':
      return `${problem.proto} announces ${problem.field} ${numberText(problem)}, which nettrace does not know`;
    case 'wrong':
      return `${problem.proto} has ${problem.field} ${numberText(problem)}, ${numberText({ ...problem, value: problem.right })} is right`;
    case 'forged':
      return 'the integrity check of esp fails under the key of its SPI';
    case 'deep':
      return `there is ${problem.proto} behind so many headers that nettrace reads no further`;
    case 'link':
      return `link type ${problem.linkType} is not one that nettrace knows`;
    default:
      return problem satisfies never;
  }
}

/** Checksums and EtherTypes are written in hexadecimal. */
const numberText = ({ field, value }: { readonly field: string; readonly value: number }): string =>
  field === 'checksum' || (field === 'type' && value > 255) || value > 1535
    ? `0x${value.toString(16).padStart(4, '0')}`
    : String(value);
