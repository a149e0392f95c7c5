import type { IceState } from '../protocol/server-messages.js';

/** What is needed of a WebSocket. */
export interface ConnectionPort {
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Without a closing handshake. */
  terminate(): void;
  pause(): void;
  resume(): void;
  ping(): void;
}

export interface Visitor {
  readonly number: number;
  /** As limits count addresses. */
  readonly address: string;
  readonly origin: string | null;
  /** The token in the query of the URL. */
  readonly urlToken: string | null;
  /** The query says that it is one of ours, and may take its time for the first word. */
  readonly isOurs: boolean;
}

/** A seat that was asked for. */
export interface Entry {
  readonly token: string | null;
  readonly ref: number | undefined;
  readonly ice: IceState;
  readonly isResumed: boolean;
}
