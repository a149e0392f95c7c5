import type { Clock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import { CompositeMultiplayerPeer } from '../../multiplayer/composite-multiplayer-peer.js';
import { ConnectionStatus } from '../../multiplayer/multiplayer-types.js';
import {
  WebSocketMultiplayerPeer,
  type WebSocketMultiplayerPeerOptions,
} from '../../multiplayer/websocket/websocket-multiplayer-peer.js';
import type { PeerFailure } from './attempt-facts.js';
import type { PeerOwner, SessionPeer } from './session-peer.js';

/** What a second way needs to know. */
export interface SecondWay {
  /** Of the host's WebSocket server, with what tells it who comes. */
  readonly url: string;
  readonly options: WebSocketMultiplayerPeerOptions & { readonly clock: Clock };
  /** After this time, and as soon as the first way has failed. */
  readonly afterMs: number;
  /** It begins, and the first way is given up: gives why that one did not work. */
  begins(): PeerFailure;
}

/**
 * The peer of a client whose host can be reached by WebSocket too: WebRTC first, and the WebSocket where that does not
 * work in time, as in networks that let no UDP through. The game sees one peer, whichever way it is.
 */
export class TwoWayPeer extends CompositeMultiplayerPeer {
  readonly #owner: PeerOwner;
  #socket: WebSocketMultiplayerPeer | null = null;
  #wasConnected = false;
  #failure: PeerFailure | null = null;

  constructor(owner: PeerOwner, first: SessionPeer, second: SecondWay) {
    super();
    this.#owner = owner;
    const { clock } = second.options;
    this.createClient([() => first, () => this.#open(second)], { clock, fallbackAfterMs: second.afterMs });
    this.peer_connected.connect(() => {
      this.#wasConnected = true;
    });
  }

  /** The second way is still to come. */
  get hasAnotherWay(): boolean {
    return this.#socket === null && !this.#wasConnected;
  }

  /** Neither way has led to the host: why the first one did not, once. */
  takeFailure(): PeerFailure | null {
    const isOver = this.getConnectionStatus() === ConnectionStatus.CONNECTION_DISCONNECTED;
    const failure = isOver && !this.#wasConnected ? this.#failure : null;
    if (failure !== null) this.#failure = null;
    return failure;
  }

  override poll(): void {
    // The first way polls the session by itself.
    if (this.#socket !== null) this.#owner.beforePoll();
    super.poll();
  }

  override close(): void {
    super.close();
    this.#owner.peerClosed(this);
  }

  /** @internal Ends the game, and not the session. */
  abandon(): void {
    super.close();
  }

  #open({ url, options, begins }: SecondWay): WebSocketMultiplayerPeer | null {
    this.#socket = new WebSocketMultiplayerPeer(options);
    this.#failure = begins();
    return this.#socket.createClient(url) === Err.OK ? this.#socket : null;
  }
}
