import { Err } from '../core/err.js';
import { fail } from '../core/fail.js';
import type { WebRTCPeerConnection } from '../extension/webrtc-peer-connection.js';
import { ConnectionState } from '../extension/webrtc-types.js';
import { WEBRTC_FEATURES } from './announced-features.js';
import { ConnectedPeer } from './connected-peer.js';
import type { PeerTable } from './peer-table.js';
import type { WebRTCGame } from './webrtc-game.js';
import type { WebRTCPeerSettings } from './webrtc-peer-options.js';

/** A connection that the app adds to a game, as the peer with this id. */
export interface Newcomer {
  readonly connection: WebRTCPeerConnection;
  readonly id: number;
  readonly unreliableLifetime: number;
}

/** Takes it in, with channels on its connection, unless it is not one that a peer can be made of. */
export function takeIn(newcomer: Newcomer, game: WebRTCGame, peers: PeerTable, settings: WebRTCPeerSettings): Err {
  const { connection, id, unreliableLifetime } = newcomer;
  if (connection?.getConnectionState?.() !== ConnectionState.STATE_NEW) {
    return fail(Err.ERR_INVALID_PARAMETER, 'No connection in STATE_NEW');
  }
  if (peers.get(id) !== undefined) return fail(Err.ERR_ALREADY_EXISTS, `There is a peer ${id} already`);
  const channels = game.plan.open(connection, unreliableLifetime);
  if (channels === null) return fail(Err.FAILED, `The channels of peer ${id} could not be created`);
  if (settings.terms !== null) for (const feature of WEBRTC_FEATURES) connection.announceFeature(feature);
  peers.add(new ConnectedPeer(id, connection, channels, settings.clock.now()));
  return Err.OK;
}
