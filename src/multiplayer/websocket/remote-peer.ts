import { Err } from '../../core/err.js';
import { NO_FEATURES } from '../announced-features.js';
import type { Recipient } from '../broadcast.js';
import { ByeReason } from '../link/bye-message.js';
import { InboundBudget } from '../link/inbound-budget.js';
import type { LinkEvent } from '../link/link-events.js';
import { LINK_FEATURE, MAX_PIECE_BYTES } from '../link/link-limits.js';
import type { PeerLink } from '../link/peer-link.js';
import { pieceRoom } from '../link/piece-message.js';
import { LinkedRoute, type LinkTerms } from '../linked-route.js';
import { DisconnectReason } from '../multiplayer-types.js';
import { readAnnouncement } from './announcement.js';
import { SocketLane } from './socket-lane.js';
import type { WebSocketPeer } from './websocket-peer.js';
import { WebSocketState } from './websocket-types.js';

/** The largest message of a link; whoever announces it has buffers for that. */
const LARGEST_MESSAGE_BYTES = pieceRoom(MAX_PIECE_BYTES);
/** A WebSocket is the one lane of a link. */
export const ONLY_LANE = 0;

export function hasRoomForLink(buffers: { inboundBufferSize: number; outboundBufferSize: number }): boolean {
  return Math.min(buffers.inboundBufferSize, buffers.outboundBufferSize) >= LARGEST_MESSAGE_BYTES;
}

/** Somebody at the other end of a WebSocket, from the id message to the end. */
export class RemotePeer implements Recipient {
  readonly id: number;
  readonly socket: WebSocketPeer;
  /** Of messages that are packets as they are; a link has one of its own. */
  readonly budget = new InboundBudget();
  /** Its packets that were handed on and not read yet. */
  unread = 0;
  /** The connection has ended; its last packets are being read. */
  isLeaving = false;
  /** What it announced, once both sides did. */
  features: readonly string[] = NO_FEATURES;
  readonly #terms: LinkTerms | null;
  #lane: SocketLane | null = null;
  #route: LinkedRoute | null = null;
  #awaitsAnswer = false;
  /** What came in the place of an answer, and is the next packet. */
  #first: Uint8Array | null = null;
  #isDismissed = false;
  #dismissal: ByeReason = ByeReason.LEFT;

  constructor(id: number, socket: WebSocketPeer, terms: LinkTerms | null) {
    this.id = id;
    this.socket = socket;
    this.#terms = terms;
  }

  get isOpen(): boolean {
    return this.socket.getReadyState() === WebSocketState.STATE_OPEN;
  }

  /** Null while it is spoken to as Godot speaks. */
  get link(): PeerLink | null {
    return this.#route?.link ?? null;
  }

