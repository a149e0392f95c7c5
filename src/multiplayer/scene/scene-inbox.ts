import { Err } from '../../core/err.js';
import { messageOf, pushError } from '../../core/fail.js';
import { DisconnectReason, isPeerId, TARGET_PEER_SERVER, type TransferMode } from '../multiplayer-types.js';
import type { Members } from './members.js';
import type { PathCache } from './path-cache.js';
import type { PeerFeatures } from './peer-features.js';
import { COMMAND_MASK, Command, SYS_BYTES, SysCommand } from './scene-command.js';
import type { CallPart, DropReason, ReplicationPart } from './scene-context.js';
import type { SceneSender } from './scene-sender.js';

/** Peers that a server may tell of. */
const MAX_RELAYED = 4096;
/** Sub-command alone, or with what the application sends along. */
const AUTH_BYTES = 2;

/** Where packets go. */
export interface InboxTargets {
  readonly members: Members;
  readonly sender: SceneSender;
  readonly features: PeerFeatures;
  readonly paths: PathCache;
  readonly calls: CallPart;
  readonly replication: ReplicationPart;
  readonly rootPath: string;
  readonly uniqueId: number;
  /** When the packet that is being handled was sent. */
  sentMs: number;
  admit(peer: number): void;
  remove(peer: number, reason: DisconnectReason): void;
  drop(peer: number, reason: DropReason, text: string): void;
}

/** Sorts what arrives from peers that are in the game, by its first bytes. No packet throws, and none ends the loop. */
export class SceneInbox {
  readonly #targets: InboxTargets;
  readonly #raw: (peer: number, bytes: Uint8Array<ArrayBuffer>) => void;

  constructor(targets: InboxTargets, raw: (peer: number, bytes: Uint8Array<ArrayBuffer>) => void) {
    this.#targets = targets;
    this.#raw = raw;
  }

  receive(packet: Uint8Array<ArrayBuffer>, from: number, mode: TransferMode, channel: number): void {
    if (!this.#targets.members.has(from)) this.#drop(from, 'unknown-peer', 'it is not in the game');
    else if (packet.length > 0 && commandOf(packet) === Command.SYS) this.#system(packet, from, mode, channel);
    else this.#command(packet, from);
  }

  #command(packet: Uint8Array<ArrayBuffer>, from: number): void {
    if (packet.length === 0) this.#drop(from, 'malformed', 'an empty packet');
    else if (this.#targets.rootPath === '') this.#drop(from, 'unknown-path', 'there is no root to look below');
    else {
      try {
        this.#dispatch(packet, from);
      } catch (thrown) {
        // Nothing that a peer sends may reach the frame.
        this.#drop(from, 'script-error', messageOf(thrown));
        pushError(`A packet of peer ${from} could not be handled`, Err.ERR_BUG, thrown);
      }
    }
  }

  #dispatch(packet: Uint8Array<ArrayBuffer>, from: number): void {
    const { calls, paths, replication } = this.#targets;
    const command = commandOf(packet);
    if (command === Command.REMOTE_CALL) calls.receive(packet, from);
    else if (command === Command.SIMPLIFY_PATH) paths.receiveSimplify(packet, from);
    else if (command === Command.CONFIRM_PATH) paths.receiveConfirm(packet, from);
    else if (command !== Command.RAW) replication.receive(packet, from);
    else if (packet.length > 1) this.#raw(from, packet.slice(1));
    else this.#drop(from, 'malformed', 'a raw packet without content');
  }

