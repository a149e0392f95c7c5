// Loaded on demand: by then it is there, however slow the machine is.
import '../../../src/extension/identity-desk.js';
import { type ExtensionClass, WebRTCPeerConnection } from '../../../src/index.js';
import { LoopbackNetwork } from '../../../src/testing.js';
import { recordSignals } from '../../support/fake-extension.js';

export interface Side {
  readonly connection: WebRTCPeerConnection;
  /** Everything it said, one line each. */
  readonly signals: string[];
}

const PATIENCE_MS = 60_000;

/** Changes what travels from one side to the other. */
export type Tamper = (type: string, sdp: string, from: 'a' | 'b') => string;

/** Two connections that signal to each other, through whoever is in between. */
export class LoopbackPair {
  readonly a: Side;
  readonly b: Side;
  readonly #tamper: Tamper;

  constructor(tamper: Tamper = (_type, sdp) => sdp, extension: ExtensionClass = new LoopbackNetwork().Extension) {
    this.#tamper = tamper;
    [this.a, this.b] = [makeSide(extension), makeSide(extension)];
    this.#join(this.a, this.b, 'a');
    this.#join(this.b, this.a, 'b');
    this.a.connection.createDataChannel('game');
  }

  get sides(): readonly [Side, Side] {
    return [this.a, this.b];
  }

  poll(): void {
    for (const { connection } of this.sides) connection.poll();
  }

  /** Frames until it is true. */
  async until(isTrue: () => boolean): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (performance.now() < deadline) {
      this.poll();
      if (isTrue()) return;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    throw new Error(`never: ${isTrue} — ${this.sides.map(({ signals }) => signals.join(' | ')).join(' / ')}`);
  }

  /** What came of a whole exchange: both connected, or one closed. */
  async settle(): Promise<void> {
    this.a.connection.createOffer();
    const isOver = ({ connection }: Side): boolean => connection.getConnectionState() > 2;
    await this.until(() => this.sides.every((side) => side.connection.isPeerConnected()) || this.sides.some(isOver));
  }

  /** Frames in which nothing is expected any more. */
  async rest(): Promise<void> {
    for (let frame = 0; frame < 50; frame += 1) {
      this.poll();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  close(): void {
    for (const { connection } of this.sides) connection.close();
  }

  #join(from: Side, to: Side, name: 'a' | 'b'): void {
    from.connection.session_description_created.connect((type, sdp) => {
      from.connection.setLocalDescription(type, sdp);
      to.connection.setRemoteDescription(type, this.#tamper(type, sdp, name));
    });
    from.connection.ice_candidate_created.connect((media, index, candidate) => {
      to.connection.addIceCandidate(media, index, candidate);
    });
  }
}

function makeSide(extension: ExtensionClass): Side {
  const connection = new WebRTCPeerConnection({ extension });
  return { connection, signals: recordSignals(connection) };
}
