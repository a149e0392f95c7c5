/** How packets travel. Godot's numbers. */
export const TransferMode = {
  /** May be lost, may overtake each other. */
  TRANSFER_MODE_UNRELIABLE: 0,
  /** May be lost; what arrives late is dropped. */
  TRANSFER_MODE_UNRELIABLE_ORDERED: 1,
  /** Everything, once, in order. */
  TRANSFER_MODE_RELIABLE: 2,
} as const;
export type TransferMode = (typeof TransferMode)[keyof typeof TransferMode];

export const ConnectionStatus = {
  CONNECTION_DISCONNECTED: 0,
  CONNECTION_CONNECTING: 1,
  CONNECTION_CONNECTED: 2,
} as const;
export type ConnectionStatus = (typeof ConnectionStatus)[keyof typeof ConnectionStatus];

/** Why a peer is gone, as `peer_disconnected` tells. */
export const DisconnectReason = {
  /** It left, or closed its connection. */
  LEFT: 'left',
  /** It put us out. */
  KICKED: 'kicked',
  /** Nothing was heard of it for too long. */
  TIMEOUT: 'timeout',
  /** The connection to it was lost. */
  LOST: 'lost',
  /** It broke the protocol, or could not keep up with what was sent to it. */
  MISBEHAVED: 'misbehaved',
  /** Ended on this side. */
  CLOSED: 'closed',
} as const;
export type DisconnectReason = (typeof DisconnectReason)[keyof typeof DisconnectReason];

/** Target of a broadcast. */
export const TARGET_PEER_BROADCAST = 0;
/** The server's id, also as a target. */
export const TARGET_PEER_SERVER = 1;
/** Ids are positive 32-bit numbers, so that minus an id can mean "all but this one". */
export const MAX_PEER_ID = 0x7fffffff;

export function isTransferMode(value: unknown): value is TransferMode {
  return value === 0 || value === 1 || value === 2;
}

export function isPeerId(value: unknown, least = 1): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= MAX_PEER_ID;
}
