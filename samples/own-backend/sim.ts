import { ConnectionState, type Err, WebRTCDataChannel, WebRTCPeerConnection } from 'scenewire';
import { randomName, TabConnection } from './tab-connection.js';

/** What tabs tell each other to find one another: the signalling of this sample. `to` is null for everybody. */
export type Letter = { readonly from: string; readonly to: string | null } & (
  | { readonly kind: 'here' }
  | { readonly kind: 'description'; readonly type: 'offer' | 'answer'; readonly sdp: string }
);

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One player: a connection on our own back end that pairs up with the first other one it hears of. */
export class TabPlayer {
  readonly id = randomName();
  readonly connection = new WebRTCPeerConnection({ extension: TabConnection });
  readonly received: string[] = [];
  readonly #channel: WebRTCDataChannel;
  readonly #send: (letter: Letter) => void;
  #partner: string | null = null;

  /** `send` brings a letter to every other player; theirs go to `receive`. */
  constructor(send: (letter: Letter) => void) {
    const channel = this.connection.createDataChannel('chat', { negotiated: true, id: 1 });
    if (channel === null) throw new Error('There is no BroadcastChannel here');
    this.#channel = channel;
    this.#send = send;
    this.connection.session_description_created.connect((type, sdp) => {
      this.connection.setLocalDescription(type, sdp);
      send({ kind: 'description', from: this.id, to: this.#partner, type, sdp });
    });
  }

  get state(): string {
    const state = this.connection.getConnectionState();
    return Object.keys(ConnectionState)[state] ?? String(state);
  }

  get canSend(): boolean {
    return this.#channel.getReadyState() === WebRTCDataChannel.STATE_OPEN;
  }

  /** Tells the others that this player waits. */
  announce(): void {
    this.#send({ kind: 'here', from: this.id, to: null });
  }

  receive(letter: Letter): void {
    if (letter.to !== null && letter.to !== this.id) return;
    if (letter.kind === 'here') this.#meet(letter);
    else this.#accept(letter);
  }

  say(text: string): Err {
    return this.#channel.putPacket(encoder.encode(text));
  }

  /** One frame. */
  process(): void {
    this.connection.poll();
    while (this.#channel.getAvailablePacketCount() > 0) {
      this.received.push(decoder.decode(this.#channel.getPacket()));
    }
  }

  close(): void {
    this.connection.close();
  }

  /** Of two players exactly one offers, whoever came first: the one with the smaller id. */
  #meet({ from, to }: Letter): void {
    if (this.connection.getConnectionState() !== ConnectionState.STATE_NEW) return;
    if (this.id > from) {
      if (to === null) this.#send({ kind: 'here', from: this.id, to: from });
      return;
    }
    this.#partner = from;
    this.connection.createOffer();
  }

  #accept({ from, type, sdp }: Extract<Letter, { kind: 'description' }>): void {
    this.#partner ??= from;
    if (this.#partner === from) this.connection.setRemoteDescription(type, sdp);
  }
}
