/** What happens to a packet that finds the queue full. */
export type OverflowRule =
  /** The oldest packets make room and are counted as dropped: for unreliable data, where the newest counts. */
  | 'drop-oldest'
  /** The packet is refused: for reliable data, where the caller has to end the stream rather than lose a part of it. */
  | 'refuse';

export interface PacketQueueLimits {
  maxPackets: number;
  maxBytes: number;
}

const FIRST_CAPACITY = 8;

/** What several queues may hold together, on top of what each may hold. */
export class PacketBudget {
  readonly #limits: PacketQueueLimits;
  #packets = 0;
  #bytes = 0;

  constructor(limits: PacketQueueLimits) {
    this.#limits = limits;
  }

  hasRoomFor(bytes: number): boolean {
    return this.#packets < this.#limits.maxPackets && this.#bytes + bytes <= this.#limits.maxBytes;
  }

  /** Packets and bytes that came in, negative for those that left. */
  add(packets: number, bytes: number): void {
    this.#packets += packets;
    this.#bytes += bytes;
  }
}

/**
 * FIFO of packets, bounded in packets and in bytes. A packet counts as available only after `publish`, so that a frame
 * sees one fixed set of packets however many arrive meanwhile.
 */
export class PacketQueue {
  readonly #limits: PacketQueueLimits;
  readonly #rule: OverflowRule;
  #budget: PacketBudget | null;
  // PERF: a ring of the packets themselves: one that passes through allocates nothing here.
  #packets = emptyRing(FIRST_CAPACITY);
  /** Those of them that are text, which few are. */
  readonly #texts = new Set<Uint8Array>();
  #head = 0;
  #size = 0;
  #published = 0;
  #bytes = 0;
  #dropped = 0;
  #lastWasText = false;

  constructor(limits: PacketQueueLimits, rule: OverflowRule, budget: PacketBudget | null = null) {
    this.#limits = limits;
    this.#rule = rule;
    this.#budget = budget;
  }

  /** Packets that `take` can hand out. */
  get available(): number {
    return this.#published;
  }

  /** Packets held, published or not. */
  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Packets that made room for newer ones, since the queue exists. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether the packet last taken was text. */
  get lastWasText(): boolean {
    return this.#lastWasText;
  }

  /** False when the packet was refused. The queue keeps the array itself, not a copy. */
  push(packet: Uint8Array, isText: boolean): boolean {
    if (packet.length > this.#limits.maxBytes) return false;
    while (!this.#hasRoomFor(packet.length)) {
      if (this.#rule === 'refuse' || this.#size === 0) return false;
      this.#texts.delete(this.#shift());
      this.#dropped += 1;
    }
    if (this.#size === this.#packets.length) this.#grow();
    this.#packets[(this.#head + this.#size) & (this.#packets.length - 1)] = packet;
    if (isText) this.#texts.add(packet);
    this.#size += 1;
    this.#bytes += packet.length;
    this.#budget?.add(1, packet.length);
    return true;
  }

  /** Makes available what has arrived; returns how many packets that added. */
  publish(): number {
    const added = this.#size - this.#published;
    this.#published = this.#size;
    return added;
  }

  /** The oldest published packet, or undefined. */
  take(): Uint8Array | undefined {
    if (this.#published === 0) return undefined;
    const packet = this.#shift();
    // PERF: asked only where there is text at all.
    this.#lastWasText = this.#texts.size > 0 && this.#texts.delete(packet);
    return packet;
  }

  /** What it still holds counts for nobody but its reader from now on. */
  leaveBudget(): void {
    this.#budget?.add(-this.#size, -this.#bytes);
    this.#budget = null;
  }

  clear(): void {
    this.#budget?.add(-this.#size, -this.#bytes);
    this.#packets = emptyRing(FIRST_CAPACITY);
    this.#texts.clear();
    this.#head = this.#size = this.#published = this.#bytes = 0;
  }

  #hasRoomFor(bytes: number): boolean {
    const { maxPackets, maxBytes } = this.#limits;
    const fitsHere = this.#size < maxPackets && this.#bytes + bytes <= maxBytes;
    return fitsHere && (this.#budget === null || this.#budget.hasRoomFor(bytes));
  }

  #shift(): Uint8Array {
    const packet = this.#packets[this.#head] as Uint8Array;
    this.#packets[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#packets.length - 1);
    this.#size -= 1;
    this.#bytes -= packet.length;
    this.#budget?.add(-1, -packet.length);
    if (this.#published > 0) this.#published -= 1;
    return packet;
  }

  /** The ring is full: twice as long, with its oldest packet first. */
  #grow(): void {
    const ring = this.#packets;
    this.#packets = [...ring.slice(this.#head), ...ring.slice(0, this.#head), ...emptyRing(ring.length)];
    this.#head = 0;
  }
}

function emptyRing(capacity: number): (Uint8Array | undefined)[] {
  return new Array(capacity).fill(undefined);
}
