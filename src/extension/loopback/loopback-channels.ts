import type { ChannelConfig } from '../webrtc-options.js';
import type { PeerConnectionSink } from '../webrtc-peer-connection-extension.js';
import { LoopbackDataChannel } from './loopback-data-channel.js';
import type { SimulatedPath } from './simulated-path.js';

/** The stream of the messages below; no data channel can have this id. */
const CONTROL_STREAM = 65535;
const RELIABLE = { ordered: true, maxRetransmits: null, maxPacketLifeTime: null };

/** What the two ends tell each other, the way DTLS and the channel establishment protocol do. */
type Control =
  | { kind: 'hello' }
  | { kind: 'open'; id: number; label: string; config: ChannelConfig }
  | { kind: 'ack'; id: number }
  | { kind: 'goodbye' };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The channels of one loopback connection, from before it stands until it is gone. */
export class LoopbackChannels {
  bytesSent = 0;
  bytesReceived = 0;
  readonly #sink: PeerConnectionSink;
  readonly #maxMessageSize: number;
  readonly #waiting: LoopbackDataChannel[] = [];
  readonly #streams = new Map<number, LoopbackDataChannel>();
  readonly #opened = new Set<LoopbackDataChannel>();
  #paths: { outbound: SimulatedPath; inbound: SimulatedPath } | null = null;
  /** In-band ids are odd for the offerer and even for the answerer, so that both can choose without asking. */
  #nextId = 0;

  constructor(sink: PeerConnectionSink, maxMessageSize: number) {
    this.#sink = sink;
    this.#maxMessageSize = maxMessageSize;
  }

  add(label: string, config: ChannelConfig): LoopbackDataChannel {
    const channel = new LoopbackDataChannel(label, config, this.#maxMessageSize, (bytes) => {
      this.bytesSent += bytes;
    });
    this.#waiting.push(channel);
    return channel;
  }

  /** The other side was found: streams for what exists, and a first word. */
  join(outbound: SimulatedPath, inbound: SimulatedPath, isOfferer: boolean): void {
    this.#paths = { outbound, inbound };
    this.#nextId = isOfferer ? 1 : 0;
    outbound.openStream(RELIABLE, CONTROL_STREAM);
    const alive = this.#waiting.filter((channel) => !channel.hasEnded);
    for (const channel of alive) if (channel.config.id !== null) this.#bind(channel, channel.config.id);
    for (const channel of alive) if (channel.config.id === null) this.#bind(channel, this.#freeId());
    this.#say({ kind: 'hello' });
  }

  /** The path stands: negotiated channels are open, the others are announced. */
  openAll(): void {
    for (const channel of this.#waiting) {
      const { label, config, streamId } = channel;
      if (channel.hasEnded || streamId === null) continue;
      if (config.negotiated) this.#open(channel);
      else this.#say({ kind: 'open', id: streamId, label, config });
    }
    this.#waiting.length = 0;
  }

  /** Returns "goodbye" when the other side said so. */
  receive(stream: number, payload: Uint8Array, isText: boolean): Control['kind'] | null {
    if (stream === CONTROL_STREAM) return this.#obey(JSON.parse(decoder.decode(payload)) as Control);
    const channel = this.#streams.get(stream);
    if (channel === undefined || channel.hasEnded) return null;
    this.bytesReceived += payload.length;
    // Data can overtake the acknowledgement, and says as much.
    this.#open(channel);
    channel.reportReceived(payload, isText);
    return null;
  }

  closeStream(stream: number): void {
    const channel = this.#streams.get(stream);
    if (channel === undefined) return;
    channel.reportClosed();
    this.#streams.delete(stream);
    this.#opened.delete(channel);
  }

  sayGoodbye(): void {
    this.#say({ kind: 'goodbye' });
  }

  #obey(control: Control): Control['kind'] {
    if (control.kind === 'open') this.#accept(control.id, control.label, control.config);
    const acknowledged = control.kind === 'ack' ? this.#streams.get(control.id) : undefined;
    if (acknowledged !== undefined) this.#open(acknowledged);
    return control.kind;
  }

  #accept(id: number, label: string, config: ChannelConfig): void {
    const inTheWay = this.#streams.get(id);
    if (inTheWay !== undefined) {
      // Negotiated on this side only: neither of the two channels can live, as in SCTP.
      inTheWay._close();
      return;
    }
    const channel = this.add(label, config);
    this.#waiting.pop();
    this.#bind(channel, id);
    this.#opened.add(channel);
    this.#say({ kind: 'ack', id });
    const info = { ...config, id, label, maxPacketSize: this.#maxMessageSize };
    if (!this.#sink.dataChannelReceived(channel, info)) channel._close();
  }

  #open(channel: LoopbackDataChannel): void {
    if (this.#opened.has(channel)) return;
    this.#opened.add(channel);
    channel.reportOpened();
  }

  #bind(channel: LoopbackDataChannel, id: number): void {
    if (this.#paths === null) return;
    this.#streams.set(id, channel);
    this.#paths.outbound.openStream(channel.config, id);
    channel.bind({ id, ...this.#paths });
  }

  #freeId(): number {
    while (this.#streams.has(this.#nextId)) this.#nextId += 2;
    return this.#nextId;
  }

  #say(control: Control): void {
    this.#paths?.outbound.send(CONTROL_STREAM, encoder.encode(JSON.stringify(control)), true);
  }
}
