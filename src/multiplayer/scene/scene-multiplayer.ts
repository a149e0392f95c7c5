import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import type { MultiplayerPeer } from '../multiplayer-peer.js';
import { ConnectionStatus, DisconnectReason, TransferMode } from '../multiplayer-types.js';
import { OfflineMultiplayerPeer } from '../offline-multiplayer-peer.js';
import type { ReplicationCounters } from '../replication/replication-counters.js';
import type { ReplicationLimits } from '../replication/replication-limits.js';
import type { AskOptions } from '../rpc/ask-options.js';
import type { Variant, VariantInput } from '../variant/variant.js';
import { ConfiguredSceneMultiplayer, type SceneMultiplayerOptions } from './configured-scene-multiplayer.js';
import type { DropCounts } from './drop-counts.js';
import { Command } from './scene-command.js';
import type { SceneHost, SceneRoot } from './scene-host.js';

const { CONNECTION_DISCONNECTED: DISCONNECTED, CONNECTION_CONNECTING, CONNECTION_CONNECTED } = ConnectionStatus;

/** After so long without a poll, states that newer ones have overtaken are not worth applying. */
const CATCH_UP_MS = 1000;

/**
 * The multiplayer of a scene, byte-compatible with Godot's: calls, spawned nodes, synchronized values, raw packets,
 * authentication, and clients that reach each other through the server. `docs/scene.md` tells how a poll goes.
 * @example
 * ```ts run
 * import { MemorySceneAdapter, OfflineMultiplayerPeer, SceneMultiplayer, SceneTree } from 'scenewire';
 *
 * const multiplayer = new SceneMultiplayer();
 * const tree = new SceneTree(new MemorySceneAdapter());
 * tree.setMultiplayer(multiplayer); // `attach` of the engines does this
 *
 * multiplayer.peer_connected.connect((id) => console.log(`${id} is here`));
 * multiplayer.peer_disconnected.connect((id, reason) => console.log(`${id} has gone: ${reason}`));
 * multiplayer.multiplayerPeer = new OfflineMultiplayerPeer(); // or one with others in it
 * tree.processFrame(1 / 60);
 * console.log(multiplayer.isServer(), multiplayer.getPeers()); // → true []
 * ```
 */
export class SceneMultiplayer<N extends object = object> extends ConfiguredSceneMultiplayer<N> {
  #status: ConnectionStatus = DISCONNECTED;
  #isPolling = false;
  #receivedPackets = 0;
  #lastReadMs = Number.POSITIVE_INFINITY;

  constructor(options: SceneMultiplayerOptions = {}) {
    super(options);
    this.multiplayerPeer = new OfflineMultiplayerPeer();
  }

  override get multiplayerPeer(): MultiplayerPeer | null {
    return this.session.sender.peer;
  }

