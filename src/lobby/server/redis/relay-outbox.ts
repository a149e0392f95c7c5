import type { Relayed } from '../store/lobby-store.js';
import { bundleMail, writeMail } from './store-mail.js';

/** Characters of one message to Redis, roughly. */
const MAX_BUNDLE = 256 * 1024;

interface Bundle {
  readonly mails: string[];
  length: number;
}

/**
 * What is relayed to other processes, until everything that came from the network in this turn was looked at: one
 * command for all that goes to the same process. At launch time that is the difference between a command per message and
 * a few hundred per second.
 */
export class RelayOutbox {
  readonly #publish: (process: string, text: string) => void;
  readonly #bundles = new Map<string, Bundle>();
  #isScheduled = false;

  constructor(publish: (process: string, text: string) => void) {
    this.#publish = publish;
  }

  add(process: string, message: Relayed): void {
    const mail = writeMail({ kind: 'relay', message });
    let bundle = this.#bundles.get(process);
    if (bundle !== undefined && bundle.length + mail.length > MAX_BUNDLE) {
      this.#bundles.delete(process);
      this.#publish(process, bundleMail(bundle.mails));
      bundle = undefined;
    }
    if (bundle === undefined) {
      bundle = { mails: [], length: 0 };
      this.#bundles.set(process, bundle);
    }
    bundle.mails.push(mail);
    bundle.length += mail.length;
    this.#schedule();
  }

  /** At once, so that nothing that is sent now overtakes it. */
  flush(): void {
    for (const [process, { mails }] of this.#bundles) this.#publish(process, bundleMail(mails));
    this.#bundles.clear();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }
}
