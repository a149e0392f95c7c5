import { createSocket, type Socket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import { stunCheck } from './stun-check.js';

/** The library answers at once, or not at all. */
const ANSWER_MS = 10;

/**
 * The turns in which libjuice sends its checks. They are 50 ms apart, and the check that it owes to one of the other side
 * waits for the next turn: 50 ms in which nothing else is sent. A check of our own, from here to the library's socket,
 * takes that turn before. The other one is put behind it then; and ours behind that, when it is sent again. What is
 * added now has its turn at once.
 */
export class CheckTurns {
  /** Null when they are not to be had, or not any more: everything works without, 50 ms later. */
  #socket: Socket | null;
  #send: () => void = () => {};
  #last: Promise<void> = Promise.resolve();

  /** Takes the next turn. Both texts are the library's own, the local one with its candidates. */
  constructor(local: string, remote: string) {
    const [, address, port] = /^a=candidate:\S+ \d+ UDP \d+ (\S+) (\d+) typ host/im.exec(local) ?? [];
    const name = [local, remote].map((sdp) => /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1]).join(':');
    const password = /^a=ice-pwd:(\S+)/m.exec(local)?.[1];
    this.#socket = null;
    if (address === undefined || password === undefined) return;
    const socket = createSocket(isIPv4(address) ? 'udp4' : 'udp6');
    this.#socket = socket;
    socket.on('error', () => this.close());
    socket.bind(0, address);
    socket.unref();
    this.#send = () => socket.send(stunCheck(name, password), Number(port), address);
    this.#last = this.#clear();
  }

  /** Runs each when it has its turn at once. */
  run(add: () => void): void {
    if (this.#socket === null) add();
    else this.#last = this.#last.then(() => this.#clear()).then(add);
  }

  close(): void {
    this.#socket?.close();
    this.#socket = null;
  }

  #clear(): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve) => {
      if (socket === null) return resolve();
      const timer = setTimeout(resolve, ANSWER_MS);
      const stop = (): void => {
        clearTimeout(timer);
        resolve();
      };
      socket.once('message', stop);
      socket.once('close', stop);
      this.#send();
    });
  }
}
