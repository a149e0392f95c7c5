import { Err } from '../core/err.js';
import { fail } from '../core/fail.js';
import { ChannelPlan, isChannelsConfig } from './channel-plan.js';
import { ByeReason } from './link/bye-message.js';
import { ConnectionStatus, isPeerId, TARGET_PEER_SERVER, type TransferMode } from './multiplayer-types.js';

export type WebRTCRole = 'server' | 'client' | 'mesh';

/** The largest that a data channel takes, in milliseconds. */
const MAX_LIFETIME = 65535;

/** What a `WebRTCMultiplayerPeer` is, from its `create…` to its `close`. */
export class WebRTCGame {
  readonly role: WebRTCRole;
  readonly uniqueId: number;
  readonly plan: ChannelPlan;
  status: ConnectionStatus;

  private constructor(role: WebRTCRole, uniqueId: number, plan: ChannelPlan) {
    this.role = role;
    this.uniqueId = uniqueId;
    this.plan = plan;
    this.status = role === 'client' ? ConnectionStatus.CONNECTION_CONNECTING : ConnectionStatus.CONNECTION_CONNECTED;
  }

  static begin(role: WebRTCRole, id: number, channelsConfig: readonly TransferMode[]): WebRTCGame | Err {
    if (!isPeerId(id)) return invalid(`${String(id)} is no peer id`);
    if (!isChannelsConfig(channelsConfig)) return invalid('channelsConfig is not a list of transfer modes');
    return new WebRTCGame(role, id, new ChannelPlan(channelsConfig));
  }

  /** What a peer hears that is put out here: a server puts out, a client leaves. */
  get dismissal(): ByeReason {
    return this.role === 'client' ? ByeReason.LEFT : ByeReason.KICKED;
  }

  /** What all hear when this side ends the game for itself. */
  get farewell(): ByeReason {
    return this.role === 'server' ? ByeReason.SHUTDOWN : ByeReason.LEFT;
  }

  checkPeer(id: number, lifetime: number): Err {
    const isServer = id === TARGET_PEER_SERVER;
    if (this.role === 'client' && !isServer) return invalid('A client has no peer but the server, which is 1');
    if (this.role === 'server' && isServer) return invalid('A server cannot have a peer 1');
    if (!isPeerId(id) || id === this.uniqueId) return invalid(`${String(id)} cannot be the id of a peer`);
    if (!Number.isInteger(lifetime) || lifetime < 0 || lifetime > MAX_LIFETIME) {
      return invalid(`An unreliable lifetime is from 0 to ${MAX_LIFETIME} ms`);
    }
    return Err.OK;
  }
}

function invalid(text: string): Err {
  return fail(Err.ERR_INVALID_PARAMETER, text);
}
