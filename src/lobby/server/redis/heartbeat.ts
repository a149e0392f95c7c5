import type { Clock } from '../../../core/clock.js';
import type { RedisConnection } from './redis-connection.js';
import { BEAT } from './redis-script.js';

const BEAT_MS = 500;
/** A process that is silent for so long is dead: five beats, and less than a player waits. */
const LEASE_MS = 2500;
/** Redis is given up when nothing came from it for so long. */
const SILENCE_MS = 2500;
/** When Redis comes back everybody's lease is over: nobody is taken for dead until all had the time to come back too. */
const TRUCE_MS = 2 * LEASE_MS;
/** How long the one who takes care of a dead process may take, before somebody else does. */
const CLAIM_MS = 10_000;

export interface HeartbeatEvents {
  /** Rejects when it has to be tried again. */
  processLost(process: string): Promise<void>;
  /** Others took this process for dead, or Redis lost its memory. */
  forgotten(): void;
}

/** Shows the others that this process lives, looks whether they do, and keeps the time that all of them share. */
export class Heartbeat {
  readonly #process: string;
  readonly #prefix: string;
  readonly #connection: RedisConnection;
  readonly #clock: Clock;
  readonly #events: HeartbeatEvents;
  #timer: NodeJS.Timeout | null = null;
  /** What the clock of Redis shows more than ours. */
  #offset: number;
  #last = 0;
  #heardAt = 0;
  #truceUntil = 0;
  #connections = 0;

  constructor(process: string, prefix: string, connection: RedisConnection, clock: Clock, events: HeartbeatEvents) {
    this.#process = process;
    this.#prefix = prefix;
    this.#connection = connection;
    this.#clock = clock;
    this.#events = events;
    this.#offset = Date.now() - clock.now();
  }

  /** Never goes back, also when the clocks are compared anew. */
  now(): number {
    this.#last = Math.max(this.#last, Math.floor(this.#clock.now() + this.#offset));
    return this.#last;
  }

  /** Whether Redis was away until a moment ago. */
  get isSettling(): boolean {
    return this.#connections > 1 && this.#clock.now() < this.#truceUntil;
  }

  /** A connection to Redis was made. */
  async begin(): Promise<void> {
    this.#heardAt = this.#clock.now();
    this.#truceUntil = this.#heardAt + TRUCE_MS;
    this.#connections += 1;
    await this.#send();
    this.#timer ??= setInterval(() => this.#beat(), BEAT_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Something came from Redis on the channel; every beat sends something there. */
  heard(): void {
    this.#heardAt = this.#clock.now();
  }

  #beat(): void {
    if (this.#clock.now() - this.#heardAt > SILENCE_MS) {
      this.#connection.reset('nothing comes from Redis any more');
      return;
    }
    this.#send().then(
      (wasForgotten) => {
        if (wasForgotten) this.#events.forgotten();
      },
      // The connection is lost, and will be made anew.
      () => {},
    );
  }

  /** True when Redis did not know this process. */
  async #send(): Promise<boolean> {
    const sentAt = this.#clock.now();
    const looks = sentAt >= this.#truceUntil ? 1 : 0;
    const args = [this.#prefix, this.#process, LEASE_MS, looks, CLAIM_MS];
    const [time, wasUnknown, dead] = (await this.#connection.run(BEAT, args)) as [number, number, string[]];
    this.#offset = time - (sentAt + this.#clock.now()) / 2;
    // What fails is given out again when the claim is over.
    for (const process of dead) this.#events.processLost(process).catch(() => {});
    return wasUnknown === 1;
  }
}
