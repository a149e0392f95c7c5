import { setTimeout as sleep } from 'node:timers/promises';
import { type RtcConfiguration, WebRTCPeerConnection } from 'scenewire';
import { Child, Programs } from '../../hostile/support/programs.js';

export type Letter =
  | { kind: 'description'; type: string; sdp: string }
  | { kind: 'candidate'; media: string; index: number; name: string };

export type FarOrder =
  | { id: number; kind: 'begin'; configuration: RtcConfiguration }
  | { id: number; kind: 'mail'; letter: Letter }
  | { id: number; kind: 'end' };

export type FarReport = { id: number; kind: 'mail'; letter: Letter } | { id: number; kind: 'open' };

/** How long the signalling takes, in milliseconds. */
export interface Signalling {
  /** The offer, and what was made until then, arrive together: a player who opens the page later. */
  readonly offerMs?: number;
  readonly answerMs?: number;
}

export interface FarAttempt {
  /** From the moment the answer was set until the channel is open at both ends; null when that never came. */
  readonly ms: number | null;
  readonly connection: WebRTCPeerConnection;
  /** Ends it here and there. */
  close(): void;
}

const GIVE_UP_MS = 15_000;

/** A child process that answers the offers of this one. */
export class FarEnd {
  readonly #programs = new Programs();
  #child!: Child;
  #lastId = 0;

  async start(): Promise<void> {
    this.#child = new Child(await this.#programs.make('test/extension/support/native-far-end.ts'));
  }

  async connect(near: RtcConfiguration, far: RtcConfiguration, signalling: Signalling = {}): Promise<FarAttempt> {
    this.#lastId += 1;
    const id = this.#lastId;
    const connection = new WebRTCPeerConnection({ configuration: near });
    const ms = await new Attempt(this.#child, id, connection, signalling).run(far);
    const close = (): void => {
      connection.close();
      this.#child.say(JSON.stringify({ id, kind: 'end' } satisfies FarOrder));
    };
    return { ms, connection, close };
  }

  stop(): void {
    this.#child.process.stdin?.end();
    this.#programs.remove();
  }
}

class Attempt {
  readonly connection: WebRTCPeerConnection;
  readonly #child: Child;
  readonly #id: number;
  readonly #signalling: Signalling;
  #waiting: Letter[] | null = [];
  #answeredAt = Number.NaN;
  #open = 0;

  constructor(child: Child, id: number, connection: WebRTCPeerConnection, signalling: Signalling) {
    this.#child = child;
    this.#id = id;
    this.connection = connection;
    this.#signalling = signalling;
    child.onLine((line) => this.#onReport(JSON.parse(line) as FarReport));
  }

  async run(far: RtcConfiguration): Promise<number | null> {
    const { connection } = this;
    this.#tell({ id: this.#id, kind: 'begin', configuration: far });
    connection.createDataChannel('game', { negotiated: true, id: 1 })?.opened.connect(() => {
      this.#open += 1;
    });
    connection.session_description_created.connect((type, sdp) => {
      connection.setLocalDescription(type, sdp);
      this.#post({ kind: 'description', type, sdp });
      after(this.#signalling.offerMs, () => this.#deliver());
    });
    connection.ice_candidate_created.connect((media, index, name) =>
      this.#post({ kind: 'candidate', media, index, name }),
    );
    connection.createOffer();
    const giveUpAt =
      performance.now() + GIVE_UP_MS + (this.#signalling.offerMs ?? 0) + (this.#signalling.answerMs ?? 0);
    while (this.#open < 2) {
      if (performance.now() > giveUpAt) return null;
      await sleep(1);
      connection.poll();
    }
    return performance.now() - this.#answeredAt;
  }

  #post(letter: Letter): void {
    if (this.#waiting === null) this.#tell({ id: this.#id, kind: 'mail', letter });
    else this.#waiting.push(letter);
  }

  #deliver(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const letter of waiting) this.#post(letter);
  }

  #onReport(report: FarReport): void {
    if (report.id !== this.#id) return;
    if (report.kind === 'open') this.#open += 1;
    else after(this.#signalling.answerMs, () => this.#receive(report.letter));
  }

  #receive(letter: Letter): void {
    if (letter.kind === 'candidate') {
      this.connection.addIceCandidate(letter.media, letter.index, letter.name);
      return;
    }
    this.#answeredAt = performance.now();
    this.connection.setRemoteDescription('answer', letter.sdp);
  }

  #tell(order: FarOrder): void {
    this.#child.say(JSON.stringify(order));
  }
}

/** At once without a delay: a timer would spread over time what arrived in one piece. */
function after(ms: number | undefined, act: () => void): void {
  if (ms === undefined || ms === 0) act();
  else setTimeout(act, ms);
}
