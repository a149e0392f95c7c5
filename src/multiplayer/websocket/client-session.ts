import { ByteReader } from '../../core/byte-reader.js';
import { Err } from '../../core/err.js';
import { pushError } from '../../core/fail.js';
import { hasQuestion } from '../../core/url-question.js';
import { ByeReason } from '../link/bye-message.js';
import { ConnectionStatus, isPeerId, TARGET_PEER_SERVER } from '../multiplayer-types.js';
import { ONLY_LANE, RemotePeer } from './remote-peer.js';
import type { Session, SessionHost } from './session.js';
import type { WebSocketPeer } from './websocket-peer.js';
import { WebSocketState } from './websocket-types.js';

const { CONNECTION_CONNECTING: CONNECTING, CONNECTION_CONNECTED: CONNECTED } = ConnectionStatus;

const ID_BYTES = 4;
const LEAST_CLIENT_ID = 2;

/** A client: one WebSocket to the server, whose first message is this client's id. */
export class ClientSession implements Session {
  status: ConnectionStatus = CONNECTING;
  uniqueId = 0;
  readonly host: SessionHost;
  readonly peers: readonly RemotePeer[];
  readonly #server: RemotePeer;
  readonly #began: number;

  constructor(host: SessionHost, socket: WebSocketPeer) {
    this.host = host;
    this.#server = new RemotePeer(TARGET_PEER_SERVER, socket, host.link);
    this.peers = [this.#server];
    if (hasQuestion(socket.getRequestedUrl())) this.#server.awaitAnswer();
    this.#began = host.clock.now();
  }

  poll(): void {
    const { socket } = this.#server;
    socket.poll();
    const state = socket.getReadyState();
    if (state === WebSocketState.STATE_CLOSED || this.#server.hasEndedLink) {
      this.#end();
    } else if (state === WebSocketState.STATE_OPEN) {
      if (this.status === CONNECTED || this.#takeId()) this.#read();
      else this.#checkTime();
    } else {
      this.#checkTime();
    }
  }

  put(_target: number, packet: Uint8Array): Err {
    return this.#server.send(ONLY_LANE, packet);
  }

  objection(): Err {
    return Err.OK;
  }

  disconnect(id: number, force: boolean): void {
    if (id !== TARGET_PEER_SERVER) {
      pushError(`There is no peer ${id}`, Err.ERR_DOES_NOT_EXIST);
      return;
    }
    if (!force) {
      this.#server.dismiss(ByeReason.LEFT);
      return;
    }
    this.#server.leave(ByeReason.LEFT);
    this.close();
    this.host.ended();
  }

  close(): void {
    this.#server.cut(ByeReason.LEFT);
  }

  peer(id: number): RemotePeer | undefined {
    return id === TARGET_PEER_SERVER ? this.#server : undefined;
  }

  /** False while there is none yet, when it is not one, and when a listener ended the session. */
  #takeId(): boolean {
    const { socket } = this.#server;
    if (socket.getAvailablePacketCount() === 0) return false;
    const message = socket.getPacket();
    const id = new ByteReader(message).i32();
    if (message.length !== ID_BYTES || !isPeerId(id, LEAST_CLIENT_ID)) {
      pushError('The first message of the server is not an id', Err.ERR_INVALID_DATA);
      // Its end is seen by one of the next polls.
      socket.close();
      return false;
    }
    this.uniqueId = id;
    this.status = CONNECTED;
    // It mostly comes together with the id, so that whoever hears of the server has the link already.
    this.#server.findAnswer();
    return this.host.connected(TARGET_PEER_SERVER);
  }

  #read(): void {
    const server = this.#server;
    server.findAnswer();
    const wasUsual = this.host.incoming.takeFrom(server);
    if (!wasUsual && server.isOpen) pushError('The server sent an empty message', Err.ERR_INVALID_DATA);
    for (let event = server.nextEvent(); event !== undefined; event = server.nextEvent()) {
      if (!this.host.noticed(server.id, event)) return;
    }
  }

  /** What the server sent before it closed is read first: the end comes with the next poll. */
  #end(): void {
    const server = this.#server;
    if (this.status === CONNECTED && !server.isLeaving && server.hasMore) {
      server.isLeaving = true;
      server.findAnswer();
      this.host.incoming.takeFrom(server);
      return;
    }
    const { endReason } = server;
    server.socket.cut();
    if (this.status === CONNECTED && !this.host.disconnected(TARGET_PEER_SERVER, endReason)) return;
    this.host.ended();
  }

  #checkTime(): void {
    if (this.status !== CONNECTING || this.host.clock.now() - this.#began < this.host.handshakeTimeoutMs) return;
    this.close();
    this.host.ended();
  }
}
