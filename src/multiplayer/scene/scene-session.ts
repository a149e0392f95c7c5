import type { Clock } from '../../core/clock.js';
import type { Err } from '../../core/err.js';
import { DisconnectReason, TARGET_PEER_SERVER, type TransferMode } from '../multiplayer-types.js';
import { SceneReplication } from '../replication/scene-replication.js';
import { SceneRpc } from '../rpc/scene-rpc.js';
import { Authentication } from './authentication.js';
import { DropLedger } from './drop-counts.js';
import { Members } from './members.js';
import { PathCache } from './path-cache.js';
import { PeerFeatures } from './peer-features.js';
import { SysCommand } from './scene-command.js';
import type { DropReason, SceneContext } from './scene-context.js';
import type { SceneHost, SceneNode } from './scene-host.js';
import { SceneInbox } from './scene-inbox.js';
import { SceneSender } from './scene-sender.js';

const DEFAULT_MAX_SYNC_BYTES = 1350;
const DEFAULT_MAX_DELTA_BYTES = 65_535;

/** What happens, for whoever shows it as signals. */
export interface SessionEvents {
  authenticating(peer: number): void;
  authenticationFailed(peer: number): void;
  connected(peer: number): void;
  disconnected(peer: number, reason: DisconnectReason): void;
  packet(peer: number, bytes: Uint8Array<ArrayBuffer>): void;
}

/** The inside of a SceneMultiplayer: who is in the game, and where each packet goes. */
export class SceneSession implements SceneContext {
  readonly clock: Clock;
  readonly members = new Members();
  readonly sender: SceneSender;
  readonly authentication: Authentication;
  readonly features: PeerFeatures;
  readonly drops: DropLedger;
  readonly paths: PathCache;
  readonly calls: SceneRpc;
  readonly replication: SceneReplication;

  host: SceneHost | null = null;
  sentMs = Number.NaN;
  isCatchingUp = false;
  rootPath = '';
  maxSyncPacketSize = DEFAULT_MAX_SYNC_BYTES;
  maxDeltaPacketSize = DEFAULT_MAX_DELTA_BYTES;
  /** So many drops and the peer has to go. */
  maxDrops = Number.POSITIVE_INFINITY;

  readonly #events: SessionEvents;
  readonly #inbox: SceneInbox;
  /** Who has to go once nobody is being listened to, and why. */
  readonly #dismissals = new Map<number, DisconnectReason>();

