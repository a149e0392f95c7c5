import type { WebRTCPeerConnection } from '../../extension/webrtc-peer-connection.js';
import { ConnectionState, GatheringState, IceConnectionState, SignalingState } from '../../extension/webrtc-types.js';
import type { MultiplayerPeer } from '../../multiplayer/multiplayer-peer.js';
import { entriesOf, routeTo, showRoute } from './peer-route.js';

/** A WebRTC connection, whether its peer is in the game yet or not. */
export interface ConnectionFigures {
  readonly id: number;
  readonly connection: string;
  readonly ice: string;
  readonly gathering: string;
  readonly signaling: string;
  readonly route: string;
}

export interface ConnectionEvent {
  /** By the clock of the monitor. */
  readonly atMs: number;
  readonly peer: number;
  readonly what: string;
}

const MOST_EVENTS = 200;

/** A connection with its states as they were last seen. */
class Watched {
  readonly id: number;
  readonly connection: WebRTCPeerConnection;
  // What has happened before it was found is told with the first look.
  state: ConnectionState = ConnectionState.STATE_NEW;
  ice: IceConnectionState = IceConnectionState.ICE_STATE_NEW;
  gathering: GatheringState = GatheringState.GATHERING_STATE_NEW;
  signaling: SignalingState = SignalingState.SIGNALING_STATE_STABLE;

  constructor(id: number, connection: WebRTCPeerConnection) {
    this.id = id;
    this.connection = connection;
  }

  /** PERF: once per frame; as long as nothing changes it allocates nothing. */
  look(log: ConnectionLog, nowMs: number): void {
    const { connection, id } = this;
    const signaling = connection.getSignalingState();
    if (signaling !== this.signaling) log.note(nowMs, id, `signaling ${nameOf(SignalingState, signaling)}`);
    this.signaling = signaling;
    const gathering = connection.getGatheringState();
    if (gathering !== this.gathering) log.note(nowMs, id, `gathering ${nameOf(GatheringState, gathering)}`);
    this.gathering = gathering;
    const ice = connection.getIceConnectionState();
    if (ice !== this.ice) log.note(nowMs, id, `ICE ${nameOf(IceConnectionState, ice)}`);
    this.ice = ice;
    const state = connection.getConnectionState();
    if (state !== this.state) log.note(nowMs, id, `connection ${nameOf(ConnectionState, state)}`);
    this.state = state;
  }
}

/** What became of each connection, a line for each phase: tells at which one an attempt has ended. */
export class ConnectionLog {
  readonly events: ConnectionEvent[] = [];
  #watched: readonly Watched[] = [];

  /** What `peer` has for connections now. */
  follow(peer: MultiplayerPeer | null, members: readonly number[], nowMs: number): void {
    const entries = peer === null ? [] : entriesOf(peer, members);
    for (const { id, connection } of this.#watched)
      if (!entries.some(([, entry]) => entry.connection === connection)) this.note(nowMs, id, 'connection given up');
    this.#watched = entries.map(([id, { connection }]) => {
      const known = this.#watched.find((one) => one.connection === connection);
      if (known === undefined) this.note(nowMs, id, 'connection made');
      return known ?? new Watched(id, connection);
    });
  }

  /** Once per frame. */
  look(nowMs: number): void {
    for (const one of this.#watched) one.look(this, nowMs);
  }

  note(atMs: number, peer: number, what: string): void {
    this.events.push({ atMs, peer, what });
    if (this.events.length > MOST_EVENTS) this.events.shift();
  }

  figures(peer: MultiplayerPeer | null): ConnectionFigures[] {
    return this.#watched.map(({ id, connection }) => ({
      id,
      connection: nameOf(ConnectionState, connection.getConnectionState()),
      ice: nameOf(IceConnectionState, connection.getIceConnectionState()),
      gathering: nameOf(GatheringState, connection.getGatheringState()),
      signaling: nameOf(SignalingState, connection.getSignalingState()),
      route: peer === null ? '' : showRoute(routeTo(peer, id, false)),
    }));
  }
}

/** As W3C calls them: `connecting`, `have-local-offer`. */
const nameOf = (states: Readonly<Record<string, number>>, value: number): string =>
  (Object.keys(states)[value] ?? String(value))
    .replace(/^.*?STATE_/, '')
    .toLowerCase()
    .replaceAll('_', '-');
