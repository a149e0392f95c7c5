import { type ChildProcess, fork } from 'node:child_process';
import { getPriority, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface Sending {
  readonly perSecond: number;
  readonly seconds: number;
  /** Characters of each message, beside what every message has. */
  readonly characters: number;
}

export interface Sent {
  readonly sent: number;
  readonly arrived: number;
  /** How late this process was, p99 in ms. */
  readonly late: number;
}

export type CrowdOrders =
  | { readonly kind: 'gather'; readonly urls: readonly string[]; readonly rooms: number; readonly roomSize: number }
  | { readonly kind: 'attack'; readonly url: string; readonly attackers: number; readonly seconds: number }
  | ({ readonly kind: 'send' } & Sending);

export type CrowdAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'attacked'; readonly frames: number; readonly connections: number }
  | ({ readonly kind: 'sent' } & Sent);

/** How much less than others a process counts that floods: on the network, attackers bring processors of their own. */
const NICER = 10;

/** Everybody but those whose messages are timed, in a process of its own: the timing must not wait for the load. */
export class LobbyCrowd {
  readonly #child: ChildProcess = fork(fileURLToPath(new URL('lobby-crowd-program.ts', import.meta.url)));

  /** Players in rooms, who come to these addresses by turns. */
  async gather(urls: readonly string[], rooms: number, roomSize: number): Promise<void> {
    await this.#ask({ kind: 'gather', urls, rooms, roomSize }, 'ready');
  }

  /** Each message goes from one member of a room to the next one. */
  send(sending: Sending): Promise<Sent> {
    return this.#ask({ kind: 'send', ...sending }, 'sent');
  }

  attack(url: string, attackers: number, seconds: number): Promise<{ frames: number; connections: number }> {
    setPriority(this.#child.pid!, Math.min(19, getPriority() + NICER));
    return this.#ask({ kind: 'attack', url, attackers, seconds }, 'attacked');
  }

  leave(): void {
    this.#child.kill('SIGKILL');
  }

  #ask<K extends CrowdAnswer['kind']>(orders: CrowdOrders, kind: K): Promise<Extract<CrowdAnswer, { kind: K }>> {
    this.#child.send(orders);
    return new Promise((resolve, reject) => {
      this.#child.removeAllListeners();
      this.#child.once('exit', (code) => reject(new Error(`the crowd ended with ${code}`)));
      this.#child.on('message', (answer: CrowdAnswer) => {
        if (answer.kind === kind) resolve(answer as Extract<CrowdAnswer, { kind: K }>);
      });
    });
  }
}
