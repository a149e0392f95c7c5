import type { Clock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import { withQuestion } from '../../core/url-question.js';
import { WebSocketPeer } from '../../multiplayer/websocket/websocket-peer.js';
import type { WebSocketState } from '../../multiplayer/websocket/websocket-types.js';
import { MAX_FRAME_BYTES } from '../protocol/limits.js';
import { CloseCode } from '../protocol/lobby-reason.js';
import type { LobbySocket, LobbySocketState, OpenLobbySocket } from './lobby-socket.js';

/** What a relayed frame may grow by, and more. */
const SPARE_BYTES = 535;
/** No code, like 1000, says goodbye. A page can't end a WebSocket without a close frame. */
const CUT_CODE = 4900;

const STATES: Readonly<Record<WebSocketState, LobbySocketState>> = ['connecting', 'open', 'closing', 'closed'];

/** A WebSocket to a lobby server, in browsers and in Node. */
class WebSocketLobbySocket implements LobbySocket {
  readonly #peer: WebSocketPeer;
  readonly #isRefused: boolean;

  constructor(url: string, clock: Clock) {
    this.#peer = new WebSocketPeer({ clock });
    this.#peer.inboundBufferSize = MAX_FRAME_BYTES + SPARE_BYTES;
    this.#peer.outboundBufferSize = 4 * MAX_FRAME_BYTES;
    // A page that loads its models may be slow to say the first word; Godot's servers don't read the query.
    this.#isRefused = this.#peer.connectToUrl(withQuestion(url, true)) !== Err.OK;
  }

  get state(): LobbySocketState {
    return this.#isRefused ? 'closed' : STATES[this.#peer.getReadyState()];
  }

  get closeCode(): number {
    return this.#peer.getCloseCode();
  }

  get closeReason(): string {
    return this.#peer.getCloseReason();
  }

  poll(): void {
    this.#peer.poll();
  }

  send(frame: string): boolean {
    return this.#peer.sendText(frame) === Err.OK;
  }

  receive(): Uint8Array | null {
    return this.#peer.getAvailablePacketCount() > 0 ? this.#peer.getPacket() : null;
  }

  close(): void {
    this.#peer.close(CloseCode.NORMAL);
  }

  cut(): void {
    this.#peer.close(CUT_CODE);
  }
}

export const webSocketTo =
  (url: string, clock: Clock): OpenLobbySocket =>
  () =>
    new WebSocketLobbySocket(url, clock);
