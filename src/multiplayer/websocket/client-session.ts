import { ByteReader } from '../../core/byte-reader.js';
import { Err } from '../../core/err.js';
import { pushError } from '../../core/fail.js';
import { ConnectionStatus, isPeerId, TARGET_PEER_SERVER } from '../multiplayer-types.js';
import { RemotePeer } from './remote-peer.js';
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
  readonly #server: RemotePeer;
  readonly #began: number;

  constructor(host: SessionHost, socket: WebSocketPeer) {
    this.host = host;
    this.#server = new RemotePeer(TARGET_PEER_SERVER, socket);
    this.#began = host.clock.now();
  }

  poll(): void {
    const { socket } = this.#server;
    socket.poll();
    const state = socket.getReadyState();
    if (state === WebSocketState.STATE_CLOSED) {
      this.#end();
    } else if (state === WebSocketState.STATE_OPEN) {
      if (this.status === CONNECTED || this.#takeId()) this.#takePackets();
      else this.#checkTime();
    } else {
      this.#checkTime();
    }
  }

  put(_target: number, packet: Uint8Array): Err {
    return this.#server.socket.send(packet);
  }

  disconnect(id: number, force: boolean): void {
    if (id !== TARGET_PEER_SERVER) {
      pushError(`There is no peer ${id}`, Err.ERR_DOES_NOT_EXIST);
      return;
    }
    this.#server.socket.close();
    if (!force) return;
    this.close();
    this.host.ended();
  }

  close(): void {
    this.#server.socket.cut();
  }

  peer(id: number): WebSocketPeer | undefined {
    return id === TARGET_PEER_SERVER ? this.#server.socket : undefined;
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
    return this.host.connected(TARGET_PEER_SERVER);
  }

  #takePackets(): void {
    const { incoming } = this.host;
    const { socket } = this.#server;
    const isStuck = this.#server.unread > 0;
    if (incoming.takeFrom(this.#server) || isStuck) return;
    if (socket.getReadyState() !== WebSocketState.STATE_OPEN) return;
    pushError('The server sent an empty message', Err.ERR_INVALID_DATA);
  }

  /** What the server sent before it closed is read first: the end comes with the next poll. */
  #end(): void {
    const server = this.#server;
    if (this.status === CONNECTED && !server.isLeaving && server.socket.getAvailablePacketCount() > 0) {
      server.isLeaving = true;
      this.host.incoming.takeFrom(server);
      return;
    }
    if (this.status === CONNECTED && !this.host.disconnected(TARGET_PEER_SERVER)) return;
    this.host.ended();
  }

  #checkTime(): void {
    if (this.status !== CONNECTING || this.host.clock.now() - this.#began < this.host.handshakeTimeoutMs) return;
    this.close();
    this.host.ended();
  }
}
