import { getLogger } from '../../core/log.js';
import { type Heartbeat, TimerHeartbeat } from '../heartbeat.js';

const log = getLogger('heartbeat');

const PROGRAM = 'let t;onmessage=(e)=>{clearInterval(t);if(e.data>0)t=setInterval(()=>postMessage(0),e.data)}';

/**
 * A heartbeat by a worker, whose timers browsers leave alone in hidden pages. Where workers are forbidden (a policy
 * without `worker-src blob:`), or there are none, a timer does what it can.
 */
export class WorkerHeartbeat implements Heartbeat {
  readonly #timer = new TimerHeartbeat();
  #worker: Worker | null = null;

  /** Whether a worker beats, and not the timer. */
  get usesWorker(): boolean {
    return this.#worker !== null;
  }

  start(periodMs: number, beat: () => void): void {
    this.stop();
    const worker = makeWorker();
    if (worker === null) {
      this.#timer.start(periodMs, beat);
      return;
    }
    this.#worker = worker;
    worker.onmessage = beat;
    // A policy is told of late, by an event.
    worker.onerror = (event) => {
      event.preventDefault();
      if (this.#worker !== worker) return;
      log.info('No worker may be made here: a hidden page will be slow');
      this.stop();
      this.#timer.start(periodMs, beat);
    };
    worker.postMessage(periodMs);
  }

  stop(): void {
    this.#timer.stop();
    this.#worker?.terminate();
    this.#worker = null;
  }
}

function makeWorker(): Worker | null {
  if (typeof Worker === 'undefined' || typeof URL.createObjectURL !== 'function') return null;
  const url = URL.createObjectURL(new Blob([PROGRAM], { type: 'text/javascript' }));
  try {
    return new Worker(url);
  } catch {
    return null;
  } finally {
    // The worker has fetched its program as soon as it was made, or never will.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}
