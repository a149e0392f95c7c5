/**
 * Types of messages. 0 to 7 are those of Godot's demo lobby; the others are ours, and are only sent between a server and
 * a client that announced itself.
 */
export const MessageType = {
  JOIN: 0,
  ID: 1,
  PEER_CONNECT: 2,
  PEER_DISCONNECT: 3,
  OFFER: 4,
  ANSWER: 5,
  CANDIDATE: 6,
  SEAL: 7,

  HELLO: 16,
  LIST: 17,
  WELCOME: 18,
  ICE: 19,
  METADATA: 20,
  MEMBER: 21,
  KICK: 22,
  UNSEAL: 23,
  HOST: 24,
  RESUME: 25,
  AWAY: 26,
  BACK: 27,
  PING: 28,
  LEAVE: 29,
  SIGNAL: 30,
  ERROR: 31,
  DONE: 32,
} as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

/** Types below this one are Godot's. */
export const FIRST_EXTENSION = 16;

/** The version of the extensions. Two sides speak the lower one of theirs. */
export const LOBBY_VERSION = 1;
