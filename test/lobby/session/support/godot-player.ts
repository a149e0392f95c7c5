import { WebRTCMultiplayerPeer, WebRTCPeerConnection } from 'scenewire';
import type { LobbySocket } from 'scenewire/lobby';
import { MessageType } from '../../../../src/lobby/protocol/message-type.js';
import type { Party } from './party.js';

const { JOIN, ID, PEER_CONNECT, OFFER, ANSWER, CANDIDATE } = MessageType;

interface Message {
  readonly type: number;
  readonly id: number;
  readonly data: string;
}

/** One who plays as Godot's demo client does: it announces nothing, to the lobby or on its connections. */
export class GodotPlayer {
  readonly peer: WebRTCMultiplayerPeer;
  readonly socket: LobbySocket;
  /** It does nothing any more, as a process that was killed. */
  isDead = false;
  code = '';
  /** Of the newest offer that it got. */
  offer = '';
  readonly #party: Party;
  readonly #room: string;
  readonly #isMesh: boolean;
  readonly #connections = new Map<number, WebRTCPeerConnection>();
  #hasKnocked = false;

  /** Makes a room where none is named. */
  constructor(party: Party, room = '', isMesh = true) {
    this.#party = party;
    this.#room = room;
    this.#isMesh = isMesh;
    this.peer = new WebRTCMultiplayerPeer({ clock: party.clock, link: false });
    this.socket = party.lobby.open();
    party.strangers.push(this);
  }

  frame(): void {
    if (this.isDead) return;
    this.socket.poll();
    if (this.socket.state === 'open' && !this.#hasKnocked) {
      this.#hasKnocked = true;
      this.#say(JOIN, this.#isMesh ? 0 : 1, this.#room);
    }
    for (let text = this.socket.receive(); text !== null; text = this.socket.receive()) {
      this.#hear(JSON.parse(String(text)) as Message);
    }
    this.peer.poll();
    while (this.peer.getAvailablePacketCount() > 0) this.peer.getPacket();
  }

  /** As a process that was killed: the lobby notices, the others do not. */
  kill(): void {
    this.isDead = true;
    this.loseLobby();
  }

  loseLobby(): void {
    [...this.#party.lobby.sockets].find((socket) => socket === this.socket)?.drop();
  }

  say(text: string): void {
    this.peer.putPacket(new TextEncoder().encode(text));
  }

  #hear({ type, id, data }: Message): void {
    const connection = this.#connections.get(id);
    if (type === ID) {
      if (data === 'true') this.peer.createMesh(id);
      else if (id === 1) this.peer.createServer();
      else this.peer.createClient(id);
    } else if (type === JOIN) this.code = data;
    else if (type === PEER_CONNECT) this.#meet(id);
    else if (type === OFFER || type === ANSWER) {
      if (type === OFFER) this.offer = data;
      connection?.setRemoteDescription(type === OFFER ? 'offer' : 'answer', data);
    } else if (type === CANDIDATE) {
      const [, media = '', index = '', name = ''] = data.split('\n');
      connection?.addIceCandidate(media, Number(index), name);
    }
  }

  #meet(id: number): void {
    const connection = new WebRTCPeerConnection({ extension: this.#party.network.Extension });
    this.#connections.set(id, connection);
    connection.session_description_created.connect((type, sdp) => {
      connection.setLocalDescription(type, sdp);
      this.#say(type === 'offer' ? OFFER : ANSWER, id, sdp);
    });
    connection.ice_candidate_created.connect((media, index, name) =>
      this.#say(CANDIDATE, id, `\n${media}\n${index}\n${name}`),
    );
    this.peer.addPeer(connection, id);
    if (id < this.peer.getUniqueId()) connection.createOffer();
  }

  #say(type: number, id: number, data: string): void {
    this.socket.send(JSON.stringify({ type, id, data }));
  }
}
