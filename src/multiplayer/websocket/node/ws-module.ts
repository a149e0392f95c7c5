import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';
import { messageOf } from '../../../core/fail.js';
import { getLogger } from '../../../core/log.js';

const log = getLogger('websocket');

/** What is used of a WebSocket of the package `ws`. */
export interface WsSocket {
  readonly readyState: number;
  readonly bufferedAmount: number;
  readonly protocol: string;
  on(event: 'upgrade', listener: (response: IncomingMessage) => void): unknown;
  on(event: 'open' | 'pong', listener: () => void): unknown;
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): unknown;
  on(event: 'close', listener: (code: number, reason: Buffer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  send(data: Buffer | string): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
  pause(): void;
  resume(): void;
}

/** What is used of its server, which only answers upgrade requests here. */
export interface WsServer {
  on(event: 'headers', listener: (lines: string[]) => void): unknown;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (socket: WsSocket) => void): void;
}

export interface WsModule {
  new (url: URL, protocols: string[], options: object): WsSocket;
  WebSocketServer: new (options: object) => WsServer;
}

/** Options of both sides. Extensions are off: Godot has none. Memory and time have bounds. */
export const WS_OPTIONS = { perMessageDeflate: false, closeTimeout: 3000, maxPendingAutoPongs: 64 } as const;

export const WS_OPEN = 1;
export const WS_CLOSING = 2;

/** Loaded when the first connection is made, and synchronously, since `connectToUrl` asks. Null when there is none. */
export function loadWs(): WsModule | null {
  try {
    return createRequire(import.meta.url)('ws') as WsModule;
  } catch (thrown) {
    // Further lines tell who asked for it, which is always this file.
    const [reason = ''] = messageOf(thrown).split('\n');
    log.warnOnce(`WebSockets in Node need the package ws (npm install ws): ${reason}`);
    return null;
  }
}
