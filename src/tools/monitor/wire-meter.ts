import type { PeerRoute } from './peer-route.js';
import { Rate } from './rate.js';

/** What went both ways between two peers: messages of the link, or packets where there is no link. */
export interface Amounts {
  readonly sentMessages: number;
  readonly sentBytes: number;
  readonly receivedMessages: number;
  readonly receivedBytes: number;
}

interface Overhead {
  /** Bytes of the headers around a message. */
  readonly around: number;
  /** What a message costs on the way back, where it is acknowledged: mostly together with others. */
  readonly back: number;
}

/** IP, UDP, DTLS and SCTP as browsers send them; an older DTLS, as under Node, takes 15 more. Measured, see docs/tools.md. */
const WEBRTC: Overhead = { around: 80, back: 33 };
/** IP, TCP and WebSocket. */
const WEBSOCKET: Overhead = { around: 60, back: 20 };

const overheadOf = ({ transport }: PeerRoute): Overhead | null =>
  transport === 'webrtc' ? WEBRTC : transport === 'websocket' ? WEBSOCKET : null;

/** How many bytes there are on the wire, as well as that can be told from above. */
export class WireMeter {
  sentBytes = Number.NaN;
  receivedBytes = Number.NaN;
  readonly #sent = new Rate();
  readonly #received = new Rate();

  get sentPerSecond(): number {
    return Number.isNaN(this.sentBytes) ? Number.NaN : this.#sent.perSecond;
  }

  get receivedPerSecond(): number {
    return Number.isNaN(this.receivedBytes) ? Number.NaN : this.#received.perSecond;
  }

  sample(seconds: number, route: PeerRoute, amounts: Amounts): void {
    const overhead = overheadOf(route);
    if (overhead === null) return;
    const { sentMessages, receivedMessages } = amounts;
    const { around, back } = overhead;
    const sent = amounts.sentBytes + sentMessages * around + receivedMessages * back;
    const received = amounts.receivedBytes + receivedMessages * around + sentMessages * back;
    // What was before the first sample took nobody knows how long.
    if (!Number.isNaN(this.sentBytes)) {
      this.#sent.add(Math.max(0, sent - this.sentBytes));
      this.#received.add(Math.max(0, received - this.receivedBytes));
      this.#sent.sample(seconds);
      this.#received.sample(seconds);
    }
    this.sentBytes = sent;
    this.receivedBytes = received;
  }
}
