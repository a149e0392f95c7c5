/** Milliseconds. */
export interface LobbyTiming {
  /** For the socket to open. */
  readonly connectMs: number;
  /** For the answer to a request. */
  readonly requestMs: number;
  /** For the first answer to a JOIN by a server that may be one of Godot's, which stay silent where they refuse. */
  readonly joinMs: number;
  /** After so long without a message the server is asked for a sign of life: at most one message in this time. */
  readonly silenceMs: number;
  /** For that sign. */
  readonly pongMs: number;
  /** From a seal to the end of the connection to a server of Godot's. */
  readonly sealMs: number;
}

export const DEFAULT_LOBBY_TIMING: LobbyTiming = Object.freeze({
  connectMs: 10_000,
  requestMs: 10_000,
  joinMs: 2000,
  silenceMs: 30_000,
  pongMs: 10_000,
  sealMs: 10_000,
});
