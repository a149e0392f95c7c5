import { createSocket, type Socket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import { stunCheck } from './stun-check.js';

/** The library answers at once, or not at all. */
const ANSWER_MS = 10;
/** What is begun that close to the end of a millisecond may be done in the next one. */
const SPARE_NS = 200_000n;
const MS_IN_NS = 1_000_000n;

/**
 * The turns in which libjuice sends its checks. They are 50 ms apart, and the check that it owes to one of the other side
 * waits for the next turn: 50 ms in which nothing else is sent. A check of our own, from here to the library's socket,
 * takes that turn before. The other one is put behind it then; and ours behind that, when it is sent again. What is
 * added now has its turn at once.
 *
 * The library counts in whole milliseconds. Within the one of the first check, that is not in the way yet, and sent again
 * it would not move: what comes so soon is added as it is.
 */
export class CheckTurns {
  /** Null when they are not to be had, or not any more: everything works without, 50 ms later. */
  #socket: Socket | null;
  #send: () => void = () => {};
  #last: Promise<void> = Promise.resolve();
  readonly #begun = libraryMs();
  #answered = this.#begun;

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
    this.#last = this.#clear().then(() => {
      this.#answered = libraryMs();
    });
  }

  /** Runs each when it has its turn at once. */
  run(add: () => void): void {
    if (this.#socket === null) add();
    else this.#last = this.#last.then(() => this.#makeFree()).then(add);
  }

  close(): void {
    this.#socket?.close();
    this.#socket = null;
  }

  async #makeFree(): Promise<void> {
    if (libraryMs() === this.#begun && libraryMs(SPARE_NS) === this.#begun) return;
    while (libraryMs() === this.#answered) await new Promise<void>((resolve) => setImmediate(resolve));
    await this.#clear();
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

/** By the library's clock. It is Node's on Linux; elsewhere no two moments are taken for the same millisecond. */
function libraryMs(laterNs = 0n): bigint {
  const now = process.hrtime.bigint() + laterNs;
  return process.platform === 'linux' ? now / MS_IN_NS : now;
}
