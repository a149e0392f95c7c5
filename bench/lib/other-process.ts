import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Attempt, at60Hz, gameChannels, type Pace, time } from './attempts.js';
import { CLOSING_MS, type Mail, type Outcome, worst } from './end.js';
import { type Side, sides } from './sides.js';

/** What the two processes tell each other. Attempts are numbered, since mail of an old one may come late. */
export type Message =
  | { id: number; kind: 'begin'; side: Side; at60Hz: boolean }
  | { id: number; kind: 'settled'; outcome: Outcome }
  | { id: number; kind: 'mail'; mail: Mail }
  | { id: number; kind: 'end' };

/** A child process that answers our offers. */
export class OtherProcess {
  readonly #child: ChildProcess = fork(fileURLToPath(new URL('answerer.ts', import.meta.url)));
  #lastId = 0;

  async connect(side: Side, pace: Pace): Promise<Attempt> {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#tell({ id, kind: 'begin', side, at60Hz: pace === at60Hz });
    const end = sides[side](gameChannels, (mail) => this.#tell({ id, kind: 'mail', mail }));
    const answered = new Promise<Outcome>((resolve) => {
      this.#child.on('message', (message: Message) => {
        if (message.id !== id) return;
        if (message.kind === 'mail') end.receive(message.mail);
        if (message.kind === 'settled') resolve(message.outcome);
      });
    });
    end.offer();
    const settled = Promise.all([end.settled, answered]).then(worst);
    const attempt = await time(settled, () => end.poll(), pace);
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
