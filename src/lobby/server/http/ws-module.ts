import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';

/** What is used of a WebSocket of the package `ws`. */
export interface WsSocket {
  readonly readyState: number;
  readonly bufferedAmount: number;
  on(event: 'pong', listener: () => void): unknown;
  on(event: 'message', listener: (data: Buffer) => void): unknown;
  on(event: 'close', listener: (code: number) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  send(text: string): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
  pause(): void;
  resume(): void;
}

export interface WsServer {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (socket: WsSocket) => void): void;
}

export const WS_OPEN = 1;

/** Compression would cost more memory per connection than everything else together. */
const OPTIONS = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  closeTimeout: 3000,
  maxPendingAutoPongs: 64,
} as const;

/** Throws when the optional package is not there. */
export function makeWsServer(maxPayload: number): WsServer {
  const { WebSocketServer } = loadWs();
  return new WebSocketServer({ ...OPTIONS, maxPayload });
}

function loadWs(): { WebSocketServer: new (options: object) => WsServer } {
  try {
    return createRequire(import.meta.url)('ws') as { WebSocketServer: new (options: object) => WsServer };
  } catch (cause) {
    throw new Error('The lobby server needs the package ws (npm install ws)', { cause });
  }
}
