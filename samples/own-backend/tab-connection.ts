import {
  type ChannelConfig,
  ConnectionState,
  Err,
  NO_CAPABILITIES,
  WebRTCDataChannelExtension,
  WebRTCPeerConnectionExtension,
} from 'scenewire';

/** What travels: a greeting, a farewell, or a packet of a channel, where null is its end. */
type Message = 'hello' | 'bye' | { readonly id: number; readonly packet: Uint8Array | null; readonly isText: boolean };
type Post = (packet: Uint8Array | null, isText: boolean) => void;

/** A back end without a network: two tabs of one browser, or two connections in one program, on a BroadcastChannel. */
export class TabConnection extends WebRTCPeerConnectionExtension {
  readonly #channels = new Map<number, TabChannel>();
  #wire: BroadcastChannel | null = null;

  override _initialize(): Err {
    return typeof BroadcastChannel === 'undefined' ? Err.ERR_UNCONFIGURED : Err.OK;
  }

  /** Negotiated channels only, to stay short: both sides know their ids. */
  override _createDataChannel(_label: string, { id }: ChannelConfig): TabChannel | null {
    if (id === null) return null;
    const channel = new TabChannel((packet, isText) => {
      if (packet === null) this.#channels.delete(id);
      this.#wire?.postMessage({ id, packet, isText } satisfies Message);
    });
    this.#channels.set(id, channel);
    return channel;
  }

  /** The description is the name of a wire that nobody else knows. */
  override _createOffer(): Err {
    return this.#describe('offer', randomName());
  }

  override _createAnswer(): Err {
    return this.#describe('answer', 'I listen');
  }

  override _setLocalDescription(type: string, sdp: string): Err {
    return type === 'offer' ? this.#listen(sdp) : Err.OK;
  }

  override _setRemoteDescription(type: string, sdp: string): Err {
    if (type === 'offer') return this.#listen(sdp);
    this.#wire?.postMessage('hello' satisfies Message);
    return this.#stand();
  }

  override _close(): void {
    this.#wire?.postMessage('bye' satisfies Message);
    this.#wire?.close();
  }

  #describe(type: 'offer' | 'answer', sdp: string): Err {
    this.sink.sessionDescriptionCreated(type, sdp);
    return Err.OK;
  }

  #listen(name: string): Err {
    this.#wire?.close();
    this.#wire = new BroadcastChannel(name);
    this.#wire.onmessage = ({ data }: { data: Message }) => {
      if (data === 'hello') this.#stand();
      else if (data === 'bye') this.sink.connectionStateChanged(ConnectionState.STATE_CLOSED);
      else this.#channels.get(data.id)?.receive(data.packet, data.isText);
    };
    return Err.OK;
  }

  #stand(): Err {
    this.sink.connectionStateChanged(ConnectionState.STATE_CONNECTED);
    for (const [id, channel] of this.#channels) channel.open(id);
    return Err.OK;
  }
}

/** One channel. The wire loses and reorders nothing, so it keeps what every transfer mode promises. */
class TabChannel extends WebRTCDataChannelExtension {
  readonly #post: Post;

  constructor(post: Post) {
    super();
    this.#post = post;
  }

  open(id: number): void {
    this.sink.opened(id, NO_CAPABILITIES.maxMessageSize);
  }

  receive(packet: Uint8Array | null, isText: boolean): void {
    if (packet === null) this._close();
    else this.sink.received(packet, isText);
  }

  override _putPacket(packet: Uint8Array): Err {
    // A copy of these bytes alone: a view would be sent with the whole buffer under it.
    this.#post(new Uint8Array(packet), false);
    return Err.OK;
  }

  override _putText(text: string): Err {
    this.#post(new TextEncoder().encode(text), true);
    return Err.OK;
  }

  /** Here or by the other side, which ignores that it is told what it has done itself. */
  override _close(): void {
    this.#post(null, false);
    this.sink.closed();
  }
}

/** Nobody else has it. (`crypto.randomUUID` is missing where a page came by plain HTTP.) */
export const randomName = (): string => crypto.getRandomValues(new Uint32Array(4)).join('-');