  constructor(clock: Clock, events: SessionEvents) {
    this.clock = clock;
    this.#events = events;
    this.sender = new SceneSender(clock, this.members, (peer, reason) => this.#dismissals.set(peer, reason));
    this.authentication = new Authentication(clock, this.sender, {
      admit: (peer) => this.admit(peer),
      failed: (peer) => events.authenticationFailed(peer),
      dropped: (peer, text) => this.drop(peer, 'not-authenticated', text),
    });
    this.features = new PeerFeatures(this.members, this.sender);
    this.drops = new DropLedger(clock);
    this.calls = new SceneRpc(this);
    this.paths = new PathCache(this, {
      calls: this.calls,
      sendSurely: (peer, packet) => this.sender.commandSurely(peer, packet),
      hasRoom: (peer) => this.sender.hasRoom(peer),
    });
    this.replication = new SceneReplication(this);
    this.#inbox = new SceneInbox(this, (peer, bytes) => events.packet(peer, bytes));
  }

  // The context of calls and replication.

  get uniqueId(): number {
    return this.sender.uniqueId;
  }

  get isConnected(): boolean {
    return this.sender.isConnected;
  }

  get connected(): readonly number[] {
    return this.members.connected;
  }

  get joined(): ReadonlySet<number> {
    return this.members.joined;
  }

  sendCommand(peer: number, packet: Uint8Array, mode: TransferMode, channel: number): Err {
    return this.sender.toOne(peer, packet, mode, channel);
  }

  sendToEach(
    peers: readonly number[],
    packetFor: (peer: number) => Uint8Array,
    mode: TransferMode,
    channel: number,
  ): Err {
    return this.sender.toEach(peers, packetFor, mode, channel);
  }

  hasFeature(peer: number, feature: string): boolean {
    return this.features.has(peer, feature);
  }

  isVisibleTo(node: SceneNode, peer: number): boolean {
    return this.replication.isVisibleTo(node, peer);
  }

  drop(peer: number, reason: DropReason, text: string): void {
    const isHere = this.members.has(peer) || this.authentication.has(peer);
    const blamed = this.drops.add(isHere ? peer : 0, reason, text);
    if (!isHere || blamed < this.maxDrops) return;
    // Those behind the server are for the server to judge.
    if (!this.sender.isBehindServer || peer === TARGET_PEER_SERVER) {
      this.#dismissals.set(peer, DisconnectReason.MISBEHAVED);
    }
  }

  // Who comes and goes.

  /** The transport has a new peer. */
  appear(peer: number): void {
    if (this.members.has(peer)) return;
    if (this.authentication.callback === null) {
      this.admit(peer);
      return;
    }
    if (this.authentication.begin(peer)) this.#events.authenticating(peer);
    else this.sender.peer?.disconnectPeer(peer);
  }

  admit(peer: number): void {
    if (this.#isRelayingServer) this.#introduce(peer);
    this.members.add(peer);
    this.replication.peerJoined(peer);
    // What replication made ready on the way may have ended it all.
    if (this.members.has(peer)) this.#events.connected(peer);
  }

  /** Takes a peer out of the game, whoever ended it. `false` for somebody who was not in it. */
  remove(peer: number, reason: DisconnectReason, isSilent = false): void {
    if (this.authentication.forget(peer)) {
      if (!isSilent) this.#events.authenticationFailed(peer);
      this.#forget(peer);
      return;
    }
    if (!this.members.has(peer)) return;
    if (this.#isRelayingServer) {
      for (const other of this.connected) if (other !== peer) this.sender.tell(other, SysCommand.DEL_PEER, peer);
    }
    this.replication.peerLeft(peer);
    this.calls.peerLeft(peer);
    this.paths.peerLeft(peer);
    this.members.remove(peer);
    this.features.peerLeft(peer);
    if (!isSilent) this.#events.disconnected(peer, reason);
    this.#forget(peer);
  }

  /** Puts out those that have dropped too much, or could not keep up. */
  dismiss(): void {
    if (this.#dismissals.size === 0) return;
    for (const [peer, reason] of this.#dismissals) {
      this.#dismissals.delete(peer);
      if (!this.members.has(peer) && !this.authentication.has(peer)) continue;
      this.remove(peer, reason);
      this.sender.peer?.disconnectPeer(peer);
    }
  }

  /** Forgets everybody, and begins to count anew. */
  reset(): void {
    this.authentication.clear();
    this.members.clear();
    this.calls.reset();
    this.replication.reset();
    this.paths.reset();
    this.features.clear();
    this.drops.clear();
    this.sender.outbox.clear();
    this.#dismissals.clear();
  }

  receive(packet: Uint8Array<ArrayBuffer>, from: number, mode: TransferMode, channel: number): void {
    if (this.authentication.has(from)) this.authentication.receive(packet, from);
    else this.#inbox.receive(packet, from, mode, channel);
  }

  get #isRelayingServer(): boolean {
    return this.sender.isRelayActive && this.uniqueId === TARGET_PEER_SERVER;
  }

  #introduce(peer: number): void {
    for (const other of this.connected) {
      this.sender.tell(other, SysCommand.ADD_PEER, peer);
      this.sender.tell(peer, SysCommand.ADD_PEER, other);
    }
  }

  #forget(peer: number): void {
    this.drops.forget(peer);
    this.sender.outbox.forget(peer);
    this.#dismissals.delete(peer);
  }
}
