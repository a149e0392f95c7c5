import type { Server } from 'node:http';
import { createRequire } from 'node:module';

/** What the tests use of a server of the package `ws`, which brings no types. */
export interface ServerSocket {
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  send(data: string): void;
  close(code: number, reason?: string): void;
  terminate(): void;
}

interface ServerOfSockets {
  on(event: 'connection', listener: (socket: ServerSocket) => void): unknown;
}

const { WebSocketServer: Made } = createRequire(import.meta.url)('ws') as {
  WebSocketServer: new (options: { server: Server; maxPayload: number }) => ServerOfSockets;
};

export const WebSocketServer = Made;
