import { createRequire } from 'node:module';

/** What the tests use of a WebSocket of the package `ws`, which brings no types. */
export interface RawSocket {
  readonly readyState: number;
  on(event: 'open', listener: () => void): unknown;
  on(event: 'pong', listener: (data: Buffer) => void): unknown;
  on(event: 'ping', listener: () => void): unknown;
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): unknown;
  on(event: 'close', listener: (code: number, reason: Buffer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(
    event: 'unexpected-response',
    listener: (request: unknown, response: { statusCode: number; resume(): void }) => void,
  ): unknown;
  send(data: string | Uint8Array, options?: { binary?: boolean }): void;
  ping(data?: string): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
  pause(): void;
  resume(): void;
}

export const RawWebSocket = createRequire(import.meta.url)('ws') as new (
  url: string,
  options?: { headers?: Record<string, string>; autoPong?: boolean; perMessageDeflate?: boolean; ca?: string },
) => RawSocket;
