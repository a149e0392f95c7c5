import { type DataChannel, type DataChannelInitConfig, PeerConnection } from 'node-datachannel';
import { ADDRESS, type ChannelSpec, End, type Mail } from './end.js';

// Until it is closed, an object that nobody refers to would be collected under the library's feet.
const live = new Set<object>();

/**
 * The library underneath without ours, used the way its documentation shows and a careful program would: all callbacks
 * registered at once, messages collected for the frame, candidates added after the description.
 */
export class BareEnd extends End {
  readonly #connection = new PeerConnection('bare', { iceServers: [], bindAddress: ADDRESS });
  readonly #specs: readonly ChannelSpec[];
  readonly #channels: DataChannel[] = [];
  #early: Extract<Mail, { kind: 'candidate' }>[] | null = [];
  #inbox: Uint8Array[] = [];

  constructor(channels: readonly ChannelSpec[], post: (mail: Mail) => void) {
    super(channels);
    this.#specs = channels;
    const connection = this.#connection;
    live.add(connection);
    connection.onLocalDescription((sdp, type) => post({ kind: 'description', type: type as 'offer' | 'answer', sdp }));
    connection.onLocalCandidate((name, media) => post({ kind: 'candidate', media, name }));
    connection.onStateChange((state) => {
      if (state === 'failed') this.noteFailed();
      if (state === 'closed') live.delete(connection);
    });
  }

  /** The first channel makes the offer. */
  offer(): void {
    for (const spec of this.#specs) this.#open(spec);
  }

  receive(mail: Mail): void {
    // Called from within a callback of the other end, where a throw would end the process.
    try {
      if (mail.kind === 'description') this.#accept(mail.type, mail.sdp);
      else if (this.#early !== null) this.#early.push(mail);
      else this.#connection.addRemoteCandidate(mail.name, mail.media);
    } catch {
      this.noteFailed();
    }
  }

  poll(): void {}

  close(): void {
    for (const channel of this.#channels) channel.close();
    this.#connection.close();
  }

  send(packet: Uint8Array, times: number): void {
    const channel = this.#channels[0] as DataChannel;
    for (let i = 0; i < times; i += 1) channel.sendMessageBinary(packet);
  }

  buffered(): number {
    return this.#channels[0]?.bufferedAmount() ?? 0;
  }

  take(): number {
    let bytes = 0;
    for (const packet of this.takePackets()) bytes += packet.length;
    return bytes;
  }

  takePackets(): Uint8Array[] {
    const arrived = this.#inbox;
    this.#inbox = [];
    return arrived;
  }

  #accept(type: 'offer' | 'answer', sdp: string): void {
    this.#connection.setRemoteDescription(sdp, type);
    if (type === 'offer') this.offer();
    const early = this.#early ?? [];
    this.#early = null;
    for (const { name, media } of early) this.#connection.addRemoteCandidate(name, media);
  }

  #open({ label, id, ordered = true, maxRetransmits, maxPacketLifeTime }: ChannelSpec): void {
    const reliability = maxRetransmits === undefined ? { maxPacketLifeTime } : { maxRetransmits };
    const init = { negotiated: true, id, unordered: !ordered, ...reliability } as DataChannelInitConfig;
    const channel = this.#connection.createDataChannel(label, init);
    live.add(channel);
    this.#channels.push(channel);
    channel.onOpen(() => this.noteOpened());
    channel.onClosed(() => live.delete(channel));
    channel.onError(() => {});
    channel.onMessage((message) => this.#inbox.push(message as Uint8Array));
  }
}
