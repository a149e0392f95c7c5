import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

/** Smaller ones are acknowledgements and keep-alives: losing those too would only make the test slower. */
const PAYLOAD_BYTES = 200;
/** The first byte of a datagram that DTLS carries data in. */
const DTLS_DATA = 23;

/**
 * The only way between two connections of this machine: one end is told this path's address instead of the other's.
 * Away from the hidden end it loses a share of the datagrams that carry a payload: by chance, since a fixed pattern may
 * fall in step with the packets and hit always the same ones, but by the same chance in every run.
 */
export class LossyPath {
  lossRate = 0;
  /** How long a datagram takes, either way. */
  delayMs = 0;
  lost = 0;
  /** Datagrams with data that came from the hidden end, lost ones included. */
  datagrams = 0;
  readonly #socket: Socket;
  readonly #port: number;
  #hidden = 0;
  #other: RemoteInfo | null = null;
  #random = 1;
  #isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#port = socket.address().port;
    socket.on('message', (datagram, from) => this.#forward(datagram, from));
  }

  static async open(): Promise<LossyPath> {
    const socket = createSocket('udp4');
    await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
    return new LossyPath(socket);
  }

  /** A candidate of the end that is hidden behind this path, as the other one is to see it. */
  disguise(candidate: string): string {
    const parts = candidate.split(' ');
    this.#hidden = Number(parts[5]);
    parts[4] = '127.0.0.1';
    parts[5] = String(this.#port);
    return parts.join(' ');
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.close();
  }

  #forward(datagram: Buffer, from: RemoteInfo): void {
    if (from.port !== this.#hidden) {
      this.#other = from;
      this.#send(datagram, this.#hidden);
      return;
    }
    if (this.#other === null) return;
    if (datagram[0] === DTLS_DATA) this.datagrams += 1;
    if (datagram.length > PAYLOAD_BYTES && this.#draw() < this.lossRate) this.lost += 1;
    else this.#send(datagram, this.#other.port);
  }

  #send(datagram: Buffer, port: number): void {
    const deliver = (): void => {
      if (!this.#isClosed) this.#socket.send(datagram, port, '127.0.0.1');
    };
    if (this.delayMs > 0) setTimeout(deliver, this.delayMs);
    else deliver();
  }

  /** Numerical Recipes' generator: 0 up to 1. */
  #draw(): number {
    this.#random = (Math.imul(this.#random, 1664525) + 1013904223) >>> 0;
    return this.#random / 2 ** 32;
  }
}
