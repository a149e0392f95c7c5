import { CloseCode, lobbyReasons } from '../protocol/lobby-reason.js';
import { MessageType } from '../protocol/message-type.js';
import type { Announcement } from './room/announcements.js';
import type { SeatEnd } from './room/room.js';

/** What a client that announced itself is told when it has no seat any more; null when it knows. */
export function endMessage(end: SeatEnd): Announcement | null {
  switch (end.why) {
    case 'kicked':
      return { type: MessageType.KICK, data: end.text, ban: end.ban };
    case 'over':
      return { type: MessageType.LEAVE, reason: end.reason };
    case 'lost':
      return { type: MessageType.LEAVE, reason: 'seat_lost' };
    case 'left':
    case 'sealed':
      return null;
  }
}

/** How a client of Godot's is closed then. */
export function endClosing(end: SeatEnd): { readonly code: CloseCode; readonly reason: string } {
  if (end.why === 'sealed') return { code: CloseCode.NORMAL, reason: lobbyReasons.seal_complete };
  const { ERROR: code } = CloseCode;
  if (end.why === 'kicked') return { code, reason: `${lobbyReasons.kicked}: ${end.text}` };
  return { code, reason: end.why === 'over' ? lobbyReasons[end.reason] : lobbyReasons.seat_lost };
}
