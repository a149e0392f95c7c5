import { EventQueue } from '../core/event-queue.js';
import type { ChannelHost, WebRTCDataChannel } from './webrtc-data-channel.js';
import type { WebRTCDataChannelExtension } from './webrtc-data-channel-extension.js';
import type { FailedStep, PeerConnectionSink, ReceivedChannel } from './webrtc-peer-connection-extension.js';
import type { ConnectionState, GatheringState, IceConnectionState, SignalingState } from './webrtc-types.js';

/** What waits for the next poll of a connection. */
export type ConnectionEvent =
  | { kind: 'description'; type: 'offer' | 'answer'; sdp: string }
  | { kind: 'candidate'; media: string; index: number; name: string }
  | { kind: 'connection'; state: ConnectionState }
  | { kind: 'gathering'; state: GatheringState }
  | { kind: 'ice'; state: IceConnectionState }
  | { kind: 'channel'; channel: WebRTCDataChannel }
  | { kind: 'failed'; step: FailedStep; message: string }
  /** A state that a call has already changed and that only has to be announced. */
  | { kind: 'announce-connection'; state: ConnectionState }
  | { kind: 'announce-signaling'; state: SignalingState }
  | { kind: 'call'; call: () => void }
  | { kind: 'channel-opened'; channel: WebRTCDataChannel }
  | { kind: 'channel-closed'; channel: WebRTCDataChannel }
  | { kind: 'channel-failed'; channel: WebRTCDataChannel; message: string }
  | { kind: 'channel-overflow'; channel: WebRTCDataChannel };

/** Makes the resource of a received channel at once, so that packets find it. Null when there are too many. */
export type AdoptChannel = (channel: WebRTCDataChannelExtension, info: ReceivedChannel) => WebRTCDataChannel | null;

/**
 * The sink of one back end instance: turns its reports into events. Candidates and gathering states that come between
 * "description created" and "local description set" are held back, since some back ends gather at once.
 */
export class ConnectionEvents implements PeerConnectionSink, ChannelHost {
  readonly queue = new EventQueue<ConnectionEvent>();
  /** Lets an idle poll return at once. */
  arrivals = 0;
  readonly #adopt: AdoptChannel;
  #held: ConnectionEvent[] | null = null;
  #during: ConnectionEvent[] | null = null;
  #open = true;
  /** Whether the back end still has something to say. */
  #listening = true;

  constructor(adopt: AdoptChannel) {
    this.#adopt = adopt;
  }

  push(event: ConnectionEvent): void {
    if (this.#open) this.queue.push(event);
  }

  /** Reports wait until `endCall`: what an accepted call announces comes before what the back end says to it at once. */
  beginCall(): void {
    this.#during = [];
  }

  endCall(): void {
    const during = this.#during ?? [];
    this.#during = null;
    for (const event of during) this.#report(event);
  }

  /** From now on candidates and gathering states wait for `release`. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const event of held) this.push(event);
  }

  /** The back end is done: what it reports from now on is not kept, what is queued stays. */
  stopListening(): void {
    this.#listening = false;
    this.#held = this.#during = null;
  }

  /** Drops everything; what a closed back end still reports is not kept. */
  shut(): void {
    this.#open = false;
    this.stopListening();
    this.arrivals = 0;
    this.queue.clear();
  }

  sessionDescriptionCreated(type: 'offer' | 'answer', sdp: string): void {
    this.#report({ kind: 'description', type, sdp });
  }

  iceCandidateCreated(media: string, index: number, name: string): void {
    this.#report({ kind: 'candidate', media, index, name });
  }

  connectionStateChanged(state: ConnectionState): void {
    this.#report({ kind: 'connection', state });
  }

  gatheringStateChanged(state: GatheringState): void {
    this.#report({ kind: 'gathering', state });
  }

  iceConnectionStateChanged(state: IceConnectionState): void {
    this.#report({ kind: 'ice', state });
  }

  dataChannelReceived(extension: WebRTCDataChannelExtension, info: ReceivedChannel): boolean {
    const channel = this.#listening ? this.#adopt(extension, info) : null;
    if (channel === null) return false;
    this.#report({ kind: 'channel', channel });
    return true;
  }

  callLater(call: () => void): void {
    this.push({ kind: 'call', call });
  }

  channelOpened(channel: WebRTCDataChannel): void {
    this.#report({ kind: 'channel-opened', channel });
  }

  channelClosed(channel: WebRTCDataChannel): void {
    this.#report({ kind: 'channel-closed', channel });
  }

  channelFailed(channel: WebRTCDataChannel, message: string): void {
    this.#report({ kind: 'channel-failed', channel, message });
  }

  channelOverflowed(channel: WebRTCDataChannel): void {
    this.#report({ kind: 'channel-overflow', channel });
  }

  failed(step: FailedStep, message: string): void {
    this.#report({ kind: 'failed', step, message });
  }

  #report(event: ConnectionEvent): void {
    if (!this.#listening) return;
    if (this.#during !== null) this.#during.push(event);
    else if (this.#held !== null && (event.kind === 'candidate' || event.kind === 'gathering')) this.#held.push(event);
    else this.push(event);
  }
}
