import {
  type ChannelConfig,
  ConnectionState,
  Err,
  NO_CAPABILITIES,
  WebRTCDataChannelExtension,
  WebRTCPeerConnectionExtension,
} from 'scenewire';

/** What travels between two connections: a greeting, a farewell, or something for a channel (null ends it). */
type Message = 'hello' | 'bye' | { readonly id: number; readonly body: Uint8Array | string | null };

/** A back end without a network: two tabs of one browser, or two connections in one program, on a BroadcastChannel. */
export class TabConnection extends WebRTCPeerConnectionExtension {
  readonly #channels = new Map<number, TabChannel>();
  #wire: BroadcastChannel | null = null;
  #stands = false;

  override _initialize(): Err {
    return typeof BroadcastChannel === 'undefined' ? Err.ERR_UNCONFIGURED : Err.OK;
  }

  /** Negotiated channels only, to stay short: both sides know their ids. */
  override _createDataChannel(_label: string, { id }: ChannelConfig): TabChannel | null {
    if (id === null) return null;
    const channel = new TabChannel((body) => this.#wire?.postMessage({ id, body } satisfies Message));
    this.#channels.set(id, channel);
    return channel;
  }

  /** The description is the name of a wire that nobody else knows. */
  override _createOffer(): Err {
    this.sink.sessionDescriptionCreated('offer', randomName());
    return Err.OK;
  }

  override _createAnswer(): Err {
    this.sink.sessionDescriptionCreated('answer', this.#wire?.name ?? '');
    return Err.OK;
  }

  override _setLocalDescription(type: string, sdp: string): Err {
    if (type === 'offer') this.#listen(sdp);
    return Err.OK;
  }

  /** Whoever gets an answer knows that the other side listens, and greets it. */
  override _setRemoteDescription(type: string, sdp: string): Err {
    if (type === 'offer') this.#listen(sdp);
    else this.#stand();
    return Err.OK;
  }

  override _addIceCandidate(): Err {
    return Err.OK;
  }

  override _close(): void {
    this.#wire?.postMessage('bye' satisfies Message);
    this.#wire?.close();
  }

  #listen(name: string): void {
    this.#wire?.close();
    this.#wire = new BroadcastChannel(name);
    this.#wire.onmessage = ({ data }: { data: Message }) => {
      if (data === 'bye') this.sink.connectionStateChanged(ConnectionState.STATE_CLOSED);
      else if (data === 'hello') this.#stand();
      else this.#channels.get(data.id)?.receive(data.body);
    };
  }

  #stand(): void {
    if (this.#stands) return;
    this.#stands = true;
    this.#wire?.postMessage('hello' satisfies Message);
    this.sink.connectionStateChanged(ConnectionState.STATE_CONNECTED);
    for (const [id, channel] of this.#channels) channel.open(id);
  }
}

/** One channel. The wire loses and reorders nothing, so it keeps what every transfer mode promises. */
class TabChannel extends WebRTCDataChannelExtension {
  readonly #post: (body: Uint8Array | string | null) => void;
  #ended = false;

  constructor(post: (body: Uint8Array | string | null) => void) {
    super();
    this.#post = post;
  }

  open(id: number): void {
    if (!this.#ended) this.sink.opened(id, NO_CAPABILITIES.maxMessageSize);
  }

  receive(body: Uint8Array | string | null): void {
    if (body === null) this.#end();
    else if (typeof body === 'string') this.sink.received(new TextEncoder().encode(body), true);
    else this.sink.received(body, false);
  }

  override _putPacket(packet: Uint8Array): Err {
    // A copy of these bytes alone: a view would be sent with the whole buffer under it.
    this.#post(new Uint8Array(packet));
    return Err.OK;
  }

  override _putText(text: string): Err {
    this.#post(text);
    return Err.OK;
  }

  override _close(): void {
    this.#post(null);
    this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.sink.closed();
  }
}

/** Nobody else has it. (`crypto.randomUUID` is missing where a page came by plain HTTP.) */
export const randomName = (): string => crypto.getRandomValues(new Uint32Array(4)).join('-');
