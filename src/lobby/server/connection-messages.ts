import { type LobbyReason, lobbyReasons } from '../protocol/lobby-reason.js';
import { MessageType } from '../protocol/message-type.js';
import type { ErrorMessage, WelcomeMessage } from '../protocol/server-messages.js';
import type { Entry } from './connection-parts.js';
import { type Room, roomState, type Seat } from './room/room.js';

const RETRY_MS = 1000;

/** What a client asked for, by its type and its `ref`. */
export interface Asked {
  readonly type: number;
  readonly ref?: number;
}

/** For a client that announced itself: what went wrong, and whether it is worth another try. */
export function errorMessage(reason: LobbyReason, { type, ref }: Asked, fatal: boolean, text?: string): ErrorMessage {
  const isTemporary = reason === 'unavailable' || reason === 'shutting_down';
  return {
    type: MessageType.ERROR,
    id: type,
    data: text ?? lobbyReasons[reason],
    reason,
    fatal,
    ...(ref !== undefined && { ref }),
    ...(isTemporary && { retryMs: RETRY_MS }),
  };
}

/** For a client that announced itself and has its seat. */
export function welcomeMessage(
  room: Room,
  seat: Seat,
  { token, ref, ice, isResumed }: Entry,
  { sw, graceMs }: { readonly sw: number; readonly graceMs: number },
): WelcomeMessage {
  return {
    type: MessageType.WELCOME,
    id: seat.id,
    data: room.settings.name,
    sw,
    features: [],
    token: token ?? '',
    graceMs,
    resumed: isResumed,
    room: roomState(room),
    ice,
    ...(ref !== undefined && { ref }),
  };
}
