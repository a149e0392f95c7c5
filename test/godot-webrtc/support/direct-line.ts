import {
  type RtcConfiguration,
  WebRTCMultiplayerPeer,
  type WebRTCMultiplayerPeerOptions,
  WebRTCPeerConnection,
} from 'scenewire';
import { MessageType } from '../../../src/lobby/protocol/message-type.js';
import type { GodotRoom } from '../../godot/support/godot-room.js';
import { CHANNELS, prepareSession } from './lobby-room.js';

const { OFFER, ANSWER, CANDIDATE } = MessageType;

/** One thing said of a connection: an offer, an answer, or a candidate as "\nmedia\nindex\ntext". */
export interface Letter {
  readonly type: number;
  readonly data: string;
}

export interface DirectLineOptions {
  /** Who has the id 1; the other one has 7. In a mesh, this says no more than that. */
  readonly server: 'godot' | 'node';
  readonly mesh?: boolean;
  /** Who offers; the one that comes later, with the larger id, unless told. */
  readonly offers?: 'godot' | 'node';
  readonly configuration?: RtcConfiguration;
  readonly options?: WebRTCMultiplayerPeerOptions;
  /** What Godot gets instead; null for nothing. */
  toGodot?(letter: Letter): Letter | null;
  /** What this side gets instead. */
  toNode?(letter: Letter): Letter | null;
}

const same = (letter: Letter): Letter => letter;

/** A peer of ours and one of Godot's, connected by what the test carries to and fro. */
export class DirectLine {
  readonly peer: WebRTCMultiplayerPeer;
  readonly connection: WebRTCPeerConnection;
  readonly node: number;
  readonly godot: number;
  /** What each side said, in order. */
  readonly fromNode: Letter[] = [];
  readonly fromGodot: Letter[] = [];
  readonly #room: GodotRoom;
  readonly #options: DirectLineOptions;
  #read = 0;
  /** When this side had the other one's answer, or had given its own. */
  answeredAt = Number.NaN;

  private constructor(room: GodotRoom, options: DirectLineOptions) {
    this.#room = room;
    this.#options = options;
    this.node = options.server === 'node' ? 1 : 7;
    this.godot = 8 - this.node;
    this.peer = new WebRTCMultiplayerPeer(options.options);
    this.connection = new WebRTCPeerConnection({ configuration: options.configuration ?? {} });
  }

  /** The two begin to connect. */
  static async begin(room: GodotRoom, options: DirectLineOptions): Promise<DirectLine> {
    const line = new DirectLine(room, options);
    await prepareSession(room.godot);
    line.#read = room.godot.log.length;
    const { mesh = false, server } = options;
    const offers = options.offers ?? (server === 'node' ? 'godot' : 'node');
    line.#start(mesh);
    room.eachFrame(() => line.#carry());
    const [first, second] = [`begin(${line.godot}, ${mesh})`, `meet(${line.node}, ${offers === 'godot'})`];
    await room.run(`game.get_node("Rtc").${first}\ngame.get_node("Rtc").${second}`);
    if (offers === 'node') line.connection.createOffer();
    return line;
  }

  get isConnected(): boolean {
    return this.peer.getPeer(this.godot)?.connected === true;
  }

  #start(mesh: boolean): void {
    const { peer, connection, node } = this;
    if (mesh) peer.createMesh(node, CHANNELS);
    else if (node === 1) peer.createServer(CHANNELS);
    else peer.createClient(node, CHANNELS);
    connection.session_description_created.connect((type, sdp) => {
      connection.setLocalDescription(type, sdp);
      if (type === 'answer') this.answeredAt = performance.now();
      this.#post({ type: type === 'offer' ? OFFER : ANSWER, data: sdp });
    });
    connection.ice_candidate_created.connect((media, index, name) =>
      this.#post({ type: CANDIDATE, data: `\n${media}\n${index}\n${name}` }),
    );
    peer.addPeer(connection, this.godot);
  }

  #post(letter: Letter): void {
    this.fromNode.push(letter);
    const given = (this.#options.toGodot ?? same)(letter);
    if (given === null) return;
    const code = `game.get_node("Rtc").hear(${given.type}, ${this.node}, ${JSON.stringify(given.data)})`;
    // A game that has ended meanwhile hears nothing.
    this.#room.run(code).catch(() => {});
  }

  #carry(): void {
    const { log } = this.#room.godot;
    for (; this.#read < log.length; this.#read += 1) {
      const [, text] = /^says (.*)$/.exec(log[this.#read] ?? '') ?? [];
      if (text === undefined) continue;
      const [type, , data] = JSON.parse(text) as [number, number, string];
      this.fromGodot.push({ type, data });
      const given = (this.#options.toNode ?? same)({ type, data });
      if (given !== null) this.#receive(given);
    }
  }

  #receive({ type, data }: Letter): void {
    if (type === CANDIDATE) {
      const [media = '', index = '', name = ''] = data.slice(1).split('\n');
      this.connection.addIceCandidate(media, Number(index), name);
      return;
    }
    if (type === ANSWER) this.answeredAt = performance.now();
    this.connection.setRemoteDescription(type === OFFER ? 'offer' : 'answer', data);
  }
}
