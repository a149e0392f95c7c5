import { createRequire } from 'node:module';

interface Socket {
  readonly readyState: number;
  readonly bufferedAmount: number;
  on(event: 'open' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  send(text: string): void;
  terminate(): void;
}

const WebSocket = createRequire(import.meta.url)('ws') as new (url: string, options: object) => Socket;

const OPEN = 1;
/** What an attacker keeps under way: as much as its kernel takes. */
const MOST_UNSENT_BYTES = 256 * 1024;

/** What each attacker sends, again and again: large, deep, expensive, senseless, guessing, and out of place. */
export const floods: readonly string[] = [
  `{"type":4,"id":1,"data":"${'x'.repeat(60_000)}"}`,
  `{"type":0,"id":0,"data":"","x":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
  '{"type":17,"id":0,"data":"","open":false,"limit":100,"where":{"a":{"min":1}}}',
  'no message',
  '{"type":0,"id":0,"data":"guess","sw":1}',
  '{"type":28,"id":1,"data":""}',
];

/** Comes back whenever it is put out. */
export class Attacker {
  frames = 0;
  connections = 0;
  readonly #url: string;
  readonly #frame: string;
  #socket: Socket | null = null;

  constructor(url: string, frame: string) {
    this.#url = url;
    this.#frame = frame;
  }

  flood(): void {
    const socket = this.#socket ?? this.#open();
    if (socket.readyState !== OPEN || socket.bufferedAmount >= MOST_UNSENT_BYTES) return;
    this.frames += 1;
    socket.send(this.#frame);
  }

  close(): void {
    this.#socket?.terminate();
  }

  #open(): Socket {
    const socket = new WebSocket(this.#url, { perMessageDeflate: false });
    this.#socket = socket;
    socket.on('open', () => {
      this.connections += 1;
      socket.send('{"type":16,"id":0,"data":"","sw":1}');
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#socket = null;
    });
    return socket;
  }
}
