import { ByteWriter } from '../../core/byte-writer.js';
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
  readonly outbox = new SceneOutbox((peer, packet, mode, channel) => this.put(peer, packet, mode, channel));
  readonly #members: Members;
  readonly #writer = new ByteWriter();
  readonly #relayed = new ByteWriter();
  readonly #dismiss: (peer: number, reason: DisconnectReason) => void;

  /** `dismiss` is for peers that cannot stay: they lost a reliable packet, or made others lose one. */
  constructor(members: Members, dismiss: (peer: number, reason: DisconnectReason) => void) {
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

  /** 0 is everybody, -n everybody but n. Reliable packets reach all of them, or nobody with `ERR_BUSY`. */
  toMany(target: number, packet: Uint8Array, mode: TransferMode, channel: number): Err {
    if (this.isBehindServer) return this.#throughServer(target, packet, mode, channel);
    if (mode === RELIABLE && !this.#haveRoom(target, packet.length)) return Err.ERR_BUSY;
    for (const peer of this.#members.connected) if (peer !== -target) this.surely(peer, packet, mode, channel);
    return Err.OK;
  }

  /** What will not be sent again: a reliable packet goes now or as soon as there is room, or the peer has to go. */
  surely(peer: number, packet: Uint8Array, mode: TransferMode = RELIABLE, channel = 0, source = 0): void {
    if (mode !== RELIABLE) {
      this.put(peer, packet, mode, channel);
      return;
    }
    if (this.outbox.put(peer, packet, mode, channel, source) !== Err.ERR_OUT_OF_MEMORY) return;
    // Whoever floods it goes in its place.
    const heaviest = this.outbox.heaviest(peer);
    if (heaviest === 0) this.#dismiss(peer, DisconnectReason.TIMEOUT);
    else this.#dismiss(heaviest, DisconnectReason.MISBEHAVED);
  }

  /** The same for a command that may have to go through the server. */
  commandSurely(peer: number, packet: Uint8Array): void {
    if (!this.isBehindServer || peer === TARGET_PEER_SERVER) this.surely(peer, packet);
    else this.surely(TARGET_PEER_SERVER, this.#wrap(peer, packet));
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

  #throughServer(target: number, packet: Uint8Array, mode: TransferMode, channel: number): Err {
    return this.#ordered(TARGET_PEER_SERVER, this.#wrap(target, packet), mode, channel);
  }

  /** What is reliable waits behind what has to leave before it. */
  #ordered(peer: number, packet: Uint8Array, mode: TransferMode, channel: number): Err {
    if (mode === RELIABLE && this.outbox.isWaiting(peer)) return Err.ERR_BUSY;
    return this.put(peer, packet, mode, channel);
  }

  #haveRoom(target: number, bytes: number): boolean {
    return this.#members.connected.every((peer) => peer === -target || this.outbox.hasRoom(peer, bytes));
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
