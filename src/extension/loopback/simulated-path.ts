import type { Clock } from '../../core/clock.js';
import { EventQueue } from '../../core/event-queue.js';
import {
  NO_BYTES,
  type PathEvent,
  PathMessage,
  type PathStats,
  PathStream,
  type StreamReliability,
} from './path-message.js';
import { PathReceiver } from './path-receiver.js';
import { PathSender } from './path-sender.js';
import type { SimulatedLink } from './simulated-link.js';
import { Timeline } from './timeline.js';

export interface SimulatedPathOptions {
  readonly clock: Clock;
  /** What the messages travel on: for this path alone. */
  readonly link: SimulatedLink;
  /** The other direction, whose latency acknowledgements take. Without it, the way back is as long as the way there. */
  readonly reverse?: SimulatedLink;
  /** Called by `pump` with each message. The payload is the callee's to keep. */
  readonly deliver: (stream: number, payload: Uint8Array, isText: boolean) => void;
  /** Called by `pump` once for each closed stream, after its last message. */
  readonly onStreamClosed?: (stream: number) => void;
}

/**
 * One direction of a data-channel association over a simulated link: what SCTP makes of it. It has no timers; time
 * passes when it is called, and everything that was due since is then done at its own time. So the pace of `pump`
 * changes when messages are delivered, never which ones or in which order.
 *
 * What it leaves out: acknowledgements, and the notices that a message was given up, are never lost, not even in a
 * partition. Every message takes datagrams of its own. Losses are noticed by time-out only.
 *
 * Nothing here is bounded: whoever sends has to look at `bufferedAmount`, whoever pumps has to pump.
 */
export class SimulatedPath {
  readonly #clock: Clock;
  readonly #reverse: SimulatedLink;
  readonly #deliver: SimulatedPathOptions['deliver'];
  readonly #onStreamClosed: ((stream: number) => void) | undefined;
  readonly #unsubscribe: readonly (() => void)[];

  readonly #stats: PathStats = { sent: 0, delivered: 0, abandoned: 0, retransmissions: 0, duplicates: 0 };
  readonly #streams = new Map<number, PathStream>();
  #nextStreamId = 0;
  #isClosed = false;

  readonly #timeline = new Timeline<PathEvent>();
  readonly #sender: PathSender;
  readonly #receiver: PathReceiver;
  /** Arrived, and waiting for `pump`. */
  readonly #ready = new EventQueue<PathMessage>();

  constructor({ clock, link, reverse = link, deliver, onStreamClosed }: SimulatedPathOptions) {
    this.#clock = clock;
    this.#reverse = reverse;
    this.#deliver = deliver;
    this.#onStreamClosed = onStreamClosed;
    this.#sender = new PathSender(link, reverse, this.#timeline, this.#stats);
    this.#receiver = new PathReceiver((message) => this.#ready.push(message), this.#stats);
    const settle = (): void => this.#advance(clock.now());
    this.#unsubscribe = [link.onBeforeChange(settle), reverse.onBeforeChange(settle)];
  }

  get stats(): Readonly<PathStats> {
    return this.#stats;
  }

  /** Opens a stream and returns its id, by default the lowest one never used. Nothing travels: both ends know it now. */
  openStream(reliability: StreamReliability, id = this.#nextStreamId): number {
    if (this.#isClosed) throw new Error('The path is closed');
    if (this.#streams.has(id)) throw new Error(`Stream ${id} is open`);
    this.#streams.set(id, new PathStream(id, { ...reliability }));
    this.#nextStreamId = Math.max(this.#nextStreamId, id + 1);
    return id;
  }

  /** Sends a copy of the payload. */
  send(stream: number, payload: Uint8Array, isText: boolean): void {
    // Not slice(), which does not copy a Node Buffer.
    this.#enqueue(this.#openOne(stream), new Uint8Array(payload), isText ? 'text' : 'binary');
    this.#stats.sent += 1;
  }

  /**
   * Bytes of messages that wait in the sender; what is in flight, acknowledged or not, no longer counts, as in
   * RTCDataChannel. 0 for a stream that is gone.
   */
  bufferedAmount(stream: number): number {
    this.#advance(this.#clock.now());
    return this.#streams.get(stream)?.bufferedBytes ?? 0;
  }

  /**
   * Closes a stream for sending. The other end sees it after every message sent before that was not given up, even on
   * unordered streams. Closing twice is closing once.
   */
  closeStream(stream: number): void {
    const open = this.#streams.get(stream);
    if (!open || open.isClosing) return;
    this.#enqueue(open, NO_BYTES, 'close');
    open.isClosing = true;
  }

  /** Ends the association at once: what is under way is gone, and no callback is called any more. */
  close(): void {
    this.#isClosed = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#streams.clear();
    this.#timeline.clear();
    this.#ready.clear();
    this.#sender.clear();
  }

  /**
   * Delivers what is due. What the callbacks cause waits for the next pump, even on a link without latency. When a
   * callback throws, so does pump, and the next one goes on behind the message it was given.
   */
  pump(): void {
    this.#advance(this.#clock.now());
    if (this.#ready.size > 0) this.#ready.drain(this.#hand);
  }

  /** When pump has something to do again, as a time of the clock: Infinity when nothing is under way. */
  nextDueAt(): number {
    return this.#ready.size > 0 ? this.#clock.now() : this.#timeline.nextAt();
  }

  #openOne(id: number): PathStream {
    const stream = this.#streams.get(id);
    if (!stream || stream.isClosing) throw new Error(`Stream ${id} is not open`);
    return stream;
  }

  #enqueue(stream: PathStream, payload: Uint8Array, kind: 'binary' | 'text' | 'close'): void {
    const now = this.#clock.now();
    this.#advance(now);
    const message = new PathMessage(stream, payload, kind, now);
    stream.unsettled.push(message);
    this.#sender.send(message, now);
  }

  /** Does all that is due, at the time it was due. Callbacks are not called from here. */
  #advance(now: number): void {
    for (let at = this.#timeline.nextAt(); at <= now; at = this.#timeline.nextAt()) {
      this.#handle(this.#timeline.take(), at);
    }
  }

  #handle(event: PathEvent, at: number): void {
    switch (event.kind) {
      case 'arrival':
        if (this.#receiver.onArrival(event.chunk)) {
          this.#timeline.add(at + this.#reverse.conditions.latencyMs, { kind: 'ack', chunk: event.chunk });
        }
        break;
      case 'ack':
        this.#sender.onAck(event.chunk, at);
        break;
      case 'loss':
        this.#sender.onLoss(event.chunk, at);
        break;
      case 'skip':
        this.#receiver.onSkip(event.message);
    }
  }

  // A property, so that an idle pump makes no closure.
  readonly #hand = (message: PathMessage): void => {
    const { id } = message.stream;
    if (message.isClose) {
      this.#streams.delete(id);
      this.#onStreamClosed?.(id);
      return;
    }
    const { payload } = message;
    // On an unordered stream the message may have to wait for older ones before it is forgotten; its bytes need not.
    message.payload = NO_BYTES;
    this.#stats.delivered += 1;
    this.#deliver(id, payload, message.isText);
  };
}
