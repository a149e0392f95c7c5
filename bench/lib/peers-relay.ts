import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { ADDRESS, type Mail } from './end.js';

/** What the network adds to a datagram's payload. */
const HEADER_BYTES = 28;

/**
 * The only way between two connections of this machine, as slow as it is told: one end learns this relay's address
 * instead of the other's. What leaves the hidden end waits its turn, and is dropped when too many wait already.
 */
export class Relay {
  readonly #socket: Socket;
  readonly #bitsPerSecond: number;
  readonly #queuePackets: number;
  #hiddenPort = 0;
  #other: RemoteInfo | null = null;
  /** When the last datagram of the queue will have left. */
  #freeAt = 0;
  #waiting = 0;
  #isClosed = false;

  private constructor(socket: Socket, bitsPerSecond: number, queuePackets: number) {
    this.#socket = socket;
    this.#bitsPerSecond = bitsPerSecond;
    this.#queuePackets = queuePackets;
    socket.on('message', (datagram, from) => this.#forward(datagram, from));
  }

  static async open(bitsPerSecond: number, queuePackets: number): Promise<Relay> {
    const socket = createSocket('udp4');
    await new Promise<void>((done) => socket.bind(0, ADDRESS, done));
    return new Relay(socket, bitsPerSecond, queuePackets);
  }

  /** Mail of the end that is hidden behind this relay, as the other one is to get it. */
  disguise(mail: Mail): Mail {
    if (mail.kind === 'description') return mail;
    const parts = mail.name.split(' ');
    this.#hiddenPort = Number(parts[5]);
    parts[4] = ADDRESS;
    parts[5] = String(this.#socket.address().port);
    return { ...mail, name: parts.join(' ') };
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.close();
  }

  #forward(datagram: Buffer, from: RemoteInfo): void {
    if (from.port !== this.#hiddenPort) {
      this.#other = from;
      this.#socket.send(datagram, this.#hiddenPort, ADDRESS);
    } else if (this.#other !== null) this.#queue(datagram, this.#other);
  }

  #queue(datagram: Buffer, { port, address }: RemoteInfo): void {
    if (this.#waiting >= this.#queuePackets) return;
    const now = performance.now();
    const takesMs = ((datagram.length + HEADER_BYTES) * 8000) / this.#bitsPerSecond;
    this.#freeAt = Math.max(now, this.#freeAt) + takesMs;
    this.#waiting += 1;
    setTimeout(() => {
      this.#waiting -= 1;
      if (!this.#isClosed) this.#socket.send(datagram, port, address);
    }, this.#freeAt - now);
  }
}
