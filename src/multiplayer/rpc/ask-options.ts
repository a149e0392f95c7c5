/** How long an answer is waited for. */
export interface AskOptions {
  /** Default: 10 seconds. Infinity waits as long as the peer is there. */
  timeoutMs?: number;
  /** Gives the question up; the other side is told so. */
  signal?: AbortSignal;
}

/** What the calls of this folder use beyond Godot's protocol, with peers that announced it: see docs/wire.md. */
export const RPC_FEATURE = 'rpc1';
