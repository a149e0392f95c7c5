import type { Err } from '../core/err.js';
import { pushError } from '../core/fail.js';
import type { MultiplayerPeer } from './multiplayer-peer.js';

/** What a member tells the composite peer it belongs to. */
export interface CompositeHost {
  /** Whether another peer of the composite has this id. */
  isTaken(id: number): boolean;
  onConnected(id: number): void;
  onDisconnected(id: number): void;
}

/** One transport of a composite peer, with the ids of the peers that came by it. */
export class CompositeMember {
  readonly peer: MultiplayerPeer;
  readonly ids = new Set<number>();
  readonly #host: CompositeHost;
  readonly #onConnected = (id: number): void => this.#welcome(id);
  readonly #onDisconnected = (id: number): void => {
    if (this.ids.delete(id)) this.#host.onDisconnected(id);
  };

  constructor(peer: MultiplayerPeer, host: CompositeHost) {
    this.peer = peer;
    this.#host = host;
    peer.peer_connected.connect(this.#onConnected);
    peer.peer_disconnected.connect(this.#onDisconnected);
  }

  /** Sends as the composite peer is set to send. */
  put(buffer: Uint8Array, target: number, as: MultiplayerPeer): Err {
    this.peer.setTargetPeer(target);
    this.peer.transferMode = as.transferMode;
    this.peer.transferChannel = as.transferChannel;
    return this.peer.putPacket(buffer);
  }

  disconnect(id: number, force: boolean): void {
    if (force) this.ids.delete(id);
    this.peer.disconnectPeer(id, force);
  }

  /** The composite peer closes: so does the transport, and nothing of it is told any more. */
  leave(): void {
    this.peer.peer_connected.disconnect(this.#onConnected);
    this.peer.peer_disconnected.disconnect(this.#onDisconnected);
    this.ids.clear();
    this.peer.close();
  }

  #welcome(id: number): void {
    if (this.#host.isTaken(id)) {
      pushError(`The peer ${id} is refused: its id is taken by a peer of another transport`);
      this.peer.disconnectPeer(id, true);
      return;
    }
    this.ids.add(id);
    this.#host.onConnected(id);
  }
}
