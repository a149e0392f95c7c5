import { ByteReader } from '../../core/byte-reader.js';
import { TARGET_PEER_SERVER } from '../../multiplayer/multiplayer-types.js';
import { NOT_GODOTS } from '../../multiplayer/rpc/call-layout.js';
import { COMMAND_MASK, Command, SYS_BYTES, SysCommand } from '../../multiplayer/scene/scene-command.js';
import { decodeCall, decodeExtra } from './decode-call.js';
import { decodeDespawn, decodeSpawn, decodeStates } from './decode-replication.js';
import { LearnedNames } from './learned-names.js';
import { malformed, type PacketContent } from './packet-content.js';
import type { PacketNames } from './packet-names.js';
import type { PacketRecord } from './packet-record.js';

const CHECKSUM_BYTES = 32;
const ID_AT = 34;
const CONFIRM_BYTES = 6;
const AUTH_HEADER = 2;
const MOST_PATH_BYTES = 4096;

/** A packet and what it says. */
export interface DecodedPacket extends PacketRecord {
  readonly content: PacketContent;
  /** Whose numbers the content speaks in: the sender, or who had it relayed. */
  readonly speaker: number;
}

/**
 * Reads packets of SceneMultiplayer, Godot's and scenewire's alike. Names that packets announce are remembered for those
 * that follow, so give it the packets of one peer in their order. It never throws, whatever the bytes are, and what it
 * remembers has a bound.
 * @example
 * ```ts run
 * import { PacketDecoder, showPacket } from 'scenewire/inspector';
 *
 * const decoder = new PacketDecoder(1); // as peer 1 sees them
 * const bytes = new Uint8Array([3, 1, 2]);
 * const packet = decoder.decode({ timeMs: 0, isOutgoing: false, peer: 7, mode: 2, channel: 0, bytes, size: 3 });
 * console.log(packet.content.kind); // → raw
 * showPacket(packet); // a line of text
 * ```
 */
export class PacketDecoder {
  readonly #self: number;
  readonly #names: LearnedNames;

  /** `self` is the peer that was listened to. `names` knows what packets don't tell. */
  constructor(self: number, names?: PacketNames) {
    this.#self = self;
    this.#names = new LearnedNames(names);
  }

  get names(): PacketNames {
    return this.#names;
  }

  decode(record: PacketRecord): DecodedPacket {
    const { bytes, isOutgoing, peer } = record;
    const sender = isOutgoing ? this.#self : peer;
    const relayed = relayedFor(bytes);
    const isPassedOn = sender === TARGET_PEER_SERVER && relayed !== null;
    const speaker = isPassedOn ? relayed : sender;
    const listener = isOutgoing ? peer : this.#self;
    return {
      ...record,
      speaker,
      content: this.#content(record, speaker, isPassedOn ? listener : (relayed ?? listener)),
    };
  }

  #content(record: PacketRecord, speaker: number, listener: number): PacketContent {
    const { bytes } = record;
    if (bytes.length < record.size) return malformed('only its beginning was recorded');
    if (bytes.length === 0) return malformed('an empty packet');
    const isSystem = commandOf(bytes) === Command.SYS;
    const content = isSystem ? this.#system(bytes, speaker, listener) : this.#command(bytes, speaker, listener);
    this.#learn(content, speaker);
    return content;
  }

  #command(packet: Uint8Array, speaker: number, listener: number): PacketContent {
    const names = this.#names;
    switch (commandOf(packet)) {
      case Command.REMOTE_CALL:
        return ((packet[0] as number) & NOT_GODOTS) === 0
          ? decodeCall(packet, speaker, names)
          : decodeExtra(packet, speaker, names);
      case Command.SIMPLIFY_PATH:
        return decodeSimplify(packet);
      case Command.CONFIRM_PATH:
        return this.#confirm(packet, listener);
      case Command.RAW:
        return packet.length > 1
          ? { kind: 'raw', bytes: packet.subarray(1) }
          : malformed('a raw packet without content');
      case Command.SPAWN:
        return decodeSpawn(packet, speaker, names);
      case Command.DESPAWN:
        return decodeDespawn(packet, speaker, names);
      default:
        return decodeStates(packet, speaker, names);
    }
  }

  #system(packet: Uint8Array, speaker: number, listener: number): PacketContent {
    const command = packet[1];
    if (command === SysCommand.AUTH) return { kind: 'auth', bytes: packet.subarray(AUTH_HEADER) };
    if (packet.length < SYS_BYTES) return malformed('a system packet that is too short');
    const about = aboutOf(packet);
    const rest = packet.subarray(SYS_BYTES);
    if (command === SysCommand.ADD_PEER) return { kind: 'add-peer', about };
    if (command === SysCommand.DEL_PEER) return { kind: 'del-peer', about };
    if (command === SysCommand.FEATURES) return { kind: 'features', about, features: new TextDecoder().decode(rest) };
    if (command !== SysCommand.RELAY) return malformed(`system command ${command}`);
    if (rest.length === 0 || commandOf(rest) === Command.SYS) return malformed('a relayed packet that may not be one');
    return { kind: 'relay', about, inner: this.#command(rest, speaker, listener) };
  }

  /** The number is one of whom it is said to. */
  #confirm(packet: Uint8Array, listener: number): PacketContent {
    if (packet.length !== CONFIRM_BYTES) return malformed('a confirmation of the wrong size');
    const id = new ByteReader(packet.subarray(2)).u32();
    return { kind: 'confirm-path', id, path: this.#names.pathOf(listener, id), isSame: packet[1] !== 0 };
  }

  #learn(content: PacketContent, speaker: number): void {
    const told = content.kind === 'relay' ? content.inner : content;
    const names = this.#names;
    if (told.kind === 'simplify-path') names.learnPath(speaker, told.id, told.path, told.checksum);
    else if (told.kind === 'list') names.learnList(speaker, told.list);
    else if (told.kind === 'despawn') names.forgetNode(speaker, told.netId);
    else if (told.kind === 'spawn') names.learnSpawn(speaker, told.netId, told.path, told.syncIds);
  }
}

const commandOf = (packet: Uint8Array): number => (packet[0] as number) & COMMAND_MASK;

const aboutOf = (packet: Uint8Array): number => new DataView(packet.buffer, packet.byteOffset).getInt32(2, true);

/** The peer in a packet that is relayed; null for others. */
function relayedFor(packet: Uint8Array): number | null {
  const isRelay = packet.length >= SYS_BYTES && commandOf(packet) === Command.SYS && packet[1] === SysCommand.RELAY;
  return isRelay ? aboutOf(packet) : null;
}

function decodeSimplify(packet: Uint8Array): PacketContent {
  if (packet.length <= ID_AT + 4) return malformed('an announced path that is too short');
  const rest = packet.subarray(ID_AT + 4);
  const end = rest.indexOf(0);
  const reader = new ByteReader(rest);
  const path = reader.utf8(Math.min(end < 0 ? rest.length : end, MOST_PATH_BYTES));
  if (reader.failed) return malformed('an announced path that is no text');
  const id = new ByteReader(packet.subarray(ID_AT)).u32();
  const checksum = new TextDecoder('latin1').decode(packet.subarray(1, 1 + CHECKSUM_BYTES));
  return { kind: 'simplify-path', id, path, checksum };
}
