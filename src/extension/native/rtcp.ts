/** Control packets (RTCP, RFC 3550 and 4585), as far as passing tracks on needs them. A stranger writes what is read here. */

const Type = { SENDER_REPORT: 200, RECEIVER_REPORT: 201, TRANSPORT_FEEDBACK: 205, PAYLOAD_FEEDBACK: 206 } as const;
const LOST = 1;
const PICTURE_LOSS = 1;
const FULL_INTRA = 4;

/** RTCP has its own packet types, where RTP has its payload type (RFC 5761). */
const FIRST_TYPE = 192;
const LAST_TYPE = 223;

const VERSION = 2;
const HEADER_BYTES = 8;
const FEEDBACK_BYTES = 12;
const REPORT_BYTES = 32;
/** Packets that one message can say are lost; what is beyond is asked for again soon. */
const MAX_LOST = 256;
/** Behind the one that a report of loss names, it has a bit for each of so many. */
const BITS = 16;

export const isControl = (message: Uint8Array): boolean => {
  const type = message[1] ?? 0;
  return type >= FIRST_TYPE && type <= LAST_TYPE;
};

/** Whether one of the packets in it (they come in bundles) asks for a keyframe of this source. */
export function asksForKeyframe(message: Uint8Array, source: number): boolean {
  return split(message).some((packet) => {
    if (packet.type !== Type.PAYLOAD_FEEDBACK || packet.view.byteLength < FEEDBACK_BYTES) return false;
    if (packet.format === PICTURE_LOSS) return packet.view.getUint32(8) === source;
    return packet.format === FULL_INTRA && entries(packet.view, 8).some((at) => packet.view.getUint32(at) === source);
  });
}

/** The numbers of packets of this source that did not arrive. */
export function lostOf(message: Uint8Array, source: number): readonly number[] {
  const lost: number[] = [];
  for (const { type, format, view } of split(message)) {
    const isReport = type === Type.TRANSPORT_FEEDBACK && format === LOST && view.byteLength >= FEEDBACK_BYTES;
    if (!isReport || view.getUint32(8) !== source) continue;
    for (const at of entries(view, 4)) {
      const first = view.getUint16(at);
      const others = view.getUint16(at + 2);
      lost.push(first);
      for (let bit = 0; bit < BITS; bit += 1) if ((others & (1 << bit)) !== 0) lost.push((first + bit + 1) & 0xffff);
      if (lost.length >= MAX_LOST) return lost.slice(0, MAX_LOST);
    }
  }
  return lost;
}

/** What a sender's report on this source says of its time, as an answer is to repeat it; null for none. */
export function reportedTimeOf(message: Uint8Array, source: number): number | null {
  for (const { type, view } of split(message)) {
    const isReport = type === Type.SENDER_REPORT && view.byteLength >= 16 && view.getUint32(4) === source;
    if (isReport) return view.getUint32(10);
  }
  return null;
}

export interface ReceiverReport {
  /** Of the last interval, in parts of 256; and of all time. */
  readonly fractionLost: number;
  readonly lost: number;
  /** With the times that it began anew in the upper half. */
  readonly highest: number;
  readonly jitter: number;
  readonly reportedTime: number;
  /** Since that came, in parts of 65536 of a second. */
  readonly delay: number;
}

export function writeReceiverReport(own: number, source: number, report: ReceiverReport): Uint8Array {
  const view = begin(Type.RECEIVER_REPORT, 1, REPORT_BYTES, own);
  view.setUint32(8, source);
  const lost = Math.min(0x7fffff, Math.max(0, report.lost));
  view.setUint32(12, ((report.fractionLost & 0xff) << 24) | lost);
  view.setUint32(16, report.highest);
  view.setUint32(20, report.jitter);
  view.setUint32(24, report.reportedTime);
  view.setUint32(28, report.delay);
  return new Uint8Array(view.buffer);
}

export function writeKeyframeRequest(own: number, source: number): Uint8Array {
  const view = begin(Type.PAYLOAD_FEEDBACK, PICTURE_LOSS, FEEDBACK_BYTES, own);
  view.setUint32(8, source);
  return new Uint8Array(view.buffer);
}

/** Asks for packets again; the numbers in the order in which they were sent. */
export function writeLost(own: number, source: number, sequences: readonly number[]): Uint8Array {
  const fields: { first: number; others: number }[] = [];
  for (const sequence of sequences) {
    const last = fields.at(-1);
    const behind = last === undefined ? BITS + 1 : (sequence - last.first) & 0xffff;
    if (last !== undefined && behind > 0 && behind <= BITS) last.others |= 1 << (behind - 1);
    else fields.push({ first: sequence & 0xffff, others: 0 });
  }
  const view = begin(Type.TRANSPORT_FEEDBACK, LOST, FEEDBACK_BYTES + 4 * fields.length, own);
  view.setUint32(8, source);
  fields.forEach(({ first, others }, index) => {
    view.setUint16(FEEDBACK_BYTES + 4 * index, first);
    view.setUint16(FEEDBACK_BYTES + 4 * index + 2, others);
  });
  return new Uint8Array(view.buffer);
}

interface ControlPacket {
  readonly type: number;
  readonly format: number;
  readonly view: DataView;
}

/** The packets of a bundle, up to the first that makes no sense. */
function split(message: Uint8Array): ControlPacket[] {
  const packets: ControlPacket[] = [];
  for (let at = 0; at + HEADER_BYTES <= message.length; ) {
    const first = message[at]!;
    const size = 4 * (message[at + 2]! * 256 + message[at + 3]! + 1);
    if (first >> 6 !== VERSION || size < HEADER_BYTES || at + size > message.length) break;
    const view = new DataView(message.buffer, message.byteOffset + at, size);
    packets.push({ type: message[at + 1]!, format: first & 0x1f, view });
    at += size;
  }
  return packets;
}

/** Where the entries behind the head of a report begin. */
function entries(view: DataView, size: number): number[] {
  const count = Math.floor((view.byteLength - FEEDBACK_BYTES) / size);
  return Array.from({ length: count }, (_, index) => FEEDBACK_BYTES + size * index);
}

function begin(type: number, format: number, size: number, own: number): DataView {
  const view = new DataView(new ArrayBuffer(size));
  view.setUint8(0, (VERSION << 6) | format);
  view.setUint8(1, type);
  view.setUint16(2, size / 4 - 1);
  view.setUint32(4, own);
  return view;
}
