import type { LobbyReason } from '../../protocol/lobby-reason.js';
import { NO_CHANGE, type RoomChange } from './room-change.js';

/** What a rule makes of a request. A change of nothing is a success. */
export type Decision =
  | { readonly change: RoomChange; readonly refused?: undefined }
  | { readonly refused: LobbyReason; readonly change?: undefined };

export const refuse = (reason: LobbyReason): { refused: LobbyReason } => ({ refused: reason });
export const agreed: Decision = { change: NO_CHANGE };
