/** What is reserved for a packet before more than its head has come. */
const FIRST_CAPACITY = 64 * 1024;

export type PieceResult =
  | 'more'
  /** The packet is complete, and ready to be taken. */
  | 'complete'
  /** A first piece while another packet is unfinished, a later one without a first, or more bytes than announced. */
  | 'broken'
  /** More than the peer was told we take, alone or with what is under way on other lanes. */
  | 'too-large';

interface Assembly {
  readonly total: number;
  bytes: Uint8Array;
  length: number;
}

/**
 * Puts the large packets of one peer together. Memory follows the bytes that came, not the length that was announced,
 * and is never more than the cap for all lanes together.
 */
export class Assembler {
  readonly #capBytes: number;
  readonly #byLane: (Assembly | undefined)[];
  #open = 0;
  /** Announced by the packets that are open. */
  #announcedBytes = 0;
  #lastPieceAt = 0;
  #assembledBytes = 0;

  constructor(lanes: number, capBytes: number) {
    this.#capBytes = capBytes;
    this.#byLane = new Array(lanes).fill(undefined);
  }

  /** Unfinished packets. */
  get open(): number {
    return this.#open;
  }

  /** Bytes of the packets that were completed, since the link exists. */
  get assembledBytes(): number {
    return this.#assembledBytes;
  }

  /** Memory held for unfinished packets. */
  get heldBytes(): number {
    let bytes = 0;
    for (const assembly of this.#byLane) bytes += assembly?.bytes.length ?? 0;
    return bytes;
  }

  /** When the last piece came. */
  get lastPieceAt(): number {
    return this.#lastPieceAt;
  }

  first(lane: number, total: number, piece: Uint8Array, now: number): PieceResult {
    if (this.#byLane[lane] || total === 0) return 'broken';
    if (this.#announcedBytes + total > this.#capBytes) return 'too-large';
    this.#announcedBytes += total;
    this.#open += 1;
    this.#byLane[lane] = { total, bytes: new Uint8Array(Math.min(total, FIRST_CAPACITY)), length: 0 };
    return this.next(lane, piece, now);
  }

  next(lane: number, piece: Uint8Array, now: number): PieceResult {
    const assembly = this.#byLane[lane];
    if (!assembly || piece.length === 0 || assembly.length + piece.length > assembly.total) return 'broken';
    this.#lastPieceAt = now;
    const end = assembly.length + piece.length;
    if (end > assembly.bytes.length) grow(assembly, end);
    assembly.bytes.set(piece, assembly.length);
    assembly.length = end;
    return end === assembly.total ? 'complete' : 'more';
  }

  /** The complete packet of a lane. */
  take(lane: number): Uint8Array {
    const { bytes, total } = this.#byLane[lane]!;
    this.#byLane[lane] = undefined;
    this.#open -= 1;
    this.#announcedBytes -= total;
    this.#assembledBytes += total;
    return bytes;
  }

  clear(): void {
    this.#byLane.fill(undefined);
    this.#open = this.#announcedBytes = 0;
  }
}

function grow(assembly: Assembly, needed: number): void {
  const bytes = new Uint8Array(Math.min(assembly.total, Math.max(needed, assembly.bytes.length * 2)));
  bytes.set(assembly.bytes.subarray(0, assembly.length));
  assembly.bytes = bytes;
}
