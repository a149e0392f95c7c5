/**
 * Why a request was refused or a socket closed: `reason` of an ERROR. The texts are those of Godot's Node server where it
 * has one, spelling included. They go into ERROR and into close frames, whose reasons end at 123 bytes.
 */
export const lobbyReasons = {
  bad_message: 'Invalid message format',
  unknown_type: 'Invalid command',
  too_many_errors: 'Too many invalid messages',
  not_in_room: 'Invalid message when not in a lobby',
  already_in_room: 'Already in a lobby',
  join_timeout: 'Have not joined lobby yet',
  idle: 'Idle for too long',
  unresponsive: 'No answer to pings',

  room_not_found: 'Lobby does not exists',
  room_sealed: 'Lobby is sealed',
  room_full: 'Lobby is full',
  wrong_password: 'Wrong password',
  name_taken: 'Lobby name is taken',
  bad_name: 'Invalid lobby name',
  banned: 'Banned from this lobby',
  kicked: 'Kicked',
  not_host: 'Only the host can do that',
  no_such_member: 'No such member',
  seat_lost: 'The seat is gone',
  seat_taken_over: 'The seat was taken over by another connection',
  host_left: 'Room host has disconnected',
  seal_complete: 'Seal complete',

  too_many_peers: 'Too many peers connected',
  too_many_rooms: 'Too many lobbies open, disconnecting',
  too_many_sockets: 'Too many connections from this address',
  too_many_attempts: 'Too many failed attempts, try again later',
  too_slow: 'Messages are not read fast enough',
  too_large: 'Too much metadata',

  unauthorized: 'Not authorized',
  unavailable: 'The lobby is not available at the moment',
  shutting_down: 'Server is shutting down',
  internal: 'Server error',
} as const;
export type LobbyReason = keyof typeof lobbyReasons;

/** Godot's Node server has words of its own for a SEAL by somebody else. */
export const NOT_HOST_SEAL_TEXT = 'Only host can seal the lobby';

const byText = new Map<string, LobbyReason>([
  ...Object.entries(lobbyReasons).map(([reason, text]): [string, LobbyReason] => [text, reason as LobbyReason]),
  [NOT_HOST_SEAL_TEXT, 'not_host'],
  ['Server error, lobby not found', 'internal'],
  ['Invalid transfer mode, must be text', 'bad_message'],
  ['Invalid destination', 'no_such_member'],
]);

/** What the reason of a close frame means; null for a text that neither server of Godot's nor ours says. */
export function reasonOfText(text: string): LobbyReason | null {
  if (text.startsWith('Kicked: ')) return 'kicked';
  return byText.get(text) ?? null;
}

export const isLobbyReason = (value: unknown): value is LobbyReason =>
  typeof value === 'string' && Object.hasOwn(lobbyReasons, value);

/** Codes of close frames. Godot's Node server has one for all errors. */
export const CloseCode = {
  NORMAL: 1000,
  GOING_AWAY: 1001,
  TOO_LARGE: 1009,
  RESTART: 1012,
  ERROR: 4000,
} as const;
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

/** Why a member is no longer in the room. */
export const departures = ['left', 'lost', 'kicked'] as const;
export type Departure = (typeof departures)[number];