  /** One that is disconnected is refused. Replacing another drops all state without a signal. */
  override set multiplayerPeer(peer: MultiplayerPeer | null) {
    const { sender } = this.session;
    if (peer === sender.peer) return;
    if (peer !== null && peer.getConnectionStatus() === DISCONNECTED) {
      fail(Err.ERR_INVALID_PARAMETER, 'The multiplayer peer is disconnected: create a server or a client first');
      return;
    }
    this.#leave(sender.peer);
    sender.peer = peer;
    peer?.peer_connected.connect(this.#onAppear);
    peer?.peer_disconnected.connect(this.#onVanish);
    this.#updateStatus();
  }

  // Who is in the game.

  override getPeers(): number[] {
    return [...this.session.connected];
  }

  override getUniqueId(): number {
    if (this.multiplayerPeer !== null) return this.multiplayerPeer.getUniqueId();
    return fail(Err.ERR_UNCONFIGURED, 'There is no multiplayer peer') && 0;
  }

  override getRemoteSenderId(): number {
    return this.session.calls.remoteSender;
  }

  getAuthenticatingPeers(): number[] {
    return this.session.authentication.peers;
  }

  sendAuth(id: number, data: Uint8Array): Err {
    return this.session.authentication.send(id, data);
  }

  /** This side is satisfied. The peer is in the game when the other side is, too. */
  completeAuth(id: number): Err {
    return this.session.authentication.complete(id);
  }

  /** Ends the connection of a peer, without `peer_disconnected` here. */
  disconnectPeer(id: number): void {
    if ((this.multiplayerPeer?.getConnectionStatus() ?? DISCONNECTED) === DISCONNECTED) {
      fail(Err.ERR_UNCONFIGURED, 'Not connected');
      return;
    }
    this.session.remove(id, DisconnectReason.CLOSED, true);
    this.multiplayerPeer?.disconnectPeer(id);
  }

  /** What had to be thrown away of a peer, by reason, as long as it is there; 0 stands for all who are not in the game. */
  getDropped(id: number): DropCounts {
    return this.session.drops.counts(id);
  }

  /** What a peer can make this side hold by spawning and synchronizing. May be changed at any time. */
  get replicationLimits(): ReplicationLimits {
    return this.session.replication.limits;
  }

  /** What happened to updates of objects that were not, or no longer, known. */
  getReplicationCounters(): Readonly<ReplicationCounters> {
    return { ...this.session.replication.counters };
  }

  /** Packets since the beginning: when it has not grown, the last poll changed nothing from afar. */
  getReceivedPacketCount(): number {
    return this.#receivedPackets;
  }

  /** Whether a peer announced a feature that only scenewire has; see docs/wire.md. */
  hasFeature(id: number, feature: string): boolean {
    return this.session.hasFeature(id, feature);
  }

  /** Drops all state of the network: everybody is gone here, and the other sides are not told. */
  clear(): void {
    this.#status = DISCONNECTED;
    this.session.reset();
  }

  // What goes out.

  /** Raw bytes to a peer, to everybody (0), or to all but one (-n). They arrive as `peer_packet`. */
  sendBytes(bytes: Uint8Array, id = 0, mode: TransferMode = TransferMode.TRANSFER_MODE_RELIABLE, channel = 0): Err {
    if (bytes.length === 0) return fail(Err.ERR_INVALID_DATA, 'There are no bytes to send');
    if (!this.session.isConnected) return fail(Err.ERR_UNCONFIGURED, 'Not connected');
    const packet = new Uint8Array(bytes.length + 1);
    packet[0] = Command.RAW;
    packet.set(bytes, 1);
    const { sender } = this.session;
    return id > 0 ? sender.toOne(id, packet, mode, channel) : sender.toMany(id, packet, mode, channel);
  }

  override rpc(peer: number, object: N, method: string, args: readonly VariantInput[] = []): Err {
    if (this.multiplayerPeer === null) return fail(Err.ERR_UNCONFIGURED, 'There is no multiplayer peer');
    return this.session.calls.call(peer, object, method, args);
  }

  override ask(
    peer: number,
    object: N,
    method: string,
    args: readonly VariantInput[] = [],
    options?: AskOptions,
  ): Promise<Variant> {
    return this.session.calls.ask(peer, object, method, args, options);
  }

  override objectConfigurationAdd(object: object | null, configuration: unknown): Err {
    if (object !== null) return this.session.replication.configurationAdd(object, configuration);
    const root = rootOf(configuration, this.session.host);
    if (root === null) return fail(Err.ERR_INVALID_PARAMETER, 'The configuration of no object is a root path');
    this.session.host = root.host;
    this.rootPath = root.path;
    return Err.OK;
  }

  override objectConfigurationRemove(object: object | null, configuration: unknown): Err {
    if (object !== null) return this.session.replication.configurationRemove(object, configuration);
    const root = rootOf(configuration, this.session.host);
    // Another tree has it by now.
    if (root !== null && root.host !== this.session.host) return Err.ERR_DOES_NOT_EXIST;
    if (root === null || root.path !== this.rootPath) {
      return fail(Err.ERR_INVALID_PARAMETER, 'That is not the root path of this API');
    }
    this.rootPath = '';
    this.session.host = null;
    return Err.OK;
  }

  // One frame.

  /**
   * Status, transport, packets, authentication time-outs, what states and changes have to leave. The status is looked at
   * after each step and each packet: a listener may have ended it all.
   */
  override poll(): Err {
    // From inside a listener: this poll goes on when that has returned.
    if (this.#isPolling) return Err.OK;
    this.#isPolling = true;
    try {
      this.#poll();
    } finally {
      this.#isPolling = false;
    }
    return Err.OK;
  }

  #poll(): void {
    if (this.#updateStatus() === DISCONNECTED) return;
    this.multiplayerPeer?.poll();
    if (this.#updateStatus() !== CONNECTION_CONNECTED) return;
    this.session.sender.flush();
    const now = this.session.clock.now();
    this.session.isCatchingUp = now - this.#lastReadMs > CATCH_UP_MS;
    this.#lastReadMs = now;
    if (!this.#readPackets()) return;
    this.#endLateAuthentications();
    this.session.dismiss();
    if (this.#updateStatus() !== CONNECTION_CONNECTED) return;
    this.session.features.share();
    this.session.paths.poll();
    this.session.calls.poll();
    if (this.#updateStatus() === CONNECTION_CONNECTED) this.session.replication.send();
  }

  /** Those that are there now; what listeners cause comes with the next poll. False when the connection has ended. */
  #readPackets(): boolean {
    const peer = this.multiplayerPeer;
    for (let left = peer?.getAvailablePacketCount() ?? 0; left > 0; left -= 1) {
      if (peer === null || peer.getAvailablePacketCount() === 0) break;
      const from = peer.getPacketPeer();
      const mode = peer.getPacketMode();
      const channel = peer.getPacketChannel();
      this.session.sentMs = peer.getPacketTime();
      const packet = peer.getPacket();
      if (peer.getPacketError() !== Err.OK) break;
      this.#receivedPackets += 1;
      this.session.receive(packet, from, mode, channel);
      this.session.dismiss();
      if (this.#updateStatus() !== CONNECTION_CONNECTED || this.multiplayerPeer !== peer) return false;
    }
    return true;
  }

  #endLateAuthentications(): void {
    const late = this.session.authentication.late();
    if (late === null) return;
    for (const peer of late) {
      this.session.remove(peer, DisconnectReason.TIMEOUT);
      this.multiplayerPeer?.disconnectPeer(peer);
    }
  }

  #updateStatus(): ConnectionStatus {
    const peer = this.multiplayerPeer;
    const status = peer?.getConnectionStatus() ?? DISCONNECTED;
    const before = this.#status;
    if (status === before) return status;
    this.#status = status;
    if (status !== DISCONNECTED) return status;
    // While the listeners hear of it, they can still ask who was there.
    if (before === CONNECTION_CONNECTING) this.connection_failed.emit();
    else this.server_disconnected.emit();
    // One of them may have begun the next game.
    if (this.multiplayerPeer === peer) this.clear();
    return this.#status;
  }

  readonly #onAppear = (peer: number): void => this.session.appear(peer);

  readonly #onVanish = (peer: number, reason: DisconnectReason = DisconnectReason.LEFT): void =>
    this.session.remove(peer, reason);

  #leave(peer: MultiplayerPeer | null): void {
    if (peer === null) return;
    peer.peer_connected.disconnect(this.#onAppear);
    peer.peer_disconnected.disconnect(this.#onVanish);
    this.clear();
  }
}

/** A tree makes itself known with its host; Godot's form is the path alone. */
function rootOf(configuration: unknown, host: SceneHost | null): { host: SceneHost | null; path: string } | null {
  if (typeof configuration === 'string') return { host, path: configuration };
  if (typeof configuration !== 'object' || configuration === null) return null;
  const { host: given, path } = configuration as Partial<SceneRoot>;
  return given !== undefined && typeof path === 'string' ? { host: given, path } : null;
}
