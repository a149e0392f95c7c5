import { Err } from '../core/err.js';
import { fail } from '../core/fail.js';
import { isBytes } from '../core/is-bytes.js';
import { broadcast } from './broadcast.js';
import type { ChannelPlan } from './channel-plan.js';
import type { MultiplayerPeer } from './multiplayer-peer.js';
import { TARGET_PEER_BROADCAST } from './multiplayer-types.js';
import type { PeerTable } from './peer-table.js';

/** Sends to one peer, to all, or to all but one, by the channel and mode that `as` is set to. Errors are those of Godot. */
export function dispatch(
  packet: Uint8Array,
  target: number,
  as: MultiplayerPeer,
  peers: PeerTable,
  plan: ChannelPlan,
): Err {
  if (!isBytes(packet)) return fail(Err.ERR_INVALID_PARAMETER, 'A packet is a Uint8Array');
  const peer = peers.get(target);
  if (target > TARGET_PEER_BROADCAST && peer === undefined) {
    return fail(Err.ERR_INVALID_PARAMETER, `There is no peer ${target} to send to`);
  }
  const lane = plan.laneOf(as.transferChannel, as.transferMode);
  if (lane >= plan.size) {
    const err = fail(Err.ERR_INVALID_PARAMETER, `There is no channel ${as.transferChannel}`);
    // A broadcast is OK nevertheless, as in Godot.
    return peer === undefined ? Err.OK : err;
  }
  return peer?.route.send(lane, packet) ?? broadcast(peers.list, lane, packet, -target);
}
