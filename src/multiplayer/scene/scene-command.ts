/** The first byte of a packet: the lowest three bits name the command, the upper four belong to it. */
export const Command = {
  REMOTE_CALL: 0,
  SIMPLIFY_PATH: 1,
  CONFIRM_PATH: 2,
  RAW: 3,
  SPAWN: 4,
  DESPAWN: 5,
  SYNC: 6,
  SYS: 7,
} as const;
export const COMMAND_MASK = 7;

/** The second byte of a SYS packet. */
export const SysCommand = {
  AUTH: 0,
  ADD_PEER: 1,
  DEL_PEER: 2,
  RELAY: 3,
  /** What a relayed peer announced, for peers that announced themselves (docs/wire.md). Godot has no such command. */
  FEATURES: 128,
} as const;

/** Command, sub-command and a peer's id: the least that a SYS packet has, unless it is for authentication. */
export const SYS_BYTES = 6;
