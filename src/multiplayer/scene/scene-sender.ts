import { ByteWriter } from '../../core/byte-writer.js';
import type { Clock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import type { MultiplayerPeer } from '../multiplayer-peer.js';
import { ConnectionStatus, DisconnectReason, TARGET_PEER_SERVER, TransferMode } from '../multiplayer-types.js';
import type { Members } from './members.js';
import { Command, SysCommand } from './scene-command.js';
import { SceneOutbox } from './scene-outbox.js';

const { TRANSFER_MODE_RELIABLE: RELIABLE } = TransferMode;

/** The way out: to a peer directly, to several, or through the server to those that only it can reach. */
export class SceneSender {
  /** Whether clients reach each other through the server, where the transport supports it. */
  serverRelay = true;
  peer: MultiplayerPeer | null = null;
  readonly outbox: SceneOutbox;
  readonly #members: Members;
  readonly #writer = new ByteWriter();
  readonly #relayed = new ByteWriter();
  readonly #dismiss: (peer: number, reason: DisconnectReason) => void;

  /** `dismiss` is for peers that cannot stay: they lost a reliable packet, or made others lose one. */
  constructor(clock: Clock, members: Members, dismiss: (peer: number, reason: DisconnectReason) => void) {
    this.outbox = new SceneOutbox(clock, (peer, packet, mode, channel) => this.put(peer, packet, mode, channel));
    this.#members = members;
    this.#dismiss = dismiss;
  }

  get isConnected(): boolean {
    return this.peer?.getConnectionStatus() === ConnectionStatus.CONNECTION_CONNECTED;
  }

  /** 0 without a transport that has one. */
  get uniqueId(): number {
    const { peer } = this;
    return peer === null || peer.getConnectionStatus() === ConnectionStatus.CONNECTION_DISCONNECTED
      ? 0
      : peer.getUniqueId();
  }

  get isRelayActive(): boolean {
    return this.serverRelay && (this.peer?.isServerRelaySupported() ?? false);
  }

  /** Only the server is reached directly. */
  get isBehindServer(): boolean {
    return this.isRelayActive && this.uniqueId !== TARGET_PEER_SERVER;
  }

  /** To a peer the transport knows, as it is. */
  put(peer: number, packet: Uint8Array, mode: TransferMode, channel: number): Err {
    const transport = this.peer;
    if (transport === null) return Err.ERR_UNCONFIGURED;
    transport.transferChannel = channel;
    transport.transferMode = mode;
    transport.setTargetPeer(peer);
    return transport.putPacket(packet);
  }

  /** One command to one peer. `ERR_BUSY` when it takes nothing reliable for now. */
  toOne(peer: number, packet: Uint8Array, mode: TransferMode, channel: number): Err {
    if (this.isBehindServer && peer !== TARGET_PEER_SERVER) return this.#throughServer(peer, packet, mode, channel);
    if (!this.#members.has(peer)) return fail(Err.ERR_BUG, `Peer ${peer} is not in the game`);
    return this.#ordered(peer, packet, mode, channel);
  }

  /** One command to each of these. A reliable one reaches all of them, or nobody with `ERR_BUSY`. */
  toEach(peers: readonly number[], packetFor: (peer: number) => Uint8Array, mode: TransferMode, channel: number): Err {
    const isBehindServer = this.isBehindServer;
    const hop = (peer: number): number => (isBehindServer ? TARGET_PEER_SERVER : peer);
    if (mode === RELIABLE && !peers.every((peer) => this.outbox.hasRoom(hop(peer)))) return Err.ERR_BUSY;
    let result: Err = Err.OK;
    for (const peer of peers) {
      const isRelayed = isBehindServer && peer !== TARGET_PEER_SERVER;
      const packet = isRelayed ? this.#wrap(peer, packetFor(peer)) : packetFor(peer);
      const err = this.surely(hop(peer), packet, mode, channel);
      if (result === Err.OK) result = err;
    }
    return result;
  }

  /** 0 is everybody, -n everybody but n. Reliable packets reach all of them, or nobody with `ERR_BUSY`. */
  toMany(target: number, packet: Uint8Array, mode: TransferMode, channel: number): Err {
    if (this.isBehindServer) return this.#throughServer(target, packet, mode, channel);
    const targets = this.#members.connected.filter((peer) => peer !== -target);
    return this.toEach(targets, () => packet, mode, channel);
  }

  /** What will not be sent again: a reliable packet goes now or as soon as there is room, or the peer has to go. */
  surely(peer: number, packet: Uint8Array, mode: TransferMode = RELIABLE, channel = 0, source = 0): Err {
    if (mode !== RELIABLE) return this.put(peer, packet, mode, channel);
    const err = this.outbox.put(peer, packet, mode, channel, source);
    if (err !== Err.ERR_BUSY) return err;
    // Whoever floods it goes in its place.
    const heaviest = this.outbox.heaviest(peer);
    if (heaviest === 0) this.#dismiss(peer, DisconnectReason.TIMEOUT);
    else this.#dismiss(heaviest, DisconnectReason.MISBEHAVED);
    return err;
  }

  /** Sends what was held back. Who takes nothing any more has to go. */
  flush(): void {
    this.outbox.flush(this.#giveUp);
  }

  /** The same for a command that may have to go through the server. */
  commandSurely(peer: number, packet: Uint8Array): Err {
    if (!this.isBehindServer || peer === TARGET_PEER_SERVER) return this.surely(peer, packet);
    return this.surely(TARGET_PEER_SERVER, this.#wrap(peer, packet));
  }

  /** Whether something that goes surely can be held back for this peer. */
  hasRoom(peer: number): boolean {
    return this.outbox.hasRoom(this.isBehindServer ? TARGET_PEER_SERVER : peer);
  }

  /** ADD_PEER, DEL_PEER. */
  tell(peer: number, command: number, about: number): void {
    this.surely(peer, this.#system(command, about));
  }

  /** What a peer announced, for another that announced itself. */
  tellFeatures(peer: number, about: number, features: readonly string[]): void {
    this.#system(SysCommand.FEATURES, about);
    this.#writer.utf8(features.join(' '));
    this.surely(peer, this.#writer.view());
  }

  /** As the server passes it on. */
  passOn(peer: number, from: number, packet: Uint8Array, mode: TransferMode, channel: number): void {
    this.surely(peer, this.#wrap(from, packet), mode, channel, from);
  }

  readonly #giveUp = (peer: number): void => this.#dismiss(peer, DisconnectReason.TIMEOUT);

  #throughServer(target: number, packet: Uint8Array, mode: TransferMode, channel: number): Err {
    return this.#ordered(TARGET_PEER_SERVER, this.#wrap(target, packet), mode, channel);
  }

  /** What is reliable waits behind what has to leave before it. */
  #ordered(peer: number, packet: Uint8Array, mode: TransferMode, channel: number): Err {
    if (mode === RELIABLE && this.outbox.isWaiting(peer)) return Err.ERR_BUSY;
    return this.put(peer, packet, mode, channel);
  }

  #system(command: number, about: number): Uint8Array {
    const writer = this.#writer;
    writer.clear();
    writer.u8(Command.SYS);
    writer.u8(command);
    writer.i32(about);
    return writer.view();
  }

  #wrap(peer: number, packet: Uint8Array): Uint8Array {
    const writer = this.#relayed;
    writer.clear();
    writer.u8(Command.SYS);
    writer.u8(SysCommand.RELAY);
    writer.i32(peer);
    writer.bytes(packet);
    return writer.view();
  }
}
