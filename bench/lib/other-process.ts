import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Attempt, gameChannels, time } from './attempts.js';
import { CLOSING_MS, type Mail, type Outcome, worst } from './end.js';
import { type Way, ways } from './ways.js';

/** What the two processes tell each other. Attempts are numbered, since mail of an old one may come late. */
export type Message =
  | { id: 0; kind: 'ready' }
  | { id: number; kind: 'begin'; way: Way }
  | { id: number; kind: 'settled'; outcome: Outcome }
  | { id: number; kind: 'mail'; mail: Mail }
  | { id: number; kind: 'end' };

const endedEarly = (): never => {
  throw new Error('The other process ended before it was ready');
};

/** A child process that answers our offers. */
export class OtherProcess {
  readonly #child: ChildProcess = fork(fileURLToPath(new URL('answerer.ts', import.meta.url)));
  /** To start takes longer than any attempt. */
  readonly #ready = Promise.race([once(this.#child, 'message'), once(this.#child, 'exit').then(endedEarly)]);
  #lastId = 0;

  /** From the making of this end; the other one is made meanwhile. */
  async connect(way: Way): Promise<Attempt> {
    await this.#ready;
    this.#lastId += 1;
    const id = this.#lastId;
    const { make, pace } = ways[way];
    this.#tell({ id, kind: 'begin', way });
    const start = performance.now();
    const end = make(gameChannels, (mail) => this.#tell({ id, kind: 'mail', mail }));
    const answered = new Promise<Outcome>((resolve) => {
      this.#child.on('message', (message: Message) => {
        if (message.id !== id) return;
        if (message.kind === 'mail') end.receive(message.mail);
        if (message.kind === 'settled') resolve(message.outcome);
      });
    });
    end.offer();
    const settled = Promise.all([end.settled, answered]).then(worst);
    const attempt = await time(settled, () => end.poll(), pace, start);
    this.#child.removeAllListeners('message');
    this.#tell({ id, kind: 'end' });
    await sleep(CLOSING_MS);
    end.close();
    await sleep(CLOSING_MS);
    return attempt;
  }

  close(): void {
    this.#child.disconnect();
  }

  #tell(message: Message): void {
    this.#child.send(message);
  }
}