  #system(packet: Uint8Array<ArrayBuffer>, from: number, mode: TransferMode, channel: number): void {
    const command = packet[1];
    if (command === SysCommand.AUTH) this.#lateAuthentication(packet, from);
    else if (packet.length < SYS_BYTES) this.#drop(from, 'malformed', 'a system packet is too short');
    else if (command === SysCommand.RELAY) this.#relay(packet, from, mode, channel);
    else this.#news(packet, from);
  }

  /** It was admitted here before its own completion arrived, which is of no interest any more. */
  #lateAuthentication(packet: Uint8Array<ArrayBuffer>, from: number): void {
    if (packet.length > AUTH_BYTES) this.#drop(from, 'malformed', 'authentication of somebody who is in the game');
  }

  /** Only the server tells of others, and only to those behind it. */
  #news(packet: Uint8Array<ArrayBuffer>, from: number): void {
    const { sender } = this.#targets;
    const about = peerIn(packet);
    const command = packet[1];
    if (command !== SysCommand.ADD_PEER && command !== SysCommand.DEL_PEER && command !== SysCommand.FEATURES) {
      this.#drop(from, 'unknown-command', `system command ${command}`);
    } else if (!sender.isBehindServer || from !== TARGET_PEER_SERVER) {
      this.#drop(from, 'not-permitted', 'only a relaying server tells who is in the game');
    } else if (command === SysCommand.ADD_PEER) this.#addRelayed(about, from);
    else if (command === SysCommand.FEATURES) this.#learnFeatures(packet, about, from);
    else if (about !== TARGET_PEER_SERVER) this.#targets.remove(about, DisconnectReason.LEFT);
  }

  #addRelayed(peer: number, from: number): void {
    const { members, uniqueId } = this.#targets;
    const isNew = isPeerId(peer, TARGET_PEER_SERVER + 1) && peer !== uniqueId && !members.has(peer);
    if (!isNew) this.#drop(from, 'malformed', `${peer} can't be a new peer`);
    else if (members.connected.length >= MAX_RELAYED) this.#drop(from, 'limit', 'too many peers');
    else this.#targets.admit(peer);
  }

  #learnFeatures(packet: Uint8Array<ArrayBuffer>, about: number, from: number): void {
    if (!this.#targets.features.receive(packet, about)) this.#drop(from, 'malformed', 'features of nobody');
  }

  #relay(packet: Uint8Array<ArrayBuffer>, from: number, mode: TransferMode, channel: number): void {
    const { sender, uniqueId } = this.#targets;
    const inner = packet.subarray(SYS_BYTES);
    const peer = peerIn(packet);
    if (!sender.isRelayActive) this.#drop(from, 'not-permitted', 'there is no relay here');
    else if (inner.length === 0) this.#drop(from, 'malformed', 'a relayed packet is empty');
    else if (commandOf(inner) === Command.SYS) this.#drop(from, 'not-permitted', 'a relayed system packet');
    else if (uniqueId === TARGET_PEER_SERVER) this.#passOn(inner, peer, from, mode, channel);
    else if (from === TARGET_PEER_SERVER) this.#fromBehind(inner, peer);
    else this.#drop(from, 'not-permitted', 'only the server relays');
  }

  /** When the server passed it on tells nothing about when it was sent. */
  #fromBehind(inner: Uint8Array<ArrayBuffer>, peer: number): void {
    this.#targets.sentMs = Number.NaN;
    this.#command(inner, peer);
  }

  /** At the server. A target that has left meanwhile is nobody's fault. */
  #passOn(inner: Uint8Array<ArrayBuffer>, target: number, from: number, mode: TransferMode, channel: number): void {
    const { members, sender } = this.#targets;
    if (target > 0) {
      if (members.has(target)) sender.passOn(target, from, inner, mode, channel);
      return;
    }
    for (const peer of members.connected) {
      if (peer !== from && peer !== -target) sender.passOn(peer, from, inner, mode, channel);
    }
    // Everybody, or everybody but somebody else: that is the server, too.
    if (target !== -TARGET_PEER_SERVER) this.#command(inner, from);
  }

  #drop(peer: number, reason: DropReason, text: string): void {
    this.#targets.drop(peer, reason, text);
  }
}

const commandOf = (packet: Uint8Array<ArrayBuffer>): number => (packet[0] as number) & COMMAND_MASK;

const peerIn = (packet: Uint8Array<ArrayBuffer>): number =>
  new DataView(packet.buffer, packet.byteOffset).getInt32(2, true);
