import type { Err } from '../core/err.js';
import { pushError } from '../core/fail.js';
import type { MultiplayerPeer } from './multiplayer-peer.js';
import { ConnectionStatus, type DisconnectReason } from './multiplayer-types.js';

/** What a member tells the composite peer it belongs to. */
export interface CompositeHost {
  /** Whether another peer of the composite has this id. */
  isTaken(id: number): boolean;
  onConnected(id: number): void;
  onDisconnected(id: number, reason: DisconnectReason): void;
  onUnresponsive(id: number): void;
  onResponsive(id: number): void;
  onDrained(id: number): void;
}

/** One transport of a composite peer, with the ids of the peers that came by it. */
export class CompositeMember {
  readonly peer: MultiplayerPeer;
  readonly ids = new Set<number>();
  readonly #host: CompositeHost;
  readonly #listeners = {
    peer_connected: (id: number): void => this.#welcome(id),
    peer_disconnected: (id: number, reason: DisconnectReason): void => {
      if (this.ids.delete(id)) this.#host.onDisconnected(id, reason);
    },
    peer_unresponsive: (id: number): void => this.#host.onUnresponsive(id),
    peer_responsive: (id: number): void => this.#host.onResponsive(id),
    peer_drained: (id: number): void => this.#host.onDrained(id),
  };

  constructor(peer: MultiplayerPeer, host: CompositeHost) {
    this.peer = peer;
    this.#host = host;
    peer.peer_connected.connect(this.#listeners.peer_connected);
    peer.peer_disconnected.connect(this.#listeners.peer_disconnected);
    peer.peer_unresponsive.connect(this.#listeners.peer_unresponsive);
    peer.peer_responsive.connect(this.#listeners.peer_responsive);
    peer.peer_drained.connect(this.#listeners.peer_drained);
  }

  /** Takes over who came before this; gives the ids of those who may stay. */
  adopt(): readonly number[] {
    return this.peer.connectedIds().filter((id) => this.#takeIn(id));
  }

  /** A server that could not keep its port, say, has ended by itself. */
  get isStanding(): boolean {
    return this.peer.getConnectionStatus() !== ConnectionStatus.CONNECTION_DISCONNECTED;
  }

  /** Sends as the composite peer is set to send. */
  put(buffer: Uint8Array, target: number, as: MultiplayerPeer): Err {
    this.#setAs(target, as);
    return this.peer.putPacket(buffer);
  }

  /** Why its transport would give a broadcast to nobody. */
  objection(buffer: Uint8Array, target: number, as: MultiplayerPeer): Err {
    this.#setAs(target, as);
    return this.peer.objection(buffer);
  }

  disconnect(id: number, force: boolean): void {
    if (force) this.ids.delete(id);
    this.peer.disconnectPeer(id, force);
  }

  /** The composite peer closes: so does the transport, and nothing of it is told any more. */
  leave(): void {
    this.forget();
    this.peer.close();
  }

  /** It goes its own way: nothing of it is told any more. */
  forget(): void {
    this.peer.peer_connected.disconnect(this.#listeners.peer_connected);
    this.peer.peer_disconnected.disconnect(this.#listeners.peer_disconnected);
    this.peer.peer_unresponsive.disconnect(this.#listeners.peer_unresponsive);
    this.peer.peer_responsive.disconnect(this.#listeners.peer_responsive);
    this.peer.peer_drained.disconnect(this.#listeners.peer_drained);
    this.ids.clear();
  }

  #setAs(target: number, as: MultiplayerPeer): void {
    this.peer.setTargetPeer(target);
    this.peer.transferMode = as.transferMode;
    this.peer.transferChannel = as.transferChannel;
  }

  #welcome(id: number): void {
    if (this.#takeIn(id)) this.#host.onConnected(id);
  }

  #takeIn(id: number): boolean {
    if (this.#host.isTaken(id)) {
      pushError(`The peer ${id} is refused: its id is taken by a peer of another transport`);
      this.peer.disconnectPeer(id, true);
      return false;
    }
    this.ids.add(id);
    return true;
  }
}