  /** It will send no more. A link waits for the end of a closing handshake, which tells whether there is one. */
  get hasEnded(): boolean {
    if (this.hasEndedLink) return true;
    const isClosing = this.socket.getReadyState() === WebSocketState.STATE_CLOSING;
    return !this.isOpen && !(isClosing && this.#route !== null && !this.#isDismissed);
  }

  /** The link has given it up, or it has said that it goes. */
  get hasEndedLink(): boolean {
    return this.#route !== null && this.#route.ended !== null;
  }

  /** Messages that are packets as they are; `takeMessage` gives them. */
  get messages(): number {
    if (this.#lane?.isOpen) return 0;
    return this.socket.getAvailablePacketCount() + (this.#first === null ? 0 : 1);
  }

  /** Whether something of it has not been handed on. */
  get hasMore(): boolean {
    return this.messages > 0 || this.hasLinkMessages || (this.#route !== null && this.#route.available > 0);
  }

  /** Messages that the link has not taken yet. */
  get hasLinkMessages(): boolean {
    return this.#lane !== null && this.#lane.available() > 0;
  }

  /** It was told to go, or soon is. */
  get isDismissed(): boolean {
    return this.#isDismissed;
  }

  objection(lane: number, packet: Uint8Array): Err {
    if (this.#isDismissed || !this.isOpen) return Err.OK;
    return this.#route?.objection(lane, packet) ?? Err.OK;
  }

  /** Why it has ended. */
  get endReason(): DisconnectReason {
    if (this.isDismissed) return DisconnectReason.CLOSED;
    if (this.socket.hasFallenSilent) return DisconnectReason.TIMEOUT;
    const route = this.#route;
    if (route !== null && route.ended !== null) return route.ended;
    if (this.socket.hasMisbehaved) return DisconnectReason.MISBEHAVED;
    const wasCut = this.socket.getReadyState() === WebSocketState.STATE_CLOSED && this.socket.getCloseCode() < 0;
    return route !== null && wasCut ? DisconnectReason.LOST : DisconnectReason.LEFT;
  }

  /** A client has asked the server for a link. */
  awaitAnswer(): void {
    this.#awaitsAnswer = this.#terms !== null;
  }

  /** Looks whether the server's next message is the answer. Any other one is a packet, and the question is settled. */
  findAnswer(): void {
    if (!this.#awaitsAnswer || this.socket.getAvailablePacketCount() === 0) return;
    this.#awaitsAnswer = false;
    const message = this.socket.getPacket();
    const features = this.#announcedIn(message);
    if (features === null) this.#first = message;
    else if (features.includes(LINK_FEATURE)) {
      this.features = features;
      this.linkUp().isOpen = true;
    }
  }

  /** From now on everything that is sent goes through the link. */
  linkUp(): SocketLane {
    const lane = new SocketLane(this.socket);
    lane.announce();
    this.#lane = lane;
    this.#route = new LinkedRoute(lane, this.#terms as LinkTerms);
    return lane;
  }

  takeMessage(): Uint8Array {
    const message = this.#first ?? this.socket.getPacket();
    this.#first = null;
    return message;
  }

  /** A client that has read the answer says so. Its messages before are packets, those behind it are for the link. */
  confirmsLink(message: Uint8Array): boolean {
    if (this.#lane === null) return false;
    this.link?.heard();
    const features = this.#announcedIn(message);
    this.#lane.isOpen = features?.includes(LINK_FEATURE) ?? false;
    if (features !== null && this.#lane.isOpen) this.features = features;
    return this.#lane.isOpen;
  }

  /** Once per poll, between that of the socket and the reading of packets. */
  pollLink(): void {
    const { link } = this;
    if (link === null) return;
    this.#route?.poll();
    // It can't be heard while what it sent waits for somebody to read it.
    if (this.socket.getAvailablePacketCount() > 0) link.heard();
    if (this.#isDismissed && this.isOpen) this.#leaveIfTold();
  }

  /** The next packet that came through the link. */
  takeLinked(): Uint8Array | Err {
    return this.#route?.take() ?? Err.ERR_UNAVAILABLE;
  }

  nextEvent(): LinkEvent | undefined {
    return this.#route?.nextEvent();
  }

  send(lane: number, packet: Uint8Array): Err {
    if (this.isDismissed || !this.isOpen) return Err.FAILED;
    return this.#route === null ? this.socket.send(packet) : this.#route.send(lane, packet);
  }

  giveUp(reason: ByeReason): void {
    if (this.#route !== null) this.leave(reason);
  }

  /** Tells it to go, after what was sent. Nothing of it is read any more. */
  dismiss(reason: ByeReason): void {
    if (this.#isDismissed) return;
    this.#isDismissed = true;
    this.#dismissal = reason;
    if (this.isOpen) this.#route?.dismiss(reason);
    this.#leaveIfTold();
  }

  /** Says goodbye in both languages. */
  leave(reason: ByeReason): void {
    this.#isDismissed = true;
    this.#route?.leave(reason);
    this.#first = null;
    this.socket.close();
  }

  /** Ends the connection without a closing handshake. */
  cut(reason: ByeReason): void {
    this.#route?.leave(reason);
    this.socket.cut();
  }

  #leaveIfTold(): void {
    if (!this.isOpen || this.link === null || this.link.ended !== null) this.leave(this.#dismissal);
  }

  #announcedIn(message: Uint8Array): readonly string[] | null {
    return this.socket.wasStringPacket() ? readAnnouncement(message) : null;
  }
}
