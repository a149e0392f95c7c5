import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Mail } from './end.js';
import type { PartySetup } from './peers-party.js';

export interface Report {
  /** Packets that each end put. */
  readonly sent: number;
  /** How old each packet was that arrived, when it was applied, in the order of application. */
  readonly ages: readonly number[];
  /** From the beginning of the play to this report. */
  readonly cpuMs: number;
  readonly grownMb: number;
}

/** What a child plays: frames of this length, in each of which every end puts so many bytes while there is play. */
export interface ChildSetup {
  readonly setup: PartySetup;
  readonly frameMs: number;
  readonly bytes: number;
  readonly offers: boolean;
}

export type Orders =
  | ({ kind: 'begin' } & ChildSetup)
  | { kind: 'mail'; end: number; mail: Mail }
  | { kind: 'play'; ms: number }
  | { kind: 'report' };

export type FromChild =
  | { kind: 'mail'; end: number; mail: Mail }
  | { kind: 'settled'; open: number }
  | { kind: 'report'; report: Report };

/** A party in a process of its own. */
export class ChildParty {
  /** How many of its connections are open, when each is or has failed. */
  readonly settled: Promise<number>;
  readonly #child: ChildProcess = fork(fileURLToPath(new URL('peers-child-program.ts', import.meta.url)));
  #onReport: (report: Report) => void = () => {};

  constructor(setup: ChildSetup, post: (end: number, mail: Mail) => void) {
    this.settled = new Promise((resolve) => {
      this.#child.on('message', (message: FromChild) => {
        if (message.kind === 'mail') post(message.end, message.mail);
        if (message.kind === 'settled') resolve(message.open);
        if (message.kind === 'report') this.#onReport(message.report);
      });
    });
    this.#tell({ kind: 'begin', ...setup });
  }

  receive(end: number, mail: Mail): void {
    this.#tell({ kind: 'mail', end, mail });
  }

  play(ms: number): void {
    this.#tell({ kind: 'play', ms });
  }

  report(): Promise<Report> {
    return new Promise((resolve, reject) => {
      this.#onReport = resolve;
      this.#child.once('exit', (code) => reject(new Error(`A party ended with code ${code} before its report`)));
      this.#tell({ kind: 'report' });
    });
  }

  /** As a machine that has something else to do, or a program that loads a level in one go. */
  stall(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  close(): void {
    this.#child.disconnect();
  }

  #tell(orders: Orders): void {
    this.#child.send(orders);
  }
}
