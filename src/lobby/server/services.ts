import type { IceState } from '../protocol/server-messages.js';
import type { Authorize } from './authorization.js';
import type { Directory } from './directory.js';
import type { LobbyLimits } from './lobby-limits.js';
import type { LobbyLog } from './lobby-log.js';
import type { LobbyMetrics } from './lobby-metrics.js';
import type { Relay } from './relay.js';
import type { RoomList } from './room-list.js';
import type { RoomNameKind } from './room-namer.js';
import type { LobbyStore } from './store/lobby-store.js';
import type { Turns } from './turns.js';

/** What every connection of a lobby shares. */
export interface LobbyServices {
  readonly store: LobbyStore;
  readonly directory: Directory;
  readonly relay: Relay;
  readonly rooms: RoomList;
  readonly turns: Turns;
  readonly limits: LobbyLimits;
  readonly metrics: LobbyMetrics;
  readonly log: LobbyLog;
  /** Never rejects. */
  readonly ice: () => Promise<IceState>;
  /** Null lets everybody in. */
  readonly authorize: Authorize | null;
  /** How rooms are named whose makers can't ask for anything. */
  readonly plainNames: RoomNameKind;
}
