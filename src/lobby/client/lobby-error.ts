import { type LobbyReason, lobbyReasons } from '../protocol/lobby-reason.js';

/** What this side finds out without being told. */
export const ownReasons = {
  connect_failed: 'The lobby could not be reached',
  connection_lost: 'The connection to the lobby was lost',
  timeout: 'The lobby did not answer in time',
  refused: 'The lobby refused without saying why',
  unsupported: 'This lobby server does not know such requests',
  closed: 'Closed before it was done',
} as const;

/** Why a request to a lobby failed: a reason of the server's, or one of these. */
export type LobbyErrorReason = LobbyReason | keyof typeof ownReasons;

export interface LobbyErrorDetails {
  /** Instead of the usual text. */
  readonly text?: string | undefined;
  readonly retryMs?: number | undefined;
  readonly closeCode?: number;
  readonly closeReason?: string;
}

/**
 * What the promise of a request rejects with.
 * @example
 * ```ts run
 * import { LobbyError, type LobbySession } from 'scenewire/lobby';
 *
 * // What to tell the player; null when the room was joined.
 * async function tryToJoin(session: LobbySession, code: string): Promise<string | null> {
 *   try {
 *     await session.join(code);
 *     return null;
 *   } catch (error) {
 *     if (!(error instanceof LobbyError)) throw error;
 *     return error.reason === 'room_not_found' ? `There is no game with the code ${code}` : error.message;
 *   }
 * }
 * ```
 */
export class LobbyError extends Error {
  readonly reason: LobbyErrorReason;
  /** When it is worth another try; 0 when time alone changes nothing. */
  readonly retryMs: number;
  /** How the connection ended, if that is why; else -1 and empty. Godot's lobby servers say no more than this. */
  readonly closeCode: number;
  readonly closeReason: string;

  constructor(reason: LobbyErrorReason, details: LobbyErrorDetails = {}) {
    super(details.text ?? textOf(reason));
    this.name = 'LobbyError';
    this.reason = reason;
    this.retryMs = details.retryMs ?? 0;
    this.closeCode = details.closeCode ?? -1;
    this.closeReason = details.closeReason ?? '';
  }
}

const textOf = (reason: LobbyErrorReason): string =>
  Object.hasOwn(ownReasons, reason)
    ? ownReasons[reason as keyof typeof ownReasons]
    : lobbyReasons[reason as LobbyReason];
