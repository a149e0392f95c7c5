import { type RawSocket, RawWebSocket } from './ws-package.js';

export interface RawMessage {
  readonly type: number;
  readonly id: number;
  readonly data: string;
  readonly [member: string]: unknown;
}

export interface Closing {
  readonly code: number;
  readonly reason: string;
}

export interface RawOptions {
  readonly headers?: Record<string, string>;
  readonly autoPong?: boolean;
  /** The authority to trust, for wss. */
  readonly ca?: string;
}

/** A WebSocket that writes what a test wants, and keeps what it gets in order. */
export class RawClient {
  readonly socket: RawSocket;
  readonly closed: Promise<Closing>;
  /** Everything that came, also what was taken with `next`. */
  readonly all: RawMessage[] = [];
  /** The frames as they came. */
  readonly frames: string[] = [];
  #unread: RawMessage[] = [];
  #arrival: () => void = () => {};
  #pongs = new Map<string, () => void>();
  #barriers = 0;
  #isClosed = false;

  private constructor(socket: RawSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.#isClosed = true;
        this.#arrival();
        for (const done of this.#pongs.values()) done();
        resolve({ code, reason: reason.toString() });
      });
    });
    socket.on('message', (data) => {
      this.frames.push(data.toString());
      const message = JSON.parse(data.toString()) as RawMessage;
      this.all.push(message);
      this.#unread.push(message);
      this.#arrival();
    });
    socket.on('pong', (data) => this.#pongs.get(data.toString())?.());
  }

  static connect(url: string, options: RawOptions = {}): Promise<RawClient> {
    const socket = new RawWebSocket(url, { perMessageDeflate: false, ...options });
    // Before `open`, so that nothing is missed that comes with it.
    const client = new RawClient(socket);
    return new Promise((resolve, reject) => {
      socket.on('open', () => resolve(client));
      socket.on('unexpected-response', (_request, response) => {
        response.resume();
        reject(new Error(`HTTP ${response.statusCode}`));
      });
      socket.on('error', reject);
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  /** The next message. Rejects when the connection closes first. */
  async next(): Promise<RawMessage> {
    while (this.#unread.length === 0) {
      if (this.#isClosed) throw new Error(`closed while waiting: ${JSON.stringify(await this.closed)}`);
      await new Promise<void>((resolve) => {
        this.#arrival = resolve;
      });
    }
    return this.#unread.shift()!;
  }

  /** The next message that this is true of; those before it are skipped. */
  async until(isWanted: (message: RawMessage) => boolean): Promise<RawMessage> {
    for (;;) {
      const message = await this.next();
      if (isWanted(message)) return message;
    }
  }

  type(type: number): Promise<RawMessage> {
    return this.until((message) => message.type === type);
  }

  /** What came and was not taken yet, after the server has dealt with everything that was sent to it before. */
  async settle(): Promise<RawMessage[]> {
    await this.barrier();
    return this.#unread.splice(0);
  }

  /** Resolves when a ping came back, which the server answers in order with our frames. */
  async barrier(): Promise<void> {
    if (this.#isClosed) return;
    this.#barriers += 1;
    const name = `barrier ${this.#barriers}`;
    await new Promise<void>((resolve) => {
      this.#pongs.set(name, resolve);
      this.socket.ping(name);
    });
    this.#pongs.delete(name);
  }

  close(code = 1000): Promise<Closing> {
    this.socket.close(code);
    return this.closed;
  }

  /** Like a cable that is pulled, but noticed at once. */
  cut(): Promise<Closing> {
    this.socket.terminate();
    return this.closed;
  }
}
