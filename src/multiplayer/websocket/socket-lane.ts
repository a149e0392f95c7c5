import { Err } from '../../core/err.js';
import type { LaneChannels } from '../linked-route.js';
import { TransferMode } from '../multiplayer-types.js';
import { ANNOUNCEMENT } from './announcement.js';
import type { WebSocketPeer } from './websocket-peer.js';

/** A WebSocket as the only lane of a link. What this side sends on it begins with its announcement. */
export class SocketLane implements LaneChannels {
  readonly lanes: readonly TransferMode[] = [TransferMode.TRANSFER_MODE_RELIABLE];
  readonly isTroubled = false;
  /** The other side has announced itself: what comes now is for the link. */
  isOpen = false;
  readonly #socket: WebSocketPeer;
  #announced = false;

  constructor(socket: WebSocketPeer) {
    this.#socket = socket;
  }

  /** Begins this side of the link, if there is room; else before its first message. */
  announce(): boolean {
    this.#announced ||= this.#socket.sendText(ANNOUNCEMENT) === Err.OK;
    return this.#announced;
  }

  available(): number {
    return this.isOpen ? this.#socket.getAvailablePacketCount() : 0;
  }

  take(): Uint8Array {
    return this.#socket.getPacket();
  }

  send(_lane: number, message: Uint8Array): Err {
    return this.announce() ? this.#socket.send(message) : Err.ERR_BUSY;
  }

  buffered(): number {
    return this.#socket.getCurrentOutboundBufferedAmount();
  }
}
