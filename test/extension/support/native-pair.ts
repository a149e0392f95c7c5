import { setTimeout as sleep } from 'node:timers/promises';
import { type DataChannelOptions, type WebRTCDataChannel, WebRTCPeerConnection } from 'scenewire';

/** Traffic stays on this machine. */
export const ON_LOOPBACK = { libdatachannel: { bindAddress: '127.0.0.1' } } as const;

const PATIENCE_MS = 60_000;

/** Two connections of the native back end in this process, each the other's signalling. */
export class NativePair {
  readonly a = new WebRTCPeerConnection({ configuration: ON_LOOPBACK });
  readonly b = new WebRTCPeerConnection({ configuration: ON_LOOPBACK });
  /** What both were told about their connection, in order. */
  readonly states: string[] = [];
  readonly errors: string[] = [];
  /** Descriptions go across only while this is set. */
  passesDescriptions = true;

  constructor() {
    this.#join('a', this.a, this.b);
    this.#join('b', this.b, this.a);
  }

  /** Makes the same negotiated channel at both ends, and waits until both are open. */
  async connect(options: DataChannelOptions = {}): Promise<[WebRTCDataChannel, WebRTCDataChannel]> {
    const all = { negotiated: true, id: 1, ...options };
    const channels = [this.a.createDataChannel('game', all), this.b.createDataChannel('game', all)] as const;
    this.a.createOffer();
    await this.until(() => channels.every((channel) => channel?.getReadyState() === 1));
    return channels as [WebRTCDataChannel, WebRTCDataChannel];
  }

  poll(): void {
    this.a.poll();
    this.b.poll();
  }

  async until(condition: () => boolean): Promise<void> {
    const start = performance.now();
    while (!condition()) {
      if (performance.now() - start > PATIENCE_MS) throw new Error(`it never came about; states: ${this.states}`);
      await sleep(2);
      this.poll();
    }
  }

  async pollFor(ms: number): Promise<void> {
    const start = performance.now();
    await this.until(() => performance.now() - start > ms);
  }

  close(): void {
    this.a.close();
    this.b.close();
  }

  #join(name: string, from: WebRTCPeerConnection, to: WebRTCPeerConnection): void {
    from.session_description_created.connect((type, sdp) => {
      from.setLocalDescription(type, sdp);
      if (this.passesDescriptions) to.setRemoteDescription(type, sdp);
    });
    from.ice_candidate_created.connect((media, index, candidate) => to.addIceCandidate(media, index, candidate));
    from.connection_state_changed.connect((state) => this.states.push(`${name} ${state}`));
    from.error_occurred.connect((message) => this.errors.push(message));
  }
}

/** Holds the event loop up, as a long frame does. */
export function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
